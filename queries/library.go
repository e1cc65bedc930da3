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
//go:embed detections/*/*.sql pivots/*.sql reports/*.sql relations/*.sql
var bundled embed.FS

// Library is a set of queries that is ready to run.
type Library struct {
	Detections []analysis.Detection
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
	if len(lib.Detections)+len(lib.Queries)+len(lib.Relations)+len(lib.Broken) == 0 {
		err := fmt.Errorf("read queries: %s holds none: %w", dir, analysis.ErrUsage)
		return lib, analysis.WithHint(err, "it has the folders detections/SERVICE, pivots and reports; trailbench queries new makes a first file")
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
		l.Detections = append(l.Detections, d)
	}
	return nil
}

// under puts own in front of l.
func (l Library) under(own Library) Library {
	wins := func(id string) {
		l.Notices = append(l.Notices, fmt.Sprintf("%s is taken from your own queries, not the bundled one", id))
	}
	for _, d := range own.Detections {
		i := slices.IndexFunc(l.Detections, func(b analysis.Detection) bool { return b.ID == d.ID })
		if i < 0 {
			l.Detections = append(l.Detections, d)
			continue
		}
		wins(d.ID)
		l.Detections[i] = d
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

// Detection returns the detection with the id.
func (l Library) Detection(id string) (analysis.Detection, bool) {
	for _, d := range l.Detections {
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
