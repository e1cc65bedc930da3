package queries_test

import (
	"os"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/queries"
)

// Whatever stands in a user's own file, reading it ends in a detection that is whole or
// in an error that names the file.
func FuzzParseDetection(f *testing.F) {
	const name = "detections/cloudtrail/trail_logging_stopped.sql"
	text, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("-- id: x\n-- id: y\n\nSELECT 1")
	f.Add("-- severity: [high]\n--\n-- key: {a: b}\nSELECT 1;;")
	f.Add("--\n--- \n---\nSELECT 1")
	f.Add("-- *a\r\n-- &a [*a]\r\nSELECT 1")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := queries.ParseDetection(name, text)
		switch {
		case err != nil && !strings.Contains(err.Error(), name):
			t.Errorf("%v does not name the file", err)
		case err == nil && (d.ID != "cloudtrail_trail_logging_stopped" || d.SQL == "" || d.Severity.Rank() < 0 || len(d.Key) == 0):
			t.Errorf("%+v is no whole detection", d)
		}
	})
}
