package samplelogs

import (
	"io/fs"
	"testing"
)

func TestStoriesAreComplete(t *testing.T) {
	size, names := int64(0), map[string]bool{}
	for _, s := range Stories() {
		if names[s.Name] || s.Title == "" {
			t.Errorf("story %q is there twice or has no title", s.Name)
		}
		names[s.Name] = true
		steps, err := s.Truth()
		if err != nil || len(steps) == 0 {
			t.Errorf("%s: %d steps, %v", s.Name, len(steps), err)
		}
		for _, step := range steps {
			if step.EventID == "" || step.EventTime.IsZero() || step.Operation == "" || step.Technique == "" {
				t.Errorf("%s: step %+v", s.Name, step)
			}
		}
		files := 0
		err = fs.WalkDir(s.FS, ".", func(_ string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			size += info.Size()
			files++
			return err
		})
		if err != nil || files < 20 {
			t.Errorf("%s: %d files, %v", s.Name, files, err)
		}
	}
	if size > 1_800_000 {
		t.Errorf("the stories are %d bytes; they are part of the binary", size)
	}
}
