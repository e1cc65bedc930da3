package filter

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Options are what the meaning of a filter depends on beside its text.
type Options struct {
	Now time.Time // what -36h counts from; zero is the time of the call
}

// deepest is how many parentheses and nots may stand inside each other.
const deepest = 100

// Parse reads a filter. Its errors are [SyntaxError]s.
func Parse(t Table, src string, o Options) (*Expr, error) {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	for i, r := range src {
		if _, n := utf8.DecodeRuneInString(src[i:]); r == 0 || r == utf8.RuneError && n == 1 {
			return nil, wrong(i, i+1, "", "the filter holds a byte that is not text")
		}
	}
	p := &parser{table: &t, now: o.Now, src: src, check: true}
	root, err := p.filter()
	if err != nil {
		return nil, err
	}
	return &Expr{root}, nil
}

// parser is a recursive descent over the text. With check unset it reads the form
// only: [Complete] runs it over unfinished text and asks for the place it got to.
type parser struct {
	table *Table
	now   time.Time
	src   string
	pos   int
	depth int
	check bool
	place place
}

// place is what stands, or could stand, at a point of the text.
type place struct {
	start int    // where the word or value begins
	name  string // of the field whose value it is, "" for the start of a term
}

// filter reads the whole text.
func (p *parser) filter() (node, error) {
	p.space()
	if p.pos == len(p.src) {
		return nil, nil
	}
	n, err := p.either()
	if err == nil && p.pos < len(p.src) { // only a ) ends it early
		return nil, wrong(p.pos, p.pos+1, "", "there is no ( for this )")
	}
	return n, err
}

func (p *parser) either() (node, error) {
	var branches []node
	for {
		n, err := p.all()
		if err != nil {
			return nil, err
		}
		branches = append(branches, n)
		if !p.keyword("or") {
			return disjunction(branches), nil
		}
	}
}

func (p *parser) all() (node, error) {
	var terms []node
	for {
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, n)
		if p.keyword("and") {
			continue
		}
		if p.pos == len(p.src) || p.src[p.pos] == ')' || isKeyword(p.word()) && !strings.EqualFold(p.word(), "not") {
			return conjunction(terms), nil
		}
	}
}

func (p *parser) term() (node, error) {
	p.place = place{start: p.pos}
	if p.depth++; p.depth > deepest {
		return nil, wrong(p.pos, len(p.src), "", "more than %d parentheses and nots inside each other", deepest)
	}
	defer func() { p.depth-- }()

	switch word := p.word(); {
	case p.pos == len(p.src) || p.src[p.pos] == ')':
		return nil, p.missing("a condition is missing here")
	case p.keyword("not"):
		n, err := p.term()
		return negated(n, err)
	case isKeyword(word):
		return nil, wrong(p.pos, p.pos+len(word), `to search for the word, write "`+word+`"`, "a condition is missing before %s", word)
	case p.src[p.pos] == '!' && !strings.HasPrefix(p.src[p.pos:], "!="):
		p.pos++
		p.space()
		n, err := p.term()
		return negated(n, err)
	case p.src[p.pos] == '(':
		return p.group()
	}
	if name := scanName(p.src[p.pos:]); name != "" {
		return p.condition(name)
	}
	return p.text()
}

func negated(n node, err error) (node, error) {
	if err != nil {
		return nil, err
	}
	return negation(n), nil
}

func (p *parser) group() (node, error) {
	open := p.pos
	p.pos++
	p.space()
	n, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.pos == len(p.src) {
		return nil, wrong(open, open+1, "", "this ( is not closed")
	}
	p.pos++
	p.space()
	return n, nil
}

func (p *parser) condition(name string) (node, error) {
	start := p.pos
	p.pos += len(name)
	op, n := scanOp(p.src[p.pos:])
	p.pos += n
	values, err := p.values(name)
	if err != nil {
		return nil, err
	}
	c := &condition{op: op, values: values}
	if op == notEqual {
		c.op = Equal
	}
	if p.check {
		if err := p.resolve(c, name, op, start); err != nil {
			return nil, err
		}
	}
	if op == notEqual {
		return negation(c), nil
	}
	return c, nil
}

// resolve finds the field and compiles the condition.
func (p *parser) resolve(c *condition, name string, op Op, start int) (err error) {
	if c.field, c.path, err = p.table.lookup(name, start); err != nil {
		return err
	}
	if !slices.Contains(c.field.Operators(), op) {
		return wrong(start, p.pos, "write "+c.field.Example, "%s cannot be compared with %s", c.name(), op)
	}
	if c.op != Equal && len(c.values) > 1 {
		return wrong(c.values[1].pos, p.pos, "", "%s takes one value", op)
	}
	c.compiled, err = c.compile(p.now)
	return err
}

