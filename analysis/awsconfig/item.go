package awsconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Decode reads one configuration item, as files of AWS Config hold them and as the API's
// own answers do. Its error says what the item lacks.
func Decode(text []byte) (analysis.ConfigurationItem, error) {
	var item analysis.ConfigurationItem
	tree, err := decode(text)
	if err != nil {
		return item, fmt.Errorf("a configuration item that is no JSON: %w", err)
	}
	m, ok := tree.(map[string]any)
	if !ok {
		return item, errors.New("a configuration item that is no object")
	}
	item.Resource = analysis.Resource{
		Type: word(m, "resourceType"), ID: word(m, "resourceId"), ARN: word(m, "ARN", "arn"),
		AccountID: word(m, "awsAccountId", "accountId"), Region: word(m, "awsRegion"),
	}
	item.Name, item.Status, item.StateID = word(m, "resourceName"), word(m, "configurationItemStatus"), word(m, "configurationStateId")
	for _, must := range []struct{ name, value string }{
		{"resourceType", item.Resource.Type},
		{"resourceId", item.Resource.ID},
		{"awsAccountId", item.Resource.AccountID},
		{"awsRegion", item.Resource.Region},
	} {
		if must.value == "" {
			return item, fmt.Errorf("a configuration item without %s", must.name)
		}
	}
	if item.CapturedAt, ok = stamp(m["configurationItemCaptureTime"]); !ok {
		return item, errors.New("a configuration item without a time at which it was captured")
	}
	shape := shapes[item.Resource.Type]
	item.Key, item.Look = shape.key, shape.look(item.Resource, item.Name)

	recorded := hide(unfold(m["configuration"]))
	extra := hide(unfoldAll(m["supplementaryConfiguration"]))
	config := map[string]any{"Configuration": recorded, "SupplementaryConfiguration": extra, "Tags": hide(m["tags"])}
	// What is recorded of a resource that is gone, or not recorded, is nothing: a part made
	// of it would say that the resource has none of what the part holds.
	if c, ok := recorded.(map[string]any); ok && shape.parts != nil {
		s, _ := extra.(map[string]any)
		maps.Copy(config, shape.parts(c, s))
	}
	item.Config, err = encode(config)
	return item, err
}

// decode reads JSON with numbers as they stand.
func decode(text []byte) (any, error) {
	var tree any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err := dec.Decode(&tree)
	return tree, err
}

// encode writes JSON, members in the order of their names: the same item from another
// copy is the same text.
func encode(tree any) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return "", err
	}
	return strings.TrimSpace(out.String()), nil
}

// word is the first of the members that is a text or a number.
func word(m map[string]any, names ...string) string {
	for _, name := range names {
		switch v := m[name].(type) {
		case string:
			if v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// latest is the last second that a time of an item may have: the end of the year 9999.
const latest = 253402300799

// stamp reads a time: files have it as text, older answers of the API in seconds.
func stamp(value any) (time.Time, bool) {
	switch v := value.(type) {
	case string:
		t, err := time.Parse(time.RFC3339Nano, v)
		return t.UTC(), err == nil && t.Unix() > 0
	case json.Number:
		seconds, err := strconv.ParseFloat(v.String(), 64)
		if err != nil || seconds <= 0 || seconds > latest {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), true
	}
	return time.Time{}, false
}

// unfold is a value that may stand there as the text of its JSON, as the API's answers
// have them, some of them twice.
func unfold(value any) any {
	for range 3 {
		text, ok := value.(string)
		if !ok {
			break
		}
		inner, ok := document(text)
		if !ok {
			break
		}
		value = inner
	}
	return value
}

// unfoldAll unfolds the members of an object.
func unfoldAll(value any) any {
	value = unfold(value)
	if m, ok := value.(map[string]any); ok {
		for name, member := range m {
			m[name] = unfold(member)
		}
	}
	return value
}
