package filter

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// compile makes the condition's SQL; its errors point at the value that is wrong.
func (n *condition) compile(now time.Time) (clause, error) {
	f := n.field
	if n.path.text != "" {
		if column, ok := f.Typed[n.path.text[1:]]; ok {
			typed := *f
			typed.Columns, typed.Slow = []string{column}, false
			return n.over(&typed, clause{sql: column}, now)
		}
		return n.compilePath(now)
	}
	if f.Kind == Around {
		return n.compileAround(now)
	}
	var clauses []clause
	for _, column := range f.Columns {
		c, err := n.over(f, clause{sql: column}, now)
		if err != nil {
			return clause{}, err
		}
		clauses = append(clauses, c)
	}
	c := anyOf(clauses)
	if f.In != "" {
		c = over(f.In, c).atLeast(elsewhere)
	}
	if f.Slow {
		c = c.atLeast(built)
	}
	return c, nil
}

// over compares one operand with the values, as the field's kind reads them.
func (n *condition) over(f *Field, operand clause, now time.Time) (clause, error) {
	switch f.Kind {
	case ID:
		return compileID(f, operand, n.values), nil
	case Name:
		return matches(operand, forms(n.values, nameForms), true), nil
	case Operation:
		return matches(operand, forms(n.values, operationForms), true), nil
	case Service:
		return matches(operand, forms(n.values, serviceForms), true), nil
	case Code:
		return matches(operand, forms(n.values, codeForms), true), nil
	case IP:
		return n.compileIP(operand)
	case Time:
		return n.each(operand, func(v literal) (clause, error) { return compileTime(operand, n.op, v, now) })
	case Number:
		return n.each(operand, func(v literal) (clause, error) { return compileNumber(operand, n.op, v) })
	case Bool:
		return n.each(operand, func(v literal) (clause, error) { return compileBool(operand, v) })
	case Enum:
		return n.compileEnum(f, operand)
	case JSON:
		if n.op != Equal {
			return clause{}, wrong(n.values[0].pos, n.values[0].end, "name a value inside it, such as "+f.Example, "%s is no number or time", f.Name)
		}
		return matches(operand, n.values, true).atLeast(scanned), nil
	}
	return matches(operand, n.values, true), nil
}

// each joins the clauses of the values; * means that there is something.
func (n *condition) each(operand clause, compile func(literal) (clause, error)) (clause, error) {
	var clauses []clause
	for _, v := range n.values {
		if v.anything() && n.op == Equal {
			clauses = append(clauses, match(operand, v, false))
			continue
		}
		c, err := compile(v)
		if err != nil {
			return clause{}, err
		}
		clauses = append(clauses, c)
	}
	return anyOf(clauses), nil
}

// forms replaces each value by the values that it may stand for.
func forms(values []literal, of func(literal) []literal) []literal {
	var all []literal
	for _, v := range values {
		all = append(all, v)
		if !v.regex && v.parts[0] != "" {
			all = append(all, of(v)...)
		}
	}
	return all
}

func nameForms(v literal) []literal {
	if strings.HasPrefix(strings.ToLower(v.parts[0]), "arn:") {
		return nil
	}
	return []literal{v.after("/"), v.after(":")}
}

func operationForms(v literal) []literal {
	if strings.Contains(strings.Join(v.parts, ""), ":") {
		return nil
	}
	return []literal{v.after(":")}
}

func serviceForms(v literal) []literal {
	if strings.Contains(strings.Join(v.parts, ""), ".") {
		return nil
	}
	return []literal{v.before(".")}
}

func codeForms(v literal) []literal { return []literal{v.after(".")} }

// after is the value as the end of a text, behind a separator.
func (l literal) after(separator string) literal {
	parts := slices.Concat([]string{""}, l.parts)
	parts[1] = separator + parts[1]
	return literal{parts: tidy(parts)}
}

// before is the value as the start of a text, before a separator.
func (l literal) before(separator string) literal {
	parts := slices.Concat(l.parts, []string{""})
	parts[len(parts)-2] += separator
	return literal{parts: tidy(parts)}
}

// compileID compares ids, those that are UUIDs with the UUID column.
func compileID(f *Field, operand clause, values []literal) clause {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	var uuids []any
	var rest []literal
	for _, v := range values {
		s, plain := v.plain()
		lower := strings.ToLower(s)
		isUUID := f.UUID != "" && plain && uuid.MatchString(lower)
		if isUUID {
			uuids = append(uuids, lower)
		}
		if !isUUID || lower != s { // an id in capitals is kept as text
			rest = append(rest, v)
		}
	}
	var clauses []clause
	if len(uuids) > 0 {
		clauses = append(clauses, clause{sql: f.UUID + " IN (" + list("CAST(? AS UUID)", len(uuids)) + ")", args: uuids})
	}
	if len(rest) > 0 {
		clauses = append(clauses, matches(operand, rest, false))
	}
	return anyOf(clauses)
}

func compileBool(operand clause, v literal) (clause, error) {
	s, _ := v.plain()
	switch strings.ToLower(s) {
	case "yes", "true":
		return over("{} = ?", operand).with(true), nil
	case "no", "false":
		return over("{} = ?", operand).with(false), nil
	}
	return clause{}, wrong(v.pos, v.end, "write yes or no", "%s is neither yes nor no", v)
}

// compileEnum compares with the values of the field, which are known beforehand.
func (n *condition) compileEnum(f *Field, operand clause) (clause, error) {
	for _, v := range n.values {
		s, plain := v.plain()
		at := slices.IndexFunc(f.Values, func(known string) bool { return strings.EqualFold(known, s) })
		if plain && at < 0 || !plain && n.op != Equal {
			return clause{}, wrong(v.pos, v.end, "it is one of "+strings.Join(f.Values, ", "), "%s is not a value of %s", v, f.Name)
		}
		var among []string
		switch n.op {
		case Less:
			among = f.Values[:at]
		case LessEqual:
			among = f.Values[:at+1]
		case Greater:
			among = f.Values[at+1:]
		case GreaterEqual:
			among = f.Values[at:]
		default:
			continue
		}
		if len(among) == 0 {
			return clause{sql: "false"}, nil
		}
		var wanted []any
		for _, s := range among {
			wanted = append(wanted, s)
		}
		return in(operand, wanted), nil
	}
	return matches(operand, n.values, true), nil
}

// compileAround compiles <event id>+-5m and <time>+-5m. The field's columns are the
// time and the id, and In finds the time of one.
func (n *condition) compileAround(now time.Time) (clause, error) {
	f := n.field
	operand := clause{sql: f.Columns[0]}
	return n.each(operand, func(v literal) (clause, error) {
		s, plain := v.plain()
		anchor, length, given := strings.Cut(strings.Replace(s, "±", "+-", 1), "+-")
		if !given {
			length = "5m"
		}
		span, err := ParseDuration(length)
		if !plain || err != nil || anchor == "" {
			return clause{}, wrong(v.pos, v.end, "write "+f.Example, "%s is not an event id with a length of time", v)
		}
		at := clause{sql: "CAST(? AS TIMESTAMP)"}
		if period, err := ParseTime(anchor, now); err == nil {
			at.args = []any{timestamp(period.From)}
		} else {
			id := compileID(&Field{UUID: f.UUID}, clause{sql: f.Columns[1]}, []literal{{parts: []string{anchor}}})
			at = over(f.In, id)
		}
		seconds := int64(span / time.Second)
		from := over(f.Columns[0]+" BETWEEN {} - to_seconds(?)", at).with(seconds)
		to := over(" AND {} + to_seconds(?)", at).with(seconds)
		return from.and(to), nil
	})
}
