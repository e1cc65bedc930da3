package cloudtrail

import (
	"encoding/json"
	"strings"
)

// identityColumns are columns of CloudTrail Lake queries that belong to userIdentity.
var identityColumns = map[string]string{
	"arn": "arn", "principalid": "principalId", "accountid": "accountId", "accesskeyid": "accessKeyId",
	"username": "userName", "invokedby": "invokedBy",
}

// lakeField finds the field that a column of a query result is; SQL engines do not
// keep the case of letters.
func lakeField(column string) (field, bool) {
	for f, name := range fieldNames {
		if strings.EqualFold(name, column) {
			return field(f), true
		}
	}
	return 0, false
}

// lakeColumn puts a column of a query result where it belongs in a record. Columns
// that are no field of a record (counts, expressions) keep their name.
func lakeColumn(tree *branch, column, s string) {
	if s == "" || s == "null" || column == "" {
		return
	}
	if f, ok := lakeField(column); ok {
		if (f == userIdentity || f == resources) && json.Valid([]byte(s)) {
			tree.set(json.RawMessage(s), fieldNames[f])
			return
		}
		tree.set(s, fieldNames[f])
		return
	}
	path := strings.Split(column, ".")
	if strings.EqualFold(path[0], "userIdentity") {
		path = path[1:]
	}
	if name, ok := identityColumns[strings.ToLower(strings.Join(path, "."))]; ok {
		tree.set(s, "userIdentity", name)
		return
	}
	tree.set(s, column)
}

// lakeRow reads a row of get-query-results: a list of objects of one member each.
// Whatever the query selected, a row is what it found: all of them are records.
func (d *decoder) lakeRow(v value) {
	p := place{at: d.offset(v.start), length: v.end - v.start, fixed: true}
	var tree branch
	for cell := range members(d.text[v.start:v.end]) {
		for m := range members(cell.raw()) {
			switch m.kind {
			case 'n':
			case '"':
				lakeColumn(&tree, m.name(), m.text())
			default:
				tree.set(json.RawMessage(m.raw()), m.name())
			}
		}
	}
	if len(tree.names) == 0 {
		d.reject(p, "a row without columns")
		return
	}
	d.made(&tree, formatLake, p)
}
