package account

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// object is a document's object whose members stand in the order in which people write
// them. Values are texts, numbers, booleans, lists and objects.
type object []member

type member struct {
	name  string
	value any
}

// list is a document's list.
type list []any

func texts(all []string) list {
	l := make(list, len(all))
	for i, s := range all {
		l[i] = s
	}
	return l
}

// add is o with a further member.
func (o object) add(name string, value any) object { return append(o, member{name, value}) }

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s:%s", quoted(m.name), value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// quoted is text as JSON has it, with < and > as they are.
func quoted(text string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		return strconv.Quote(text) // a string is always encoded
	}
	return strings.TrimSpace(b.String())
}

// compact is a document in as few characters as it takes: what IAM counts.
func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error() // documents are made of what JSON has
	}
	return string(text)
}

// indented is a document as JSON, for people. A list of one stands on one line.
func indented(v any) string {
	var b strings.Builder
	notation{": ", quoted, quoted}.write(&b, v, "")
	return b.String()
}

// hcl is a document as an expression of Terraform's language, in which ${ and %{ begin
// something else.
func hcl(v any, indent string) string {
	var b strings.Builder
	text := func(s string) string { return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(quoted(s)) }
	name := func(s string) string {
		if identifier.MatchString(s) {
			return s
		}
		return text(s)
	}
	notation{" = ", name, text}.write(&b, v, indent)
	return b.String()
}

var identifier = regexp.MustCompile(`^[A-Za-z]\w*$`)

// notation is a way to write documents in brackets.
type notation struct {
	is         string
	name, text func(string) string
}

func (n notation) write(b *strings.Builder, v any, indent string) {
	deeper := indent + "  "
	switch v := v.(type) {
	case object:
		if len(v) == 0 {
			b.WriteString("{}")
			return
		}
		b.WriteString("{\n")
		for i, m := range v {
			b.WriteString(deeper + n.name(m.name) + n.is)
			n.write(b, m.value, deeper)
			b.WriteString(comma(i, len(v)) + "\n")
		}
		b.WriteString(indent + "}")
	case list:
		if len(v) < 2 {
			b.WriteString("[")
			for _, one := range v {
				n.write(b, one, indent)
			}
			b.WriteString("]")
			return
		}
		b.WriteString("[\n")
		for i, one := range v {
			b.WriteString(deeper)
			n.write(b, one, deeper)
			b.WriteString(comma(i, len(v)) + "\n")
		}
		b.WriteString(indent + "]")
	case string:
		b.WriteString(n.text(v))
	default:
		b.WriteString(compact(v))
	}
}

func comma(i, n int) string {
	if i == n-1 {
		return ""
	}
	return ","
}

// plain are texts that YAML takes for texts without quotes.
var plain = regexp.MustCompile(`^[A-Za-z][\w/*.:-]*[\w/*-]$`)

// yamlText is text as YAML has it.
func yamlText(text string) string {
	word := strings.ToLower(text)
	if plain.MatchString(text) && !slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}, word) {
		return text
	}
	if strings.ContainsAny(text, "\n\t\\") || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return quoted(text)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// yaml is a document as YAML.
func yaml(v object) string {
	var b strings.Builder
	writeYAML(&b, v, "")
	return b.String()
}

func writeYAML(b *strings.Builder, v any, indent string) {
	switch v := v.(type) {
	case object:
		for i, m := range v {
			if i > 0 {
				b.WriteString(indent)
			}
			b.WriteString(yamlText(m.name) + ":")
			writeYAMLValue(b, m.value, indent)
		}
	case list:
		for i, one := range v {
			if i > 0 {
				b.WriteString(indent)
			}
			b.WriteString("- ")
			switch one.(type) {
			case object, list:
				writeYAML(b, one, indent+"  ")
			default:
				writeYAMLScalar(b, one)
			}
		}
	}
}

func writeYAMLValue(b *strings.Builder, v any, indent string) {
	deeper := indent + "  "
	switch v := v.(type) {
	case object:
		if len(v) > 0 {
			b.WriteString("\n" + deeper)
			writeYAML(b, v, deeper)
			return
		}
		b.WriteString(" {}\n")
	case list:
		if len(v) > 0 {
			b.WriteString("\n" + deeper)
			writeYAML(b, v, deeper)
			return
		}
		b.WriteString(" []\n")
	default:
		b.WriteString(" ")
		writeYAMLScalar(b, v)
	}
}

func writeYAMLScalar(b *strings.Builder, v any) {
	if text, ok := v.(string); ok {
		b.WriteString(yamlText(text) + "\n")
		return
	}
	b.WriteString(compact(v) + "\n")
}
