package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/trailbench/trailbench"

// every allows any import of the kind it stands for; only the command may.
const every = "*"

// may lists the arrows out of one package, each with the reason it is there.
type may struct {
	ours    map[string]string // packages of this module, relative to it
	outside map[string]string // import paths of others: the path and everything below it
}

// importLaw is the direction of the code: nouns at the bottom, verbs around them,
// the command on top. A package missing here, an import it does not allow, and a line
// for a package that does not exist all fail. To add an arrow, add its line and say why.
func importLaw() map[string]may {
	nouns := "speaks in its nouns"
	return map[string]may{
		"analysis": {}, // nouns: the standard library only

		"analysis/cloudtrail": {
			ours: map[string]string{"analysis": nouns},
			outside: map[string]string{
				"github.com/klauspost/compress": "gzip sets the pace of ingest, and this one is faster than the standard library's",
				"github.com/zeebo/xxh3":         "hash of a record, to tell conflicting copies of one event",
			},
		},
		"analysis/resourceref": {
			ours: map[string]string{"analysis": nouns},
		},
		"analysis/session": {
			ours: map[string]string{"analysis": nouns},
		},
		"analysis/filter": {
			ours: map[string]string{"analysis": nouns},
		},

		"analysis/jsondoc": {
			outside: map[string]string{
				"github.com/go-json-experiment/json": "JSON's syntax: the order of members, repeated names and numbers as they stand",
			},
		},

		"analysis/awsconfig": {
			ours: map[string]string{"analysis": nouns},
		},

		"analysis/change": {
			ours: map[string]string{
				"analysis":         nouns,
				"analysis/jsondoc": "takes requests and answers apart",
			},
		},

		"analysis/thennow": {
			ours: map[string]string{"analysis": nouns},
		},

		"analysis/source": {
			ours: map[string]string{
				"analysis":            nouns,
				"analysis/cloudtrail": "recognises CloudTrail's object keys",
			},
			outside: map[string]string{
				"github.com/klauspost/compress": "opens .tar.gz",
			},
		},
		"analysis/awsread": {
			ours: map[string]string{"analysis": nouns},
			outside: map[string]string{
				"github.com/aws/aws-sdk-go-v2": "credentials and clients",
				"github.com/aws/smithy-go":     "error codes and the middleware that refuses every call that is no read",
			},
		},
		"analysis/awsread/awstest": {
			outside: map[string]string{
				"github.com/aws/aws-sdk-go-v2": "fills the test server's buckets, and tells recorded answers apart by operation",
				"github.com/aws/smithy-go":     "keeps the client quiet",
				"golang.org/x/tools/txtar":     "recorded answers",
			},
		},
		"analysis/resource": {
			ours: map[string]string{
				"analysis":         nouns,
				"analysis/awsread": "the only way to AWS",
			},
			outside: map[string]string{
				"github.com/aws/aws-sdk-go-v2": "the typed read calls of each service",
			},
		},
		"analysis/account": {
			ours: map[string]string{
				"analysis":           nouns,
				"analysis/awsread":   "the only way to AWS",
				"analysis/resource":  "what its readers call is what templates must allow",
				"analysis/source/s3": "what sync calls is what templates must allow, and the doctor reads an object as sync does",
			},
			outside: map[string]string{
				"github.com/aws/aws-sdk-go-v2": "the typed read calls of Organizations, CloudTrail and KMS",
			},
		},
		"analysis/source/s3": {
			ours: map[string]string{
				"analysis":            nouns,
				"analysis/awsread":    "the only way to AWS",
				"analysis/cloudtrail": "knows CloudTrail's key layouts, to list only the days asked for",
			},
			outside: map[string]string{
				"github.com/aws/aws-sdk-go-v2": "lists and reads the bucket",
				"github.com/aws/smithy-go":     "error codes",
			},
		},

		"analysis/detect": {
			ours: map[string]string{"analysis": nouns},
		},
		"analysis/story": {
			ours: map[string]string{"analysis": nouns},
		},
		"analysis/export": {
			ours: map[string]string{
				"analysis":            nouns,
				"analysis/cloudtrail": "finds the bytes of a record within its object",
				"analysis/store":      "writes the rows of its answers, and reads the kept objects",
			},
		},
		"analysis/webhook": {
			ours: map[string]string{"analysis": nouns},
		},
		"analysis/network": {
			ours: map[string]string{"analysis": nouns},
			outside: map[string]string{
				"github.com/oschwald/maxminddb-golang": "the user's mmdb files",
				"github.com/gaissmai/bart":             "the longest prefix that has an address, of thousands",
				"go.yaml.in/yaml":                      "the file of the user's networks, strict",
			},
		},
		"queries": {
			ours: map[string]string{"analysis": nouns},
			outside: map[string]string{
				"go.yaml.in/yaml": "the header of a query, strict",
			},
		},
		"analysis/proof": {
			ours: map[string]string{
				"analysis":        nouns,
				"analysis/detect": "runs what it proves as everybody does",
				"analysis/ingest": "its events go the whole way of real ones",
				"analysis/source": "reads the log files that it makes of them",
				"analysis/store":  "a case for every proof",
				"queries":         "the library that it proves",
			},
			outside: map[string]string{
				"golang.org/x/sync":        "fixtures side by side",
				"golang.org/x/tools/txtar": "the form of a fixture",
			},
		},

		"analysis/store": {
			ours: map[string]string{"analysis": nouns},
			outside: map[string]string{
				"github.com/duckdb/duckdb-go": "the engine; no other package of ours asks it anything",
				"github.com/zeebo/xxh3":       "keeps millions of ledger identities in memory as hashes",
			},
		},
		"analysis/ingest": {
			ours: map[string]string{
				"analysis":             nouns,
				"analysis/awsconfig":   "reads what package cloudtrail finds in files of AWS Config",
				"analysis/cloudtrail":  "bytes of an object to events",
				"analysis/resourceref": "derives the resources that events name while they are in memory",
				"analysis/session":     "derives sessions while the events are in memory",
				"analysis/store":       "workers build rows in the store's own shape, so that the one writer only appends",
			},
			outside: map[string]string{
				"golang.org/x/sync": "one errgroup: lister, workers, writer",
			},
		},

		"sample-logs": {}, // the stories, embedded
		"sample-logs/generate": {
			ours: map[string]string{
				"sample-logs/generate/stories": "writes the stories of the sample logs",
				"sample-logs/generate/synth":   "writes as many log files as asked for",
			},
		},
		"sample-logs/generate/stories": {
			ours: map[string]string{"sample-logs/generate/synth": "an attack happens among the noise of an ordinary account"},
			outside: map[string]string{
				"github.com/klauspost/compress": "digest files are gzip, too",
			},
		},
		"sample-logs/generate/synth": {
			outside: map[string]string{
				"github.com/klauspost/compress": "millions of records are gzip files before they are a benchmark",
			},
		},

		"tui/theme": {
			ours:    map[string]string{"analysis": "severities have colours"},
			outside: map[string]string{"charm.land/lipgloss": "styles"},
		},
		"tui/cell": {
			ours: map[string]string{"analysis": "cleans what a record says"},
			outside: map[string]string{
				"charm.land/lipgloss":                  "styles, rendered once",
				"github.com/charmbracelet/x/ansi":      "measures and cuts what is not ASCII",
				"github.com/clipperhouse/displaywidth": "the characters of a text as a terminal draws them",
			},
		},
		"tui/table": {
			ours: map[string]string{
				"analysis":  "kinds of columns, orders, severities",
				"tui/cell":  "fits values into columns",
				"tui/theme": "how things look",
			},
			outside: map[string]string{"charm.land/lipgloss": "styles of rows and values, merged"},
		},
		"tui/diff": {
			ours: map[string]string{
				"analysis":         "a change of a resource",
				"analysis/jsondoc": "the documents that it compares",
				"tui/cell":         "fits lines into the width",
				"tui/theme":        "how things look",
			},
		},
		"tui/jsontree": {
			ours: map[string]string{
				"analysis/filter":  "knows by which field a place of a record is filtered",
				"analysis/jsondoc": "the document that it shows",
				"tui/cell":         "fits lines into the width",
				"tui/theme":        "how things look",
			},
		},
		"tui/chart": {
			ours: map[string]string{
				"analysis":  "draws its histograms",
				"tui/cell":  "fits labels into cells",
				"tui/theme": "how things look",
			},
		},
		"tui": {
			ours: map[string]string{
				"tui/cell":         "fits text into cells",
				"tui/chart":        "counts over time",
				"tui/table":        "lists",
				"tui/theme":        "how things look",
				"analysis":         nouns,
				"analysis/filter":  "parses and completes what is typed in a filter line",
				"analysis/session": "draws role chains",
				"analysis/jsondoc": "reads fields of records and compares them",
				"tui/jsontree":     "records as trees",
				"tui/diff":         "records beside each other",
			},
			outside: map[string]string{
				"charm.land":                  "terminal, styles, widgets",
				"github.com/charmbracelet":    "measures and cuts styled text",
				"github.com/atotto/clipboard": "the desktop's clipboard, beside the terminal's",
				"github.com/sahilm/fuzzy":     "finds names in the palette",
			},
		},

		"cmd/trailbench": {
			ours: map[string]string{every: "the only place that knows every other package"},
			outside: map[string]string{
				"charm.land":                           "help and tables on a terminal",
				"github.com/adrg/xdg":                  "where a person's cases and configuration live",
				"github.com/charmbracelet":             "what the terminal can show",
				"github.com/duckdb/duckdb-go-bindings": "version prints the engine's",
				"github.com/dustin/go-humanize":        "sizes and counts for people",
				"github.com/gofrs/flock":               "one watch a case",
				"github.com/sahilm/fuzzy":              "the nearest name when one is misspelt",
				"github.com/spf13/cobra":               "commands, flags, completion",
			},
		},
	}
}

