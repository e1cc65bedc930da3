package filter

import "time"

// compilePath compares what a path leads to in a JSON column: text, or with < and > a
// number or a time, as the value looks.
func (n *condition) compilePath(now time.Time) (clause, error) {
	extracted := clause{sql: "(" + n.field.Columns[0] + " ->> ?)", args: []any{n.path.sql}}
	operand := extracted
	if n.path.many {
		operand = clause{sql: "v"}
	}
	c, err := n.overJSON(operand, now)
	if err != nil {
		return clause{}, err
	}
	if n.path.many {
		c = over("len(list_filter({}, lambda v: ", extracted).and(over("{})) > 0", c))
	}
	if n.field.Slow {
		return c.atLeast(built), nil
	}
	return c.atLeast(parsed), nil
}

func (n *condition) overJSON(operand clause, now time.Time) (clause, error) {
	if n.op == Equal {
		return matches(operand, n.values, true), nil
	}
	v := n.values[0]
	if c, err := compileNumber(over("TRY_CAST({} AS DOUBLE)", operand), n.op, v); err == nil {
		return c, nil
	}
	if c, err := compileTime(over("TRY_CAST({} AS TIMESTAMP)", operand), n.op, v, now); err == nil {
		return c, nil
	}
	return clause{}, wrong(v.pos, v.end, "", "%s is neither a number nor a time", v)
}
