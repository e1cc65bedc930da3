package change

import (
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
)

// list is a set of grants that operations add to and take from: attached policies, rules
// of a security group, accounts that a snapshot is shared with.
type list struct {
	present map[string]string // an element, and where the logs tell
	absent  map[string]string
}

// step adds elements to a list, or takes them from it.
type step struct {
	list     string
	elements []string // JSON
	remove   bool
	// proves: the operation is refused where an element is there already, or is not, so
	// that its success says what was before.
	proves bool
}

// writeLists does what an operation does to lists, and reports whether that is all it
// does.
func (h *history) writeLists(op operation, req values, from string, w writing) bool {
	steps := steps(op, req)
	for _, s := range steps {
		h.step(s, from, w)
	}
	return len(steps) > 0
}

func (h *history) step(s step, from string, w writing) {
	l := h.lists[s.list]
	if l == nil {
		l = &list{present: map[string]string{}, absent: map[string]string{}}
		h.lists[s.list] = l
	}
	for _, element := range s.elements {
		there, isThere := l.present[element]
		gone, isGone := l.absent[element]
		f, told := analysis.ChangedField{Path: s.list, Known: true}, ""
		switch {
		case isThere:
			f.Before, told = element, there
		case isGone:
			told = gone
		case s.proves:
			told = "not refused"
			if s.remove {
				f.Before = element
			}
		case h.created != "": // a new one has nothing attached and is shared with nobody
			told = h.created
		default:
			f.Known = false
			if s.remove {
				f.Before = element
			}
		}
		delete(l.present, element)
		delete(l.absent, element)
		if s.remove {
			l.absent[element] = from
		} else {
			l.present[element] = from
			f.After = element
		}
		w.add(f, told)
	}
}

// steps are what an operation does to lists.
func steps(op operation, req values) []step {
	switch {
	case op.service == "iam" && (op.verb == "Attach" || op.verb == "Detach"):
		detach := op.verb == "Detach"
		if policies := texts(req, "policyArn"); len(policies) > 0 {
			return one(step{list: "AttachedPolicies", elements: policies, remove: detach, proves: detach})
		}
		// The resource is the policy.
		to := slices.Concat(texts(req, "roleName"), texts(req, "userName"), texts(req, "groupName"))
		return one(step{list: "AttachedTo", elements: to, remove: detach, proves: detach})
	case op.service == "iam" && (op.noun == "UserToGroup" || op.noun == "UserFromGroup"):
		// Of the two, the one that is not the resource.
		return one(step{list: "Groups", elements: texts(req, "groupName"), remove: op.verb == "Remove"},
			step{list: "Users", elements: texts(req, "userName"), remove: op.verb == "Remove"})
	case strings.HasPrefix(op.noun, "SecurityGroup") && (op.verb == "Authorize" || op.verb == "Revoke"):
		return one(step{list: strings.TrimPrefix(op.noun, "SecurityGroup"), elements: rules(req), remove: op.verb == "Revoke", proves: op.verb == "Authorize"})
	}
	var steps []step
	for _, l := range req.leaves {
		name, remove, ok := addsOrRemoves(l.path)
		if !ok {
			continue
		}
		if name == "" {
			name = plain(req, "attributeName")
		}
		steps = append(steps, step{list: name, elements: elements(l.value), remove: remove})
	}
	return steps
}

