package resourceref

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed arns.tsv
var arnsTable string

//go:embed ids.tsv
var idsTable string

// arnShape is how the resource part of a service's ARNs begins for one type.
type arnShape struct {
	start        string
	resourceType string
	id           string
}

func loadARNs() map[string][]arnShape {
	shapes := map[string][]arnShape{}
	for _, f := range records(arnsTable, "arns.tsv", 4) {
		switch f[3] {
		case "rest", "whole", "first", "head", "colon", "last", "pair":
		default:
			panic(fmt.Sprintf("arns.tsv: id %q", f[3]))
		}
		shapes[f[0]] = append(shapes[f[0]], arnShape{f[1], typeName(f[2]), f[3]})
	}
	for _, s := range shapes {
		slices.SortStableFunc(s, func(a, b arnShape) int { return len(b.start) - len(a.start) })
	}
	return shapes
}

// parseARN takes an ARN apart into a reference without action and method. Kind is
// what the ARN itself calls the thing: "monitor", "stateMachine". It returns false
// for what is no ARN, and for patterns.
func (r *Recogniser) parseARN(s string) (ref analysis.ResourceRef, kind string, ok bool) {
	// arn:partition:service:region:account:resource
	var part [4]string
	rest, ok := strings.CutPrefix(s, "arn:")
	for i := range part {
		if !ok {
			return ref, "", false
		}
		part[i], rest, ok = strings.Cut(rest, ":")
	}
	service, account := part[1], part[3]
	if !ok || rest == "" || service == "" || len(s) > 2048 {
		return ref, "", false
	}
	kind = rest
	for i := range len(rest) {
		switch rest[i] {
		case '/', ':':
			if i > 0 && len(kind) == len(rest) {
				kind = rest[:i]
			}
		case '*', '?', '\\', '<', '>':
			return ref, "", false
		}
	}
	ref = analysis.ResourceRef{AccountID: account, Region: part[2], ID: rest, ARN: s}
	switch {
	case rest == "root" && (service == "iam" || service == "sts"):
		ref.Type, ref.ID = "AWS::Account", account
		return ref, kind, account != ""
	case service == "s3" && part[2] == "":
		ref.Type = "AWS::S3::Bucket"
		if bucket, key, isObject := strings.Cut(rest, "/"); isObject && key != "" {
			ref.Type = "AWS::S3::Object"
		} else if isObject {
			ref.ID, ref.ARN = bucket, s[:len(s)-1]
		}
		return ref, kind, true
	case service == "sns" && strings.Contains(rest, ":"):
		ref.Type = "AWS::SNS::Subscription"
		return ref, kind, true
	}
	for _, shape := range r.arns[service] {
		if tail, ok := strings.CutPrefix(rest, shape.start); ok && tail != "" {
			shape.fill(&ref, tail)
			break
		}
	}
	if isGlobal(ref.Type) {
		ref.Region = ""
	}
	return ref, kind, ref.ID != ""
}

func (a arnShape) fill(ref *analysis.ResourceRef, tail string) {
	ref.Type = a.resourceType
	cut := func(end int) {
		if end >= 0 {
			ref.ID = tail[:end]
		}
	}
	if a.id != "whole" {
		ref.ID = tail
	}
	switch a.id {
	case "first", "head":
		cut(strings.IndexAny(tail, "/:"))
	case "colon":
		cut(strings.IndexByte(tail, ':'))
	case "last":
		ref.ID = tail[strings.LastIndexByte(tail, '/')+1:]
	case "pair":
		if i := strings.IndexByte(tail, '/'); i >= 0 {
			if j := strings.IndexByte(tail[i+1:], '/'); j >= 0 {
				cut(i + 1 + j)
			}
		}
	}
	if a.id == "head" || a.id == "colon" {
		ref.ARN = ref.ARN[:len(ref.ARN)-(len(tail)-len(ref.ID))]
	}
	switch a.resourceType {
	case "AWS::SecretsManager::Secret":
		// The ARN ends in a hyphen and six characters that are not the name's.
		if n := len(ref.ID) - 7; n > 0 && ref.ID[n] == '-' {
			ref.ID = ref.ID[:n]
		}
	case "AWS::SSM::Parameter":
		// A name with levels begins with a slash that the ARN leaves out. The slash of
		// "parameter/" stands just before tail, so the name is one byte longer.
		if strings.IndexByte(tail, '/') > 0 {
			ref.ID = ref.ARN[len(ref.ARN)-len(tail)-1:]
		}
	}
}

// isGlobal reports whether resources of a type belong to no region, so that an event
// from any region means the same one.
func isGlobal(resourceType string) bool {
	service, ok := strings.CutPrefix(resourceType, "AWS::")
	if !ok {
		return false
	}
	service, _, _ = strings.Cut(service, "::")
	switch service {
	case "Account", "IAM", "STS", "S3", "Organizations", "Route53", "CloudFront", "Shield", "GlobalAccelerator":
		return resourceType != "AWS::S3::AccessPoint"
	}
	return false
}

// idShape is how an id that AWS makes goes on behind its prefix.
type idShape struct {
	resourceType string
	form         string
}

func loadIDs() map[string]idShape {
	shapes := map[string]idShape{}
	for _, f := range records(idsTable, "ids.tsv", 3) {
		switch f[1] {
		case "hex", "key", "name":
		default:
			panic(fmt.Sprintf("ids.tsv: form %q", f[1]))
		}
		shapes[f[0]] = idShape{typeName(f[2]), f[1]}
	}
	return shapes
}

// idType recognises an id that AWS makes by its prefix.
func (r *Recogniser) idType(s string) (resourceType string, ok bool) {
	if len(s) < 7 || len(s) > 128 {
		return "", false
	}
	prefix := 4 // AKIA…
	if s[0] != 'A' {
		if prefix = strings.LastIndexByte(s[:min(len(s), 12)], '-') + 1; prefix == 0 {
			return "", false
		}
	}
	shape, ok := r.ids[s[:prefix]]
	if first := strings.IndexByte(s[:prefix], '-') + 1; !ok && 0 < first && first < prefix {
		// An id of form name can hold further hyphens: ou-ab12-cdef3456.
		prefix = first
		shape, ok = r.ids[s[:prefix]]
	}
	if !ok {
		return "", false
	}
	return shape.resourceType, fits(s[prefix:], shape.form)
}

func fits(s, form string) bool {
	short, long := 8, 32
	switch form {
	case "key":
		short, long = 12, 124
	case "name":
		short, long = 6, 40
	}
	if len(s) < short || len(s) > long {
		return false
	}
	for i := range len(s) {
		c := s[i]
		digit, small, capital := '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z'
		switch form {
		case "hex":
			if !digit && (!small || c > 'f') {
				return false
			}
		case "key":
			if !digit && !capital {
				return false
			}
		case "name":
			if !digit && !small && c != '-' {
				return false
			}
		}
	}
	return true
}

// FromARN takes an ARN apart into a reference without action and method. It returns
// false for what is no ARN, and for patterns.
func (r *Recogniser) FromARN(arn string) (analysis.ResourceRef, bool) {
	ref, _, ok := r.parseARN(arn)
	return ref, ok
}
