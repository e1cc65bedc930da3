package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/source/s3"
	"github.com/trailbench/trailbench/analysis/store"
)

type doctorOptions struct {
	aws       awsOptions
	pathStyle bool
}

func newDoctorCommand(a *app) *cobra.Command {
	var opt doctorOptions
	cmd := &cobra.Command{
		Use:     "doctor [s3://BUCKET[/PREFIX]]",
		Short:   "Say why reading AWS works or does not, and which permission is missing",
		GroupID: groupCollect,
		Long: "Say why reading AWS works or does not: the credentials, this machine's clock, the role of every account of the case, every trail " +
			"of the account of the credentials (and of those that --account names), and the bucket, of which one real object is listed, read and " +
			"decrypted. Without a bucket it looks into those of the trails. Each line passes, warns or fails, with the permission that is missing and what to " +
			"paste where; and the sync command line is printed, ready. It makes only read calls, and AssumeRole.",
		Example: `trailbench doctor --profile ir-readonly
trailbench doctor s3://amzn-s3-demo-bucket/logs --role-arn arn:aws:iam::111122223333:role/trailbench-reader --external-id 1b4c7d2e-example
trailbench doctor --account 444455556666 --role-name trailbench-reader --json`,
		Args: needArgs(0, 1, "one s3://BUCKET[/PREFIX]"),
		RunE: func(cmd *cobra.Command, args []string) error { return runDoctor(cmd.Context(), a, opt, args) },
	}
	cmd.Flags().SortFlags = false
	addAWSFlags(cmd, &opt.aws)
	cmd.Flags().BoolVar(&opt.pathStyle, "path-style", false, "bucket in the path, not in the host name")
	return withExitCodes(cmd)
}

// visit is one run of the doctor.
type visit struct {
	*account.Doctor
	a     *app
	opt   doctorOptions
	known []analysis.Account
	own   ownSessions
	dir   string   // of the case, "" for none
	lines []string // command lines that sync what was found
}

