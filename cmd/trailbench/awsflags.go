package main

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/store"
)

// awsOptions are the flags of commands that ask AWS about several accounts.
type awsOptions struct {
	profile, region, endpoint     string
	roleARN, roleName, externalID string
	mfa                           string
}

// addAWSFlags adds the flags that say as whom AWS is asked.
func addAWSFlags(cmd *cobra.Command, opt *awsOptions) {
	f := cmd.Flags()
	f.StringVar(&opt.profile, "profile", "", "profile of the shared AWS configuration (AWS_PROFILE)")
	f.StringVar(&opt.region, "aws-region", "", "region for the SDK's own calls (AWS_REGION)")
	f.StringVar(&opt.roleARN, "role-arn", "", "role to assume first, to begin from there")
	f.StringVar(&opt.roleName, "role-name", "", "role to assume in every other account that has none of its own")
	f.StringVar(&opt.externalID, "external-id", "", "external id for --role-arn and --role-name")
	f.StringVar(&opt.mfa, "mfa", "", "MFA device for --role-arn; the code is asked for")
	f.StringVar(&opt.endpoint, "endpoint-url", "", "another server in place of every service (AWS_ENDPOINT_URL)")
}

// userAgent is what the user agent of this program's calls holds.
func userAgent() string {
	number, _ := buildVersion()
	return "trailbench/" + number
}

// sessionName is how this program's sessions are called in the logs of accounts.
func (a *app) sessionName() string {
	dir, err := a.casePath()
	if err != nil {
		dir = "" // without a case the name has none
	}
	name := filepath.Base(dir)
	if dir == "" {
		name = ""
	}
	return account.SessionName(name, a.author(""))
}

// A look at a resource takes ten calls, and people wait for it: it gives up sooner than
// a sync, and is made again with a key.
const (
	lookAttempts = 4
	lookBackoff  = 4 * time.Second
)

// sessions are accounts as the flags, and what the case knows of each, open them. What is
// begun is told to own.
func (a *app) sessions(opt awsOptions, known []analysis.Account, own *ownSessions) *account.Sessions {
	base := awsread.Options{
		Profile: opt.profile, Region: opt.region, Endpoint: opt.endpoint, UserAgent: userAgent(),
		Attempts: lookAttempts, MaxBackoff: lookBackoff,
		Role: awsread.Role{ARN: opt.roleARN, ExternalID: opt.externalID, MFASerial: opt.mfa},
	}
	if !a.flags.noInput && isTerminal(a.in) {
		base.Role.MFAToken = a.askToken
	}
	return account.New(account.Options{
		AWS: base, RoleName: opt.roleName, ExternalID: opt.externalID, SessionName: a.sessionName(), Accounts: known,
		Began: func(id awsread.Identity) { own.add(a, id) },
	})
}

// ownSessions collects the sessions of this program, so that the case can tell what it did
// from what others did. Its methods may be called from several goroutines.
type ownSessions struct {
	mu  sync.Mutex
	all []store.OwnSession
}

func (o *ownSessions) add(a *app, id awsread.Identity) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, store.OwnSession{AccessKeyID: id.AccessKeyID, ARN: id.ARN, UserAgent: userAgent(), Began: a.now()})
}

// keep notes in the case what was collected since it was last called.
func (o *ownSessions) keep(ctx context.Context, st *store.Store) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.all) == 0 {
		return nil
	}
	if err := st.NoteOwnSessions(ctx, o.all); err != nil {
		return err
	}
	o.all = nil
	return nil
}
