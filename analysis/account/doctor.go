package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Level is what a check of the [Doctor] came to.
type Level string

// The levels.
const (
	Pass Level = "pass"
	Warn Level = "warn" // it works, and something is not seen or will not last
	Fail Level = "fail"
)

// Diagnosis is one line of the doctor's: what was looked at, what came of it, and what to do.
type Diagnosis struct {
	Check   string // credentials, role, trail logging, …
	Subject string // the account, trail, bucket or object
	Level   Level
	Detail  string
	Hint    string // "" where nothing is to be done
}

// Doctor says why reading accounts, trails and buckets works or does not. It makes the
// same calls as the commands that it speaks for. Nothing that AWS answers ends it: what
// cannot be asked is a line.
type Doctor struct {
	Sessions *Sessions
	Now      func() time.Time
	// Seen, if set, is told of every call before it leaves.
	Seen func(awsread.Call)

	lines []Diagnosis
}

// Lines are what was found so far.
func (d *Doctor) Lines() []Diagnosis { return d.lines }

// Say adds a line.
func (d *Doctor) Say(level Level, check, subject, detail, hint string) {
	d.lines = append(d.lines, Diagnosis{Check: check, Subject: subject, Level: level, Detail: strings.Join(strings.Fields(detail), " "), Hint: hint})
}

// blame adds a line for an error.
func (d *Doctor) blame(level Level, check, subject string, err error) {
	d.Say(level, check, subject, Problem(err), strings.Join(analysis.Hints(err), "\n"))
}

// in opens an account and tells Seen of the calls there.
func (d *Doctor) in(ctx context.Context, account, region string) (awsread.Config, error) {
	cfg, _, err := d.Sessions.In(ctx, account, region)
	if err == nil && d.Seen != nil {
		cfg = cfg.Recording(d.Seen)
	}
	return cfg, err
}

// Clocks that are further apart than this are worth a word, and from the second on AWS
// refuses what is signed.
const (
	skewWorthAWord = time.Minute
	skewTooMuch    = 5 * time.Minute
)

// Credentials looks at the first credentials, and at this machine's clock. It reports
// whether there is any use in going on.
func (d *Doctor) Credentials(ctx context.Context) bool {
	who, err := d.Sessions.Who(ctx)
	if err != nil {
		d.blame(Fail, "credentials", "", err)
		if awsread.Code(err) == "RequestTimeTooSkewed" || strings.Contains(err.Error(), "Signature expired") || strings.Contains(err.Error(), "Signature not yet current") {
			d.Say(Fail, "clock", "", "AWS refuses this machine's time, "+d.Now().UTC().Format(time.RFC3339), "set the clock, then run again")
		}
		return false
	}
	d.Say(Pass, "credentials", who.AccountID, who.ARN, "")
	if strings.HasSuffix(who.ARN, ":root") {
		d.Say(Warn, "credentials", who.AccountID, "these are root's", "use a role that only reads: trailbench iam-template standalone")
	}
	d.clock(ctx)
	return true
}

// clock compares this machine's time with that of the server's answer.
func (d *Doctor) clock(ctx context.Context) {
	cfg, err := d.in(ctx, "", "")
	if err != nil {
		return // said already
	}
	out, err := awsread.New(cfg, sts.NewFromConfig).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		d.blame(Fail, "clock", "", awsread.Explain(err, "sts:GetCallerIdentity"))
		return
	}
	server, ok := awsmiddleware.GetServerTime(out.ResultMetadata)
	if !ok {
		d.Say(Warn, "clock", "", "the server does not say what time it is", "")
		return
	}
	skew := d.Now().Sub(server).Round(time.Second)
	words := fmt.Sprintf("%s from that of AWS", skew.Abs())
	switch {
	case skew.Abs() >= skewTooMuch:
		d.Say(Fail, "clock", "", words, "set the clock: AWS refuses signatures of another time")
	case skew.Abs() >= skewWorthAWord:
		d.Say(Warn, "clock", "", words, "set the clock: from 5 minutes on AWS refuses signatures")
	default:
		d.Say(Pass, "clock", "", words, "")
	}
}

// Roles opens accounts, a line for each.
func (d *Doctor) Roles(ctx context.Context, all []analysis.Account) error {
	tried, err := d.Sessions.Try(ctx, all, d.Now)
	if err != nil {
		return err
	}
	for _, t := range tried {
		subject := strings.TrimSpace(t.Account.ID + " " + t.Account.Name)
		switch {
		case t.Err == nil:
			d.Say(Pass, "role", subject, t.Caller, "")
		case !inUse(t.Account.Status):
			d.Say(Warn, "role", subject, t.Account.Problem, "")
		default:
			d.blame(Fail, "role", subject, t.Err)
		}
	}
	return nil
}