// text reads a flag, or values to look for everywhere.
func (p *parser) text() (node, error) {
	values, err := p.values("")
	if err != nil {
		return nil, err
	}
	for i := range values {
		v := &values[i]
		word, plain := v.plain()
		bare := p.src[v.pos:v.end] == word
		flag := p.table.flag(word)
		field, _, colon := strings.Cut(word, ":")
		colon = colon && p.table.field(field) != nil
		v.quote = plain && (flag != nil || colon || isKeyword(word))
		switch {
		case !bare || !p.check || !v.quote:
		case flag != nil && len(values) == 1:
			return flagged{flag}, nil
		case colon:
			return nil, wrong(v.pos, v.end, "write "+field+"="+word[len(field)+1:]+", or put the text in quotes", "a field is compared with =, not with a colon")
		default:
			return nil, wrong(v.pos, v.end, "join flags with or, or put the word in quotes", "%s cannot stand in a list", word)
		}
	}
	t := &text{values: values}
	if p.check {
		t.compiled = searchText(p.table, values)
	}
	return t, nil
}

// values reads one value or several with commas between them; name is the field, ""
// for free text.
func (p *parser) values(name string) ([]literal, error) {
	var values []literal
	for {
		p.place = place{p.pos, name}
		v, err := p.value(name == "")
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.pos == len(p.src) || p.src[p.pos] != ',' {
			p.space()
			return values, nil
		}
		p.pos++
	}
}

func (p *parser) value(free bool) (literal, error) {
	start := p.pos
	if strings.HasPrefix(p.src[p.pos:], "/") {
		return p.regex()
	}
	parts := []string{""}
	last := &parts[0]
	for p.pos < len(p.src) {
		r, n := utf8.DecodeRuneInString(p.src[p.pos:])
		op, _ := scanOp(p.src[p.pos:])
		switch {
		case unicode.IsSpace(r) || r == ',' || r == ')':
			n = 0
		case r == '(':
			return literal{}, wrong(p.pos, p.pos+1, "put the value in quotes", "a ( cannot stand inside a value")
		case op != "" && (free || p.pos == start), r == '!' && p.pos == start:
			return literal{}, wrong(p.pos, p.pos+n, "put text that holds it in quotes", "%c cannot stand here", r)
		case r == '"':
			value, read := unquote(p.src[p.pos:])
			if read == 0 {
				return literal{}, wrong(p.pos, len(p.src), "", "this quote is not closed")
			}
			*last += value
			n = read
		case r == '*':
			parts = append(parts, "")
			last = &parts[len(parts)-1]
		default:
			*last += p.src[p.pos : p.pos+n]
		}
		if n == 0 {
			break
		}
		p.pos += n
	}
	if p.pos == start {
		return literal{}, p.missing("a value is missing here")
	}
	return literal{parts: tidy(parts), pos: start, end: p.pos}, nil
}

func (p *parser) regex() (literal, error) {
	start := p.pos
	for p.pos++; p.pos < len(p.src) && p.src[p.pos] != '/'; p.pos++ {
		if p.src[p.pos] == '\\' && p.pos+1 < len(p.src) {
			p.pos++
		}
	}
	if p.pos >= len(p.src) {
		p.pos = len(p.src)
		return literal{}, wrong(start, p.pos, "a value that begins with / goes in quotes", "this regular expression is not closed")
	}
	p.pos++
	if r, _ := utf8.DecodeRuneInString(p.src[p.pos:]); p.pos < len(p.src) && !unicode.IsSpace(r) && r != ',' && r != ')' {
		return literal{}, wrong(start, p.pos, `a value that begins with / goes in quotes; inside a regular expression, write \/`, "the regular expression ends before %q", r)
	}
	l := literal{parts: []string{p.src[start+1 : p.pos-1]}, regex: true, pos: start, end: p.pos}
	if l.parts[0] == "" {
		return literal{}, wrong(start, p.pos, "", "the regular expression is empty")
	}
	if _, err := regexp.Compile(l.parts[0]); err != nil {
		return literal{}, wrong(start, p.pos, "", "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return l, nil
}

// missing is the error of a place where something should stand.
func (p *parser) missing(message string) error {
	end := p.pos
	if p.pos < len(p.src) {
		_, n := utf8.DecodeRuneInString(p.src[p.pos:])
		end += n
	}
	return wrong(p.pos, end, "", "%s", message)
}

func (p *parser) space() {
	start := p.pos
	p.pos = len(p.src) - len(strings.TrimLeftFunc(p.src[p.pos:], unicode.IsSpace))
	if p.pos > start {
		p.place = place{start: p.pos}
	}
}

// word is the run of characters at hand up to a space or parenthesis.
func (p *parser) word() string {
	rest := p.src[p.pos:]
	if i := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' }); i >= 0 {
		return rest[:i]
	}
	return rest
}

// keyword reads the keyword if it is at hand.
func (p *parser) keyword(word string) bool {
	if !strings.EqualFold(p.word(), word) {
		return false
	}
	p.pos += len(word)
	p.space()
	return true
}

func isKeyword(word string) bool {
	return strings.EqualFold(word, "and") || strings.EqualFold(word, "or") || strings.EqualFold(word, "not")
}
