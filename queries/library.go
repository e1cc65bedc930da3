package queries

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Only the queries are part of the program; the fixtures beside them are not.
//
//go:embed detections/*/*.sql posture/*/*.sql macros/*.sql pivots/*.sql reports/*.sql relations/*.sql
var bundled embed.FS

// Library is a set of queries that is ready to run.
type Library struct {
	Detections []analysis.Detection
	Checks     []analysis.Detection // posture checks
	Queries    []analysis.Query
	// Relations are the SELECTs behind which bundled facts stand, by the name under
	// which detections read them.
	Relations map[string]string
	// Broken are the files that could not be read, each with its reason; the others
	// run without them.
	Broken []error
	// Notices say what the user should know, as that an own file wins over a bundled one.
	Notices []string
}

// Bundled reads the library that is part of the program.
func Bundled() Library { return read(bundled, "") }

// Load reads the bundled library and, in front of it, the folder dir of the user's own
// files, which has the same shape and wins over a bundled id. dir "" is none.
func Load(dir string) (Library, error) {
	lib := Bundled()
	if dir == "" {
		return lib, nil
	}
	own, err := Read(dir)
	if err != nil {
		return lib, err
	}
	return lib.under(own), nil
}

// Read reads the folder dir alone.
func Read(dir string) (Library, error) {
	if info, err := os.Stat(dir); err != nil {
		return Library{}, fmt.Errorf("read queries: %w", err)
	} else if !info.IsDir() {
		return Library{}, fmt.Errorf("read queries: %s is no folder: %w", dir, analysis.ErrUsage)
	}
	lib := read(os.DirFS(dir), dir)
	if len(lib.Detections)+len(lib.Checks)+len(lib.Queries)+len(lib.Relations)+len(lib.Broken) == 0 {
		err := fmt.Errorf("read queries: %s holds none: %w", dir, analysis.ErrUsage)
		return lib, analysis.WithHint(err, "it has the folders detections/SERVICE, posture/SERVICE, pivots and reports; trailbench queries new makes a first file")
	}
	return lib, nil
}

func read(fsys fs.FS, origin string) Library {
	lib := Library{Relations: map[string]string{}}
	for _, pattern := range []string{"detections/*/*.sql", "posture/*/*.sql", "pivots/*.sql", "reports/*.sql", "relations/*.sql"} {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			panic(err) // the patterns are constants
		}
		for _, name := range names {
			text, err := fs.ReadFile(fsys, name)
			if err == nil {
				err = lib.take(name, string(text), origin)
			}
			if err != nil {
				lib.Broken = append(lib.Broken, err)
			}
		}
	}
	return lib
}

func (l *Library) take(name, text, origin string) error {
	switch dir, _, _ := strings.Cut(name, "/"); dir {
	case "relations":
		_, sql, err := split(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		l.Relations[strings.TrimSuffix(path.Base(name), ".sql")] = sql
	case "pivots", "reports":
		q, err := ParseQuery(name, text)
		if err != nil {
			return err
		}
		q.Origin = origin
		l.Queries = append(l.Queries, q)
	default:
		d, err := ParseDetection(name, text)
		if err != nil {
			return err
		}
		d.Origin = origin
		if d.Kind == analysis.KindPosture {
			l.Checks = append(l.Checks, d)
		} else {
			l.Detections = append(l.Detections, d)
		}
	}
	return nil
}

// under puts own in front of l.
func (l Library) under(own Library) Library {
	wins := func(id string) {
		l.Notices = append(l.Notices, fmt.Sprintf("%s is taken from your own queries, not the bundled one", id))
	}
	put := func(in *[]analysis.Detection, d analysis.Detection) {
		i := slices.IndexFunc(*in, func(b analysis.Detection) bool { return b.ID == d.ID })
		if i < 0 {
			*in = append(*in, d)
			return
		}
		wins(d.ID)
		(*in)[i] = d
	}
	for _, d := range own.Detections {
		put(&l.Detections, d)
	}
	for _, d := range own.Checks {
		put(&l.Checks, d)
	}
	for _, q := range own.Queries {
		i := slices.IndexFunc(l.Queries, func(b analysis.Query) bool { return b.ID == q.ID })
		if i < 0 {
			l.Queries = append(l.Queries, q)
			continue
		}
		wins(q.ID)
		l.Queries[i] = q
	}
	for name, sql := range own.Relations {
		if _, ok := l.Relations[name]; ok {
			wins(name)
		}
		l.Relations[name] = sql
	}
	l.Broken = append(l.Broken, own.Broken...)
	return l
}

// Detection returns the detection or posture check with the id.
func (l Library) Detection(id string) (analysis.Detection, bool) {
	for _, d := range slices.Concat(l.Detections, l.Checks) {
		if d.ID == id {
			return d, true
		}
	}
	return analysis.Detection{}, false
}

// Query returns the pivot or report with the id.
func (l Library) Query(id string) (analysis.Query, bool) {
	for _, q := range l.Queries {
		if q.ID == id {
			return q, true
		}
	}
	return analysis.Query{}, false
}

// Err joins the errors of the files that could not be read.
func (l Library) Err() error { return errors.Join(l.Broken...) }

// Macros returns the statements that make the functions of macros/, which posture checks
// may use. They are bundled only: what stands in a macro passes no gate.
func Macros() []string {
	names, err := fs.Glob(bundled, "macros/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	var all []string
	for _, name := range names {
		text, err := fs.ReadFile(bundled, name)
		if err != nil {
			panic(err) // it is part of the program
		}
		all = append(all, string(text))
	}
	return all
}
