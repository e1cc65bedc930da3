package change

import "strings"

// effect is what an operation does to what is set.
type effect int

const (
	merges   effect = iota // sets what it names
	replaces               // sets the whole
	creates                // sets the whole of what was not there
	clears
)

// operation is an operation's name taken apart.
type operation struct {
	service string
	verb    string
	noun    string // BucketPolicy, the family
	effect  effect
	state   string // of those that switch: StopLogging sets Logging to "stopped"
}

func parse(name string) operation {
	service, name, ok := strings.Cut(name, ":")
	if !ok {
		service, name = "", service
	}
	op := operation{service: service, verb: name}
	for i := 1; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			op.verb, op.noun = name[:i], name[i:]
			break
		}
	}
	// Lambda's names end in a date and a version: AddPermission20150331v2.
	if i := strings.IndexAny(op.noun, "0123456789"); i > 0 && len(op.noun)-i >= len("20150331") {
		op.noun = op.noun[:i]
	}
	switch op.verb {
	case "Create", "Copy", "Import", "Run", "Add", "Generate":
		op.effect = creates
		if service == "s3" && (strings.HasPrefix(op.noun, "Object") || op.noun == "MultipartUpload") {
			op.effect = replaces // an object of that name may have been there
		}
	case "Put":
		if !strings.HasSuffix(op.noun, "Targets") && !strings.HasSuffix(op.noun, "Inventory") { // they add to what is there
			op.effect = replaces
		}
	case "Set":
		op.effect = replaces
	case "Delete", "Remove", "Detach", "Disassociate", "Revoke", "Deregister", "Terminate", "Release":
		op.effect = clears
	default:
		op.state = switched(op.verb)
	}
	if op.verb == "Set" || op.verb == "Describe" || op.verb == "List" {
		op.noun = strings.TrimSuffix(op.noun, "s")
	}
	return op
}

// switched is the state that a verb leaves behind, "" for a verb that does not switch.
func switched(verb string) string {
	switch verb {
	case "Start":
		return "started"
	case "Stop":
		return "stopped"
	case "Enable":
		return "enabled"
	case "Disable":
		return "disabled"
	case "Activate":
		return "activated"
	case "Deactivate":
		return "deactivated"
	}
	return ""
}