// writeTags does what an operation does to tags, which are set and taken away one by one
// whatever the operation. It reports whether that is all it does.
func (h *history) writeTags(op operation, req values, from string, w writing) bool {
	if op.verb != "Tag" && op.verb != "Untag" && !strings.HasPrefix(op.noun, "Tags") {
		return false
	}
	s := h.setting(operation{noun: "Tags"}, "")
	put := func(key string, value *jsondoc.Value) {
		f := analysis.ChangedField{Path: string(jsondoc.Path("Tags").Key(key))}
		if value != nil && op.effect != clears && op.verb != "Untag" {
			f.After = value.Plain()
		}
		var told string
		f.Before, told, f.Known = s.known(key)
		s.facts[key] = fact{f.Path, f.After, from}
		w.add(f, told)
	}
	for _, l := range req.leaves {
		if !strings.HasPrefix(strings.ToLower(l.path), "tag") {
			continue
		}
		if l.value.Kind != jsondoc.Array { // an object of tags, taken apart
			put(l.path[strings.LastIndexByte(l.path, '.')+1:], l.value)
			continue
		}
		for _, m := range l.value.Members {
			switch {
			case m.Value.Kind == jsondoc.String: // a key to take away
				put(m.Value.Text, nil)
			case m.Value.Member("key") != nil:
				put(m.Value.Member("key").Text, m.Value.Member("value"))
			case m.Value.Member("Key") != nil:
				put(m.Value.Member("Key").Text, m.Value.Member("Value"))
			}
		}
	}
	return true
}

// one keeps the steps that have elements.
func one(steps ...step) []step {
	var with []step
	for _, s := range steps {
		if len(s.elements) > 0 {
			with = append(with, s)
		}
	}
	return with
}

// addsOrRemoves recognises the parts of a request that change a list:
// createVolumePermission.add, valuesToRemove.
func addsOrRemoves(path string) (list string, remove, ok bool) {
	if list, ok := strings.CutSuffix(path, ".add"); ok {
		return list, false, true
	}
	if list, ok := strings.CutSuffix(path, ".remove"); ok {
		return list, true, true
	}
	switch path {
	case "valuesToAdd":
		return "", false, true
	case "valuesToRemove":
		return "", true, true
	}
	return "", false, false
}

func elements(v *jsondoc.Value) []string {
	if v.Kind != jsondoc.Array {
		return []string{v.Canonical()}
	}
	var all []string
	for _, m := range v.Members {
		all = append(all, m.Value.Canonical())
	}
	return all
}

// texts are the values of a request at a path.
func texts(req values, path string) []string {
	var all []string
	for _, l := range req.leaves {
		if l.path == path {
			all = append(all, l.json)
		}
	}
	return all
}

// plain is the content of a string of a request.
func plain(req values, path string) string {
	for _, l := range req.leaves {
		if l.path == path {
			return l.value.Text
		}
	}
	return ""
}

// rules are the rules of a security group that a request names, one for every source, so
// that one rule is the same in whatever request it stands.
func rules(req values) []string {
	var all []string
	for _, l := range req.leaves {
		if l.path != "ipPermissions" || l.value.Kind != jsondoc.Array {
			continue
		}
		for _, m := range l.value.Members {
			all = append(all, ofPermission(m.Value)...)
		}
	}
	if len(all) > 0 {
		return all
	}
	// The old form: the rule's parts are the request's.
	rule := &jsondoc.Value{Kind: jsondoc.Object}
	for _, name := range []string{"ipProtocol", "fromPort", "toPort", "cidrIp", "cidrIpv6"} {
		for _, l := range req.leaves {
			if l.path == name {
				rule.Members = append(rule.Members, jsondoc.Member{Name: name, Value: l.value})
			}
		}
	}
	if len(rule.Members) == 0 {
		// Taken away by the ids of the rules.
		return texts(req, "securityGroupRuleIds")
	}
	return []string{rule.Plain()}
}

func ofPermission(permission *jsondoc.Value) []string {
	var ports []jsondoc.Member
	for _, name := range []string{"ipProtocol", "fromPort", "toPort"} {
		if v := permission.Member(name); v != nil {
			ports = append(ports, jsondoc.Member{Name: name, Value: v})
		}
	}
	var all []string
	for _, m := range permission.Members {
		sources := unwrap(m.Value)
		if sources.Kind != jsondoc.Array {
			continue
		}
		for _, source := range sources.Members {
			rule := &jsondoc.Value{Kind: jsondoc.Object, Members: ports}
			for _, part := range source.Value.Members {
				if part.Name != "description" {
					rule.Members = append(rule.Members[:len(rule.Members):len(rule.Members)], part)
				}
			}
			all = append(all, rule.Plain())
		}
	}
	return all
}
