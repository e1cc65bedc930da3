// Command testreport reads the stream of `go test -json`, shows what a person wants to
// know of it (packages, failures with their output, skips with their reason), and
// counts.
//
//	go test -json ./... | go run ./.ci/testreport -counts FILE
//
// FILE gets one line of four numbers for the script that started it: tests passed,
// failed and skipped, and how many integration tests ran. Tests are counted, not their
// subtests.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	counts := flag.String("counts", "", "write the numbers to this `file`")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *counts); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, counts string) error {
	r := report{out: out, output: map[test]*strings.Builder{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if counts == "" {
		return nil
	}
	numbers := fmt.Sprintln(r.passed, r.failed, r.skipped, r.integration)
	return os.WriteFile(counts, []byte(numbers), 0o644)
}

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

// test names a test, or with an empty name its package.
type test struct{ pkg, name string }

// report is what was seen so far.
type report struct {
	out                                  io.Writer
	output                               map[test]*strings.Builder // of tests that have not ended
	passed, failed, skipped, integration int
}

// line takes one line of the stream. What is no JSON is the go command talking.
func (r *report) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		fmt.Fprintf(r.out, "%s", line)
		return
	}
	id := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		if r.output[id] == nil {
			r.output[id] = &strings.Builder{}
		}
		r.output[id].WriteString(e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(id, e)
		} else {
			r.endTest(id, e)
		}
		delete(r.output, id)
	}
}

func (r *report) endTest(id test, e event) {
	said := ""
	if b := r.output[id]; b != nil {
		said = b.String()
	}
	if e.Action != "pass" {
		fmt.Fprintf(r.out, "%s %s %s\n%s", e.Action, id.pkg, id.name, indent(said))
	}
	if strings.Contains(id.name, "/") {
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
	case "skip":
		r.skipped++
	}
	if strings.HasPrefix(id.name, "TestIntegration") && e.Action != "skip" {
		r.integration++
	}
}

// endPackage shows the package's verdict. A package that failed may have died with its
// tests running: what they had said is the only trace.
func (r *report) endPackage(id test, e event) {
	if e.Action == "skip" {
		return // it has no tests
	}
	if e.Action == "fail" {
		for other, b := range r.output {
			if other.pkg == id.pkg && other.name != "" {
				fmt.Fprintf(r.out, "unfinished %s %s\n%s", other.pkg, other.name, indent(b.String()))
				delete(r.output, other)
				if !strings.Contains(other.name, "/") {
					r.failed++
				}
			}
		}
		if b := r.output[id]; b != nil {
			fmt.Fprint(r.out, indent(b.String()))
		}
	}
	fmt.Fprintf(r.out, "%-4s %-60s %6.1f s\n", e.Action, id.pkg, e.Elapsed)
}

// indent sets text off, without the lines that say only that a test began or went on.
func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "=== ") {
			continue
		}
		b.WriteString("    " + line)
	}
	return b.String()
}
