package resourceref

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// operation is an operation's name taken apart: iam:CreateAccessKey is service iam,
// effect created, noun AccessKey.
type operation struct {
	service  string
	noun     string          // Instance in TerminateInstanceInAutoScalingGroup
	phrase   string          // all behind the verb
	effect   analysis.Action // what the verb does to what the noun means
	mutating bool
	removes  bool // takes something from something: Detach, Remove, Delete, …
}

func parseOperation(name string, mutating bool) operation {
	service, name, _ := strings.Cut(name, ":")
	op := operation{service: service, mutating: mutating, effect: analysis.ActionRead}
	if !mutating {
		return op // reading is all it does, whatever the words
	}
	verb, noun := cutVerb(name)
	if verb == "Batch" || verb == "Admin" { // BatchDeleteImage, AdminDeleteUser
		verb, noun = cutVerb(noun)
	}
	op.phrase = noun
	noun, related := cutPreposition(noun)
	op.noun = strings.TrimSuffix(noun, "s")
	switch verb {
	case "Register", "Deregister":
		// RegisterInstancesWithLoadBalancer makes no instance.
		op.effect, op.removes = analysis.ActionModified, verb == "Deregister"
		if !related && verb == "Register" {
			op.effect = analysis.ActionCreated
		} else if !related {
			op.effect = analysis.ActionDeleted
		}
	case "Create", "Run", "Import", "Copy", "Allocate", "Restore", "Request",
		"Launch", "Replicate", "Upload", "Publish", "Clone", "Provision", "Purchase", "Issue":
		op.effect = analysis.ActionCreated
	case "Delete", "Terminate", "Release", "Destroy":
		op.effect, op.removes = analysis.ActionDeleted, true
	case "Remove", "Detach", "Disassociate", "Revoke", "Disable", "Stop", "Unsubscribe":
		op.effect, op.removes = analysis.ActionModified, true
	default:
		op.effect = analysis.ActionModified
	}
	return op
}

// cutVerb splits off the first word: up to the second capital letter, or the first
// one where the name begins with a small letter.
func cutVerb(name string) (verb, rest string) {
	for i := 1; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return name[:i], name[i:]
		}
	}
	return name, ""
}

// cutPreposition keeps of Instance(s)With LoadBalancer what stands before the
// preposition.
func cutPreposition(phrase string) (noun string, related bool) {
	for _, word := range [...]string{"With", "From", "Into", "In", "To", "For"} {
		i := strings.Index(phrase, word)
		if end := i + len(word); i > 0 && end < len(phrase) && 'A' <= phrase[end] && phrase[end] <= 'Z' {
			return phrase[:i], true
		}
	}
	return phrase, false
}

// does says what the operation did to a resource of a kind, given what a table says.
// An operation's own row is taken at its word; a general one is not where the verb
// speaks of that very kind.
func (op operation) does(kind string, said analysis.Action, general bool) analysis.Action {
	if !op.mutating {
		if said == analysis.ActionTarget {
			return said
		}
		return analysis.ActionRead
	}
	if !general {
		if said == "" {
			return op.effect
		}
		return said
	}
	switch about := op.about(kind); {
	case about == theSame:
		return op.effect
	case said != "":
		return said
	case about == aPart:
		return analysis.ActionModified
	}
	return analysis.ActionTarget
}

// relation says how an operation's noun stands to a type of resource.
type relation int

const (
	another relation = iota
	theSame          // CreateRole and AWS::IAM::Role, CreatePolicy and AWS::IAM::ManagedPolicy
	aPart            // PutRolePolicy and AWS::IAM::Role
)

// about compares the noun with the last word of a type, or with a resource's kind
// such as "monitor".
func (op operation) about(kind string) relation {
	if i := strings.LastIndexByte(kind, ':'); i >= 0 {
		kind = kind[i+1:]
	}
	kind = strings.TrimSuffix(kind, "s")
	if kind == "" || op.noun == "" {
		return another
	}
	if hasSuffixFold(op.noun, kind) || hasSuffixFold(kind, op.noun) {
		return theSame
	}
	for i := 0; i+len(kind) <= len(op.phrase); i++ {
		if strings.EqualFold(op.phrase[i:i+len(kind)], kind) {
			return aPart
		}
	}
	return another
}

// namesNoun reports whether a field is called after the noun: monitorName or
// MonitorArn in CreateMonitor.
func (op operation) namesNoun(field string) bool {
	if op.noun == "" || len(field) <= len(op.noun) || !strings.EqualFold(field[:len(op.noun)], op.noun) {
		return false
	}
	switch rest := field[len(op.noun):]; len(rest) {
	case 2:
		return strings.EqualFold(rest, "id")
	case 3:
		return strings.EqualFold(rest, "arn") || strings.EqualFold(rest, "ids")
	case 4:
		return strings.EqualFold(rest, "name") || strings.EqualFold(rest, "arns")
	case 5:
		return strings.EqualFold(rest, "names")
	case 10:
		return strings.EqualFold(rest, "identifier")
	}
	return false
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) >= len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}
