package stories

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteAll writes every story into its folder under dir and removes the log files
// that no longer belong to it. Other files in the folder stay.
func WriteAll(ctx context.Context, dir string) error {
	for _, s := range All() {
		files, err := s.Build(ctx)
		if err != nil {
			return err
		}
		root := filepath.Join(dir, s.Name)
		if err := sweep(root, files); err != nil {
			return err
		}
		for name, body := range files {
			path := filepath.Join(root, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, body, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// sweep removes the log files under root that are not among files.
func sweep(root string, files map[string][]byte) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json.gz") {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if _, keep := files[filepath.ToSlash(name)]; keep {
			return nil
		}
		return os.Remove(path)
	})
}