func runDoctor(ctx context.Context, a *app, opt doctorOptions, args []string) error {
	bucket, prefix := "", ""
	if len(args) > 0 {
		var err error
		if bucket, prefix, err = s3.ParseURI(args[0]); err != nil {
			return err
		}
	}
	v := &visit{Doctor: &account.Doctor{Now: a.now}, a: a, opt: opt}
	v.settings()
	v.machine(ctx)
	v.Sessions = a.sessions(opt.aws, v.known, &v.own)
	if err := v.aws(ctx, bucket, prefix); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	v.keepOwn(ctx)
	if err := v.print(); err != nil {
		return err
	}
	failed := int64(0)
	for _, l := range v.Lines() {
		if l.Level == account.Fail {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%s failed", plural(failed, "check"))
	}
	return nil
}

// aws looks at everything that AWS is asked for.
func (v *visit) aws(ctx context.Context, bucket, prefix string) error {
	if !v.Credentials(ctx) {
		return nil
	}
	who, err := v.Sessions.Who(ctx)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(amongAccounts(slices.Clone(v.known), v.a.flags.accounts), func(a analysis.Account) bool {
		return a.ID == who.AccountID && a.Role == ""
	})
	for _, id := range v.a.flags.accounts {
		known := slices.ContainsFunc(others, func(a analysis.Account) bool { return a.ID == id })
		if account.IsID(id) && id != who.AccountID && !known {
			others = append(others, analysis.Account{ID: id})
		}
	}
	if err := v.Roles(ctx, others); err != nil {
		return err
	}
	trails := v.Trails(ctx, "")
	if len(v.a.flags.accounts) > 0 {
		for _, a := range others {
			trails = append(trails, v.Trails(ctx, a.ID)...)
		}
	}
	v.buckets(ctx, bucket, prefix, trails)
	return nil
}

// buckets looks into the bucket that was named, else into those of the trails.
func (v *visit) buckets(ctx context.Context, bucket, prefix string, trails []account.Trail) {
	seen := map[string]bool{}
	if bucket != "" {
		v.bucket(ctx, bucket, prefix, account.Trail{})
		return
	}
	for _, t := range trails {
		if t.Bucket != "" && !seen[t.URI()] {
			seen[t.URI()] = true
			v.bucket(ctx, t.Bucket, strings.TrimPrefix(t.Prefix+"/", "/"), t)
		}
	}
}

// bucket reads a bucket as sync does, and notes the command line that does it.
func (v *visit) bucket(ctx context.Context, bucket, prefix string, t account.Trail) {
	role, externalID := v.opt.aws.roleARN, v.opt.aws.externalID
	for _, a := range v.known {
		if arn, err := account.RoleARN(a.Partition, a.ID, a.Role); role == "" && a.Kind == "log-archive" && a.Role != "" && err == nil {
			role, externalID = arn, cmp.Or(a.ExternalID, externalID)
		}
	}
	cfg := s3.Config{
		Bucket: bucket, Prefix: prefix, Profile: v.opt.aws.profile, Region: v.opt.aws.region, RoleARN: role, SessionName: v.a.sessionName(),
		MFASerial: v.opt.aws.mfa, EndpointURL: v.opt.aws.endpoint, PathStyle: v.opt.pathStyle, UserAgent: userAgent(),
	}
	if role != "" {
		cfg.ExternalID = externalID
	}
	if !v.a.flags.noInput && isTerminal(v.a.in) {
		cfg.MFAToken = v.a.askToken
	}
	if !v.Bucket(ctx, cfg) {
		return
	}
	uri := "s3://" + bucket
	if prefix != "" {
		uri += "/" + prefix
	}
	line := []string{"trailbench", "sync"}
	if v.dir != "" {
		line = append(line, "--case", v.dir)
	}
	line = append(line, uri, "--since", "14d")
	for _, f := range [][2]string{
		{"--profile", cfg.Profile},
		{"--aws-region", cfg.Region},
		{"--role-arn", role},
		{"--external-id", cfg.ExternalID},
		{"--mfa", cfg.MFASerial},
		{"--endpoint-url", cfg.EndpointURL},
	} {
		if f[1] != "" {
			line = append(line, f[0], f[1])
		}
	}
	if v.opt.pathStyle {
		line = append(line, "--path-style")
	}
	if t.ARN != "" && !t.MultiRegion {
		line = append(line, "--region", t.Region)
	}
	for i, word := range line {
		line[i] = shellQuote(word)
	}
	v.lines = append(v.lines, strings.Join(line, " "))
	v.Say(account.Pass, "sync", uri, strings.Join(line, " "), "")
}

// print prints the lines: drawn on a terminal, else as rows.
func (v *visit) print() error {
	if v.a.format() == "table" && len(v.a.flags.fields) == 0 {
		return v.draw(v.a.out)
	}
	all := newList(store.Column{Name: "level"}, store.Column{Name: "check"}, store.Column{Name: "subject"}, store.Column{Name: "detail"}, store.Column{Name: "hint"})
	for _, l := range v.Lines() {
		all.add(string(l.Level), l.Check, orNull(l.Subject), orNull(l.Detail), orNull(l.Hint))
	}
	return v.a.print(all)
}

func (v *visit) draw(w io.Writer) error {
	p := v.a.paint(w)
	glyphs := map[account.Level]string{account.Pass: "✓", account.Warn: "!", account.Fail: "✗"}
	if v.a.ascii() {
		glyphs = map[account.Level]string{account.Pass: "+", account.Warn: "!", account.Fail: "x"}
	}
	styles := map[account.Level]style{account.Pass: styleGood, account.Warn: styleWarn, account.Fail: styleBad}
	var b strings.Builder
	for _, l := range v.Lines() {
		if l.Check == "sync" {
			continue
		}
		head := fmt.Sprintf("%s %-4s %s", glyphs[l.Level], l.Level, l.Check)
		fmt.Fprintf(&b, "%s%s\n", p.as(styles[l.Level], head), analysis.Clean(behind(l.Subject)+behind(l.Detail)))
		for line := range strings.Lines(l.Hint) {
			fmt.Fprintf(&b, "       %s\n", analysis.Clean(strings.TrimRight(line, "\n")))
		}
	}
	for i, line := range v.lines {
		if i == 0 {
			b.WriteString("\nsync it with:\n")
		}
		b.WriteString("  " + analysis.Clean(line) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// behind is text behind something else, nothing for none.
func behind(text string) string {
	if text == "" {
		return ""
	}
	return "  " + text
}
