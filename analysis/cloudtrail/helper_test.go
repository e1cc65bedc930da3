package cloudtrail

import (
	"reflect"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// cloneEvent copies an event with all its strings, so that it outlives its piece.
func cloneEvent(e analysis.Event) analysis.Event {
	v := reflect.ValueOf(&e).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String {
			f.SetString(strings.Clone(f.String()))
		}
	}
	return e
}
