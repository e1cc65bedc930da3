package resourceref

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// resources adds what the record's own resources[] says. AWS fills it for few
// operations, but there it knows the owner.
func (w *walk) resources(s string) {
	if len(s) < 3 || s[0] != '[' {
		return
	}
	for i := 1; i < len(s) && s[i] != ']'; {
		if s[i] != '{' {
			i++
			continue
		}
		end := skipValue(s, i)
		w.resource(s[i:end])
		i = end
	}
}

// entry is an element of resources[]. Event history names resources in its own way,
// by resourceName and resourceType.
type entry struct {
	arn, prefix, owner, stated, name string
}

func parseEntry(object string) (e entry) {
	for i := 1; i < len(object) && object[i] != '}'; {
		if object[i] != '"' {
			i++
			continue
		}
		end := skipString(object, i)
		key := object[i+1 : max(end-1, i+1)]
		i = skipSpace(object, end)
		if i < len(object) && object[i] == ':' {
			i = skipSpace(object, i+1)
		}
		end = skipValue(object, i)
		value := object[i:end]
		i = end
		switch key {
		case "ARN", "arn":
			e.arn = unquote(value)
		case "ARNPrefix":
			e.prefix = unquote(value)
		case "accountId":
			e.owner = unquote(value)
		case "type", "ResourceType", "resourceType":
			e.stated = unquote(value)
		case "ResourceName", "resourceName":
			e.name = unquote(value)
		}
	}
	if !strings.HasPrefix(e.stated, "AWS::") {
		e.stated = ""
	}
	return e
}

func (w *walk) resource(object string) {
	in := parseEntry(object)
	if in.name != "" {
		if t, ok := w.r.idType(in.name); ok && t != "" {
			in.stated = t // it writes AWS::EC2::Ami
		}
		w.name(in.name, in.stated, analysis.MethodResources, "", true)
		return
	}
	// Listing calls give the prefix that they listed: of S3 its bucket is left.
	isPrefix := in.arn == ""
	if isPrefix {
		in.arn = in.prefix
	}
	ref, kind, ok := w.r.parseARN(in.arn)
	if !ok && !isPrefix {
		ref, ok = w.plain(in.arn)
	}
	if !ok {
		return
	}
	if ref.Type == "AWS::S3::Object" && (isPrefix || !w.op.mutating) {
		ref.ID, _, _ = strings.Cut(ref.ID, "/")
		ref.Type, ref.ARN = "AWS::S3::Bucket", ref.ARN[:strings.IndexByte(ref.ARN, '/')]
	}
	if ref.Type == "" {
		ref.Type = in.stated
	}
	if ref.Type != "" {
		kind = ref.Type
	}
	if ref.Region == "" && ref.Type != "" && !isGlobal(ref.Type) {
		ref.Region = w.e.Region
	}
	if usable(in.owner) {
		ref.AccountID = in.owner
	}
	ref.Method = analysis.MethodResources
	ref.Action = w.op.does(kind, "", true)
	w.add(ref, ref.AccountID != "")
}

// plain takes an entry whose ARN is none: old records have a plain name there.
func (w *walk) plain(s string) (analysis.ResourceRef, bool) {
	if !usable(s) || strings.HasPrefix(s, "arn:") {
		return analysis.ResourceRef{}, false
	}
	t, _ := w.r.idType(s)
	return analysis.ResourceRef{Region: w.e.Region, Type: t, ID: s}, true
}
