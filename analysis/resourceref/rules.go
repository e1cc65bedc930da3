package resourceref

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed rules.tsv
var rulesTable string

//go:embed leaves.tsv
var leavesTable string

// ruleSet is what the table says of one operation, ready to walk along a record.
type ruleSet struct {
	request, response, details *node
	account, caller            bool // the operation is about its account, or its caller
	said                       analysis.Action
	op                         operation // of a changing call; not set for a whole service
}

// node is one step of the paths of a ruleSet. A nil *node stands outside of them.
type node struct {
	next  map[string]*node // by field name in lower case
	rules []rule
}

type rule struct {
	resourceType string
	action       analysis.Action
	general      bool   // from a service:* row
	with         string // the field whose value stands before this one's, "" none
}

// leaf is a field name that names a resource wherever it stands.
type leaf struct {
	resourceType string
	action       analysis.Action
}

// row is a row of rules.tsv for one operation.
type row struct {
	paths        []string
	resourceType string
	action       analysis.Action
	general      bool
}

// loadRules compiles rules.tsv. The table is part of the program, so a row that does
// not parse is a bug of ours and panics.
func loadRules() (operations, services map[string]*ruleSet) {
	own := map[string][]row{}  // by operation
	wide := map[string][]row{} // by service
	for _, f := range records(rulesTable, "rules.tsv", 4) {
		service, names, ok := strings.Cut(f[0], ":")
		if !ok {
			panic(fmt.Sprintf("rules.tsv: operation %q", f[0]))
		}
		r := row{paths: strings.Fields(f[1]), resourceType: typeName(f[2]), action: action(f[3])}
		if names == "*" {
			r.general = true
			wide[service] = append(wide[service], r)
			continue
		}
		for name := range strings.SplitSeq(names, ",") {
			own[service+":"+name] = append(own[service+":"+name], r)
		}
	}
	operations, services = map[string]*ruleSet{}, map[string]*ruleSet{}
	for service, rows := range wide {
		services[service] = compile(rows)
	}
	for name, rows := range own {
		service, _, _ := strings.Cut(name, ":")
		operations[name] = compile(append(rows, wide[service]...))
		operations[name].op = parseOperation(name, true)
	}
	return operations, services
}

// compile builds the trees of one operation from its rows, its own ones first: a path
// that has a rule already keeps it against a service:* row.
func compile(rows []row) *ruleSet {
	set := &ruleSet{}
	taken := map[string]bool{}
	for _, r := range rows {
		for _, path := range r.paths {
			key := strings.ToLower(path)
			if path == "account" || path == "caller" {
				set.account, set.caller, set.said = path == "account", path == "caller", r.action
				continue
			}
			if r.general && taken[key] {
				continue
			}
			taken[key] = true
			source, steps, _ := strings.Cut(key, ".")
			with, last, joined := strings.Cut(steps, "+")
			if joined {
				steps = last
			} else {
				with = ""
			}
			n := set.root(source)
			for step := range strings.SplitSeq(steps, ".") {
				n = n.step(step)
			}
			n.rules = append(n.rules, rule{resourceType: r.resourceType, action: r.action, general: r.general, with: with})
		}
	}
	return set
}

// root returns the tree of one part of the record, making it when it is the first
// path there.
func (s *ruleSet) root(source string) *node {
	var root **node
	switch source {
	case "request":
		root = &s.request
	case "response":
		root = &s.response
	case "details":
		root = &s.details
	default:
		panic(fmt.Sprintf("rules.tsv: path begins with %q", source))
	}
	if *root == nil {
		*root = &node{}
	}
	return *root
}

func (n *node) step(name string) *node {
	if n.next == nil {
		n.next = map[string]*node{}
	}
	if n.next[name] == nil {
		n.next[name] = &node{}
	}
	return n.next[name]
}

// loadLeaves returns the fields that any service uses alike, under "", and those of
// each service that has some of its own together with them.
func loadLeaves() map[string]map[string]leaf {
	leaves := map[string]map[string]leaf{"": {}}
	for _, f := range records(leavesTable, "leaves.tsv", 4) {
		service := strings.TrimPrefix(f[0], "*")
		if leaves[service] == nil {
			leaves[service] = map[string]leaf{}
		}
		leaves[service][strings.ToLower(f[1])] = leaf{resourceType: typeName(f[2]), action: action(f[3])}
	}
	for _, own := range leaves {
		for name, l := range leaves[""] {
			if _, ok := own[name]; !ok {
				own[name] = l
			}
		}
	}
	return leaves
}

// records cuts a table into rows of n fields; missing ones at the end are empty.
func records(table, name string, n int) [][]string {
	var rows [][]string
	for line := range strings.Lines(table) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) > n || len(f) < n-1 {
			panic(fmt.Sprintf("%s: %d fields in %q", name, len(f), line))
		}
		rows = append(rows, append(f, make([]string, n-len(f))...))
	}
	return rows
}

func typeName(s string) string {
	if s == "-" {
		return ""
	}
	if !strings.HasPrefix(s, "AWS::") {
		panic(fmt.Sprintf("resource type %q", s))
	}
	return s
}

func action(s string) analysis.Action {
	switch a := analysis.Action(s); a {
	case "", analysis.ActionCreated, analysis.ActionModified, analysis.ActionDeleted,
		analysis.ActionRead, analysis.ActionGranted, analysis.ActionTarget:
		return a
	}
	panic(fmt.Sprintf("action %q", s))
}
