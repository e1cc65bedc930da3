package queries

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed templates/*
var templates embed.FS

// Text returns the file at name within the library in the folder origin, "" for the
// bundled one, as it was written.
func Text(name, origin string) (string, error) {
	var text []byte
	var err error
	if origin == "" {
		text, err = fs.ReadFile(bundled, name)
	} else {
		text, err = os.ReadFile(filepath.Join(origin, filepath.FromSlash(name)))
	}
	if err != nil {
		return "", fmt.Errorf("read the query: %w", err)
	}
	return string(text), nil
}

// Names that a query can have: what an id can hold, and no way out of the folder.
var (
	detectionName = regexp.MustCompile(`^(detections|posture)/[a-z0-9-]+/([a-z0-9_]+)$`)
	queryName     = regexp.MustCompile(`^(pivots|reports)/([a-z0-9_]+)$`)
)

// Template returns the files to begin a query with, by their names within a library.
// name is its path without .sql: detections/SERVICE/NAME, posture/SERVICE/NAME,
// pivots/NAME or reports/NAME. They pass the checks as they are.
func Template(name string) (map[string]string, error) {
	name = strings.TrimSuffix(name, ".sql")
	parts := detectionName.FindStringSubmatch(name)
	if parts == nil {
		parts = queryName.FindStringSubmatch(name)
	}
	if parts == nil {
		err := fmt.Errorf("%q is no name for a query: %w", name, analysis.ErrUsage)
		return nil, analysis.WithHint(err, "detections/SERVICE/NAME, posture/SERVICE/NAME, pivots/NAME or reports/NAME, in small letters, digits and _")
	}
	title := strings.ReplaceAll(parts[2], "_", " ")
	fill := strings.NewReplacer("{{id}}", idOf(name+".sql"), "{{title}}", strings.ToUpper(title[:1])+title[1:])
	files := map[string]string{}
	for _, ending := range []string{".sql", ".txtar"} {
		text, err := fs.ReadFile(templates, path.Join("templates", strings.TrimSuffix(parts[1], "s")+ending))
		if err != nil {
			continue // pivots and reports have no fixture
		}
		files[name+ending] = fill.Replace(string(text))
	}
	return files, nil
}
