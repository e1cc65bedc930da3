package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/store"
)

// settings are the values that decide as whom and where AWS is asked, and where each is set.
func (v *visit) settings() {
	for _, s := range []struct{ name, value, variable string }{
		{"case", v.a.flags.caseDir, "TRAILBENCH_CASE"},
		{"profile", v.opt.aws.profile, "AWS_PROFILE"},
		{"aws-region", v.opt.aws.region, "AWS_REGION"},
		{"role-arn", v.opt.aws.roleARN, ""},
		{"role-name", v.opt.aws.roleName, ""},
		{"external-id", v.opt.aws.externalID, ""},
		{"endpoint-url", v.opt.aws.endpoint, "AWS_ENDPOINT_URL"},
		{"", "", "AWS_ENDPOINT_URL_S3"},
		{"", "", "AWS_ENDPOINT_URL_STS"},
		{"", "", "AWS_CONFIG_FILE"},
		{"", "", "AWS_SHARED_CREDENTIALS_FILE"},
		{"", "", "AWS_CA_BUNDLE"},
		{"", "", "HTTPS_PROXY"},
	} {
		switch found := v.a.getenv(s.variable); {
		case s.value != "":
			v.Say(account.Pass, "setting", "--"+s.name, s.value, "")
		case s.variable != "" && found != "":
			v.Say(account.Pass, "setting", s.variable, withoutPassword(found), "")
		}
	}
}

// withoutPassword is an address without the password that it may hold.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return text
	}
	return u.Redacted()
}

// Less than this free is worth a word: a month of a large account's logs takes as much.
const fewBytes = 5 << 30

// machine looks at the case and at the disk it is on.
func (v *visit) machine(ctx context.Context) {
	dir, err := v.a.casePath()
	switch {
	case errors.Is(err, errNoCaseNamed):
		v.Say(account.Warn, "case", "", "no case is named: roles and names of accounts are not known", "name one with --case DIR or TRAILBENCH_CASE; trailbench case new makes one")
		dir = "."
	case err != nil:
		v.Say(account.Fail, "case", "", err.Error(), strings.Join(analysis.Hints(err), "\n"))
		dir = "."
	case !isCase(dir):
		v.Say(account.Warn, "case", dir, "there is no case in it", "trailbench case new "+shellQuote(dir)+" makes one, and so does sync")
		v.dir = dir
	default:
		v.dir = dir
		v.openCase(ctx, dir)
	}
	for !exists(dir) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
	}
	free, err := freeBytes(dir)
	if err != nil {
		v.Say(account.Warn, "disk", dir, err.Error(), "")
		return
	}
	level, hint := account.Pass, ""
	if free < fewBytes {
		level, hint = account.Warn, "a case takes about twice what its log objects do: make room, or put it elsewhere with --case"
	}
	v.Say(level, "disk", dir, humanize.IBytes(free)+" free", hint)
}

func exists(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}

// openCase opens the case as commands do that write down what they find.
func (v *visit) openCase(ctx context.Context, dir string) {
	err := v.a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) (err error) {
		v.known, err = st.Directory(ctx)
		return err
	})
	if err != nil {
		v.Say(account.Fail, "case", dir, err.Error(), strings.Join(analysis.Hints(err), "\n"))
		return
	}
	detail := "opens"
	if n := len(v.known); n > 0 {
		detail += ", " + plural(int64(n), "account") + " in its directory"
	}
	v.Say(account.Pass, "case", dir, detail, "")
}

// keepOwn notes this program's own sessions, if there is a case to note them in.
func (v *visit) keepOwn(ctx context.Context) {
	if v.dir == "" || !isCase(v.dir) {
		return
	}
	err := v.a.writeCase(ctx, v.dir, func(st *store.Store, _ *store.Reader) error { return v.own.keep(ctx, st) })
	if err != nil {
		v.Say(account.Warn, "case", v.dir, "the doctor's own calls could not be noted: "+err.Error(), strings.Join(analysis.Hints(err), "\n"))
	}
}
