// Package jsondoc reads a JSON document as it stands: members in their order and
// repeated names kept, numbers as written, and the documents that AWS puts into
// strings (policies, often URL-encoded) opened in their place.
//
// It is for what is shown and compared one document at a time. Millions of records go
// through package cloudtrail, which keeps no tree.
package jsondoc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind is what a Value is.
type Kind int

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is a JSON value.
type Value struct {
	Kind Kind
	// Text is a string's content, and a number or literal as it is written; "" for
	// arrays and objects.
	Text string
	// Members are those of an object, or the elements of an array, without names.
	Members []Member
	// Embedded is the object or array that a string holds, nil for any other.
	Embedded *Value
	// URLEncoded: the embedded document stood URL-encoded in its string, as IAM
	// returns policies.
	URLEncoded bool
}

// Member is a named value of an object, or an element of an array.
type Member struct {
	Name  string
	Value *Value
}

// maxEmbedded is how deep documents are opened within strings of documents: every
// level was quoted once more by its writer, so honest ones end sooner.
const maxEmbedded = 4

// Parse reads text, which holds one JSON value.
func Parse(text string) (*Value, error) { return parse(text, 0) }

func parse(text string, embedded int) (*Value, error) {
	d := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := read(d, embedded)
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read JSON: more text behind its end, at byte %d", d.InputOffset())
	}
	return v, nil
}

func read(d *jsontext.Decoder, embedded int) (*Value, error) {
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		return readMembers(d, token.Kind(), embedded)
	case jsontext.KindString:
		v := &Value{Kind: String, Text: token.String()}
		v.open(embedded)
		return v, nil
	case jsontext.KindNumber:
		return &Value{Kind: Number, Text: token.String()}, nil
	case jsontext.KindNull:
		return &Value{Kind: Null, Text: "null"}, nil
	}
	return &Value{Kind: Bool, Text: token.String()}, nil
}

func readMembers(d *jsontext.Decoder, begin jsontext.Kind, embedded int) (*Value, error) {
	v, end := &Value{Kind: Object}, jsontext.KindEndObject
	if begin == jsontext.KindBeginArray {
		v.Kind, end = Array, jsontext.KindEndArray
	}
	for d.PeekKind() != end {
		var m Member
		if v.Kind == Object {
			name, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			m.Name = name.String()
		}
		var err error
		if m.Value, err = read(d, embedded); err != nil {
			return nil, err
		}
		v.Members = append(v.Members, m)
	}
	_, err := d.ReadToken()
	return v, err
}

// open looks for a document in a string.
func (v *Value) open(embedded int) {
	text, encoded := strings.TrimSpace(v.Text), false
	if embedded == maxEmbedded || text == "" {
		return
	}
	if strings.HasPrefix(text, "%7B") || strings.HasPrefix(text, "%7b") || strings.HasPrefix(text, "%5B") || strings.HasPrefix(text, "%5b") {
		// As a path: a + is a plus sign in IAM's answers, where spaces are %20.
		decoded, err := url.PathUnescape(text)
		if err != nil {
			return
		}
		text, encoded = decoded, true
	}
	if text[0] != '{' && text[0] != '[' {
		return
	}
	if doc, err := parse(text, embedded+1); err == nil && len(doc.Members) > 0 {
		v.Embedded, v.URLEncoded = doc, encoded
	}
}

// Document is the value itself, or the document embedded in it.
func (v *Value) Document() *Value {
	for v.Embedded != nil {
		v = v.Embedded
	}
	return v
}

// Composite reports whether the value has members: an object or an array.
func (v *Value) Composite() bool { return v.Kind == Object || v.Kind == Array }

// Member is the first value of that name in an object, nil where there is none.
func (v *Value) Member(name string) *Value {
	if v == nil || v.Kind != Object {
		return nil
	}
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// JSON writes the value as compact JSON, embedded documents as the strings they are.
func (v *Value) JSON() string { return string(v.append(nil, asWritten)) }

// Plain writes the value as compact JSON with embedded documents in place of their
// strings.
func (v *Value) Plain() string { return string(v.append(nil, opened)) }

// Canonical writes what Plain does with the members of objects in the order of their
// names, so that two ways of writing one value are one text.
func (v *Value) Canonical() string { return string(v.append(nil, sorted)) }

type writing int

const (
	asWritten writing = iota
	opened
	sorted
)

func (v *Value) append(b []byte, how writing) []byte {
	if how != asWritten {
		v = v.Document()
	}
	switch v.Kind {
	case String:
		return quote(b, v.Text)
	case Array, Object:
		begin, end := byte('['), byte(']')
		members := v.Members
		if v.Kind == Object {
			begin, end = '{', '}'
			if how == sorted {
				members = slices.Clone(members)
				slices.SortStableFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
			}
		}
		b = append(b, begin)
		for i, m := range members {
			if i > 0 {
				b = append(b, ',')
			}
			if v.Kind == Object {
				b = append(quote(b, m.Name), ':')
			}
			b = m.Value.append(b, how)
		}
		return append(b, end)
	}
	return append(b, v.Text...)
}

// Quote writes text as a JSON string.
func Quote(text string) string { return string(quote(nil, text)) }

func quote(b []byte, text string) []byte {
	// Invalid UTF-8 is replaced and reported; what was parsed has none.
	b, _ = jsontext.AppendQuote(b, text)
	return b
}

// Base64 is how many bytes a string holds that is base64 of a length worth naming, 0
// for any other.
func Base64(text string) int {
	const short = 24 // words and identifiers are base64, too
	if len(text) < short || len(text)%4 != 0 {
		return 0
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return 0
	}
	return len(b)
}

// Indent writes text with a line for every member. Text that is no JSON stays as it is.
func Indent(text string) string {
	v := jsontext.Value(text)
	err := v.Indent(jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return text
	}
	return string(v)
}
