package resource

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// encode is a value of the SDK as JSON in AWS's names. Fields that are not set, and the
// SDK's own, are left out.
func encode(value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var tree any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(prune(tree)); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// prune takes away what is not set.
func prune(value any) any {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "ResultMetadata")
		for name, member := range v {
			if member == nil {
				delete(v, name)
				continue
			}
			v[name] = prune(member)
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return value
}

// document is a policy document as AWS sends it, a JSON text, in IAM's answers encoded
// for a URL. What is no JSON stays a string.
func document(text *string) any {
	if text == nil {
		return nil
	}
	plain := strings.TrimSpace(*text)
	if strings.HasPrefix(plain, "%7B") || strings.HasPrefix(plain, "%7b") {
		if decoded, err := url.PathUnescape(plain); err == nil {
			plain = decoded
		}
	}
	if json.Valid([]byte(plain)) && strings.HasPrefix(plain, "{") {
		return json.RawMessage(plain)
	}
	return *text
}

// Masked stands in the place of a value that could be a secret: how long it is, and
// the beginning of its hash, so that two can be told apart.
type Masked struct {
	Masked string `json:"masked"`
	Bytes  int    `json:"bytes"`
}

// mask hides a value.
func mask(value string) Masked {
	sum := sha256.Sum256([]byte(value))
	return Masked{Masked: "sha256:" + hex.EncodeToString(sum[:8]), Bytes: len(value)}
}

// maskMap hides the values and keeps the names.
func maskMap(values map[string]string) map[string]Masked {
	if values == nil {
		return nil
	}
	hidden := make(map[string]Masked, len(values))
	for name, value := range values {
		hidden[name] = mask(value)
	}
	return hidden
}

// most is how many entries of a list are read: more tell an analyst nothing, and what
// an attacker makes thousands of must not hold everything up.
const most = 1000

// pager is one of the SDK's paginators.
type pager[O, P any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, options ...func(*O)) (*P, error)
}

// collect reads the pages of a list, at most [most] entries. It never returns nil
// without an error: an empty list is something that is known.
func collect[O, P, T any](ctx context.Context, pages pager[O, P], items func(*P) []T) ([]T, error) {
	all := []T{}
	for pages.HasMorePages() && len(all) < most {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, items(page)...)
	}
	return all[:min(len(all), most)], nil
}

// list is collect as the result of a part.
func list[O, P, T any](ctx context.Context, pages pager[O, P], items func(*P) []T) func() (any, error) {
	return func() (any, error) {
		all, err := collect(ctx, pages, items)
		if err != nil {
			return nil, err
		}
		return all, nil
	}
}

// only is the one entry that a call found; none means that it is gone.
func only[T any](all []T, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, errGone
	case len(all) > 1:
		return nil, fmt.Errorf("AWS answers with %d of them", len(all))
	}
	return all[0], nil
}