// testOnly names what production code never imports: test frameworks and our own
// test helpers. A test helper may import them.
func testOnly(path string) bool {
	for _, p := range []string{
		"testing",
		"net/http/httptest",
		"github.com/google/go-cmp",
		"github.com/rogpeppe/go-internal",
		"pgregory.net/rapid",
		"go.uber.org/goleak",
	} {
		if within(path, p) {
			return true
		}
	}
	return testHelper(path)
}

// testHelper reports whether path is a package of ours that only tests import.
func testHelper(path string) bool {
	return within(path, module+"/analysis/awsread/awstest")
}

// neverLinked switches the linker's dead-code elimination off and would make the
// binary nearly twice as large.
func neverLinked(path string) bool {
	return path == "text/template" || path == "html/template"
}

// networkOf names the packages that may open connections. Evidence is worked on
// offline: everything else gets its bytes handed in.
func networkOf(pkg string) bool {
	return within(pkg, "analysis/source/s3") || within(pkg, "analysis/awsread") || pkg == "analysis/webhook"
}

func opensConnections(path string) bool {
	return path == "net" || within(path, "net/http") || path == "crypto/tls"
}

func TestImportLaw(t *testing.T) {
	law := importLaw()
	var seen []string
	for _, p := range listPackages(t) {
		name := p.relative()
		seen = append(seen, name)
		allowed, ok := law[name]
		if !ok {
			t.Errorf("%s is not in the import law: add it, with its arrows and their reasons", name)
			continue
		}
		for _, path := range p.Imports {
			if why := refuse(name, path, allowed); why != "" {
				t.Errorf("%s imports %s: %s", name, path, why)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(law)) {
		if !slices.Contains(seen, name) {
			t.Errorf("the import law names %s, which does not exist", name)
		}
	}
}

// refuse says why package name may not import path, "" when it may.
func refuse(name, path string, allowed may) string {
	switch {
	case neverLinked(path):
		return "it switches the linker's dead-code elimination off"
	case testOnly(path) && !testHelper(module+"/"+name):
		return "it is for tests only"
	case opensConnections(path) && !networkOf(name):
		return "only the packages that read from AWS and the webhook open connections"
	case within(path, module):
		ours := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		if allowed.ours[every] == "" && allowed.ours[ours] == "" {
			return "the law has no such arrow"
		}
	case isStandard(path):
	default:
		for prefix := range allowed.outside {
			if within(path, prefix) {
				return ""
			}
		}
		return "the law has no such arrow"
	}
	return ""
}

func TestRefuse(t *testing.T) {
	law := importLaw()
	f := func(name, path string, want bool) {
		t.Helper()
		why := refuse(name, path, law[name])
		if got := why == ""; got != want {
			t.Errorf("refuse(%s, %s) = %q, allowed should be %v", name, path, why, want)
		}
	}
	f("analysis", "strings", true)
	f("analysis", "golang.org/x/text/encoding", false)
	f("analysis", module+"/analysis/store", false)
	f("analysis/store", module+"/analysis", true)
	f("analysis/store", "github.com/duckdb/duckdb-go/v2", true)
	f("analysis/filter", "github.com/duckdb/duckdb-go/v2", false)
	f("analysis/filter", "net/netip", true)
	f("analysis/filter", "net/http", false)
	f("analysis/source/s3", "net/http", true)
	f("analysis/awsread", "net/http", true)
	f("analysis/source/s3", "testing", false)
	f("analysis/awsread", "testing", false)
	f("analysis/awsread/awstest", "testing", true)
	f("analysis/ingest", module+"/analysis/awsread/awstest", false)
	f("cmd/trailbench", module+"/analysis/store", true)
	f("cmd/trailbench", module+"/analysis/awsread/awstest", false)
	f("cmd/trailbench", "text/template", false)
	f("cmd/trailbench", "github.com/duckdb/duckdb-go/v2", false)
}

// within reports whether path is prefix or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// isStandard reports whether path is of the standard library: no dot in its first part.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// goPackage is what the laws need of `go list -json`.
type goPackage struct {
	ImportPath string
	Name       string
	Dir        string
	Doc        string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
}

// relative is the package's path inside the module.
func (p goPackage) relative() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// listPackages returns every package of the module, read by the go command.
func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,Doc,GoFiles,CgoFiles,Imports", "./...")
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var pkgs []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatalf("read the answer of go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}
