package analysis_test

import (
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

func TestClean(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := analysis.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	f("", "")
	f("aws-cli/2.17.9", "aws-cli/2.17.9")
	f("Zoë 日本 ✓", "Zoë 日本 ✓")
	f("a\x1b[2Jb", `a\u001b[2Jb`)
	f("a\r\nb\tc", `a\r\nb\tc`)
	f("\x7f\x00", `\u007f\u0000`)
	f("\u009b31m", `\u009b31m`)                 // the 8-bit form of ESC [
	f("user\u202egnp.exe", `user\u202egnp.exe`) // right-to-left override
	f("ad\u200bmin", `ad\u200bmin`)
	f("\ufeffx", `\ufeffx`)
	f("x\U000e0041", `x\U000e0041`) // a tag character: invisible ASCII
	f("x\u3164y", `x\u3164y`)
	f("\u2028", `\u2028`)
	f("a\xffb", "a\ufffdb")
}

func TestHiddenLeavesLettersAlone(t *testing.T) {
	for _, r := range "aZ09 ~éßЖ日한✓█…" {
		if analysis.Hidden(r) {
			t.Errorf("%q (%U) is taken for hidden", r, r)
		}
	}
}
