package account

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Options say with which credentials accounts are opened.
type Options struct {
	// AWS is where to begin: profile, region, and a role to assume first.
	AWS awsread.Options
	// RoleName is the role to assume in every other account that has none of its own.
	RoleName string
	// ExternalID is the external id of these roles, for accounts that have none of their
	// own.
	ExternalID string
	// SessionName shows in the logs of the accounts; see [SessionName].
	SessionName string
	// Accounts are what is known of accounts: role, external id, profile, partition.
	Accounts []analysis.Account
	// Timeout is how long opening one account may take; 0 is 40 seconds.
	Timeout time.Duration
	// Began, if set, is told once of every session that is begun, one at a time.
	Began func(awsread.Identity)
}

// Sessions opens accounts, each once. What it holds:
//
//   - The first credentials are looked for once for each profile, and a role is assumed
//     once in each account, also when several goroutines ask for it at the same time.
//   - An account that could not be opened is not tried again: whoever asks next gets the
//     same error at once. Only a caller that went away leaves no trace.
//   - Credentials of a role are renewed before they expire, by the SDK.
//
// Its methods may be called from several goroutines.
type Sessions struct {
	opt   Options
	known map[string]analysis.Account

	mu     sync.Mutex
	opened map[string]*once

	telling sync.Mutex
}

// session is access to an account, and who that is.
type session struct {
	cfg awsread.Config
	id  awsread.Identity
}

// New prepares to open accounts. It asks nothing yet.
func New(opt Options) *Sessions {
	s := &Sessions{opt: opt, known: map[string]analysis.Account{}, opened: map[string]*once{}}
	for _, a := range opt.Accounts {
		s.known[a.ID] = a
	}
	s.opt.AWS.Role.SessionName = cmp.Or(opt.AWS.Role.SessionName, opt.SessionName)
	return s
}

// In is access to a region of an account, and the ARN that the account's logs show for
// it; the ARN is told also with an error, as far as it is known. An account "" is that
// of the first credentials, a region "" the one that they are configured with.
//
// The account of the first credentials is read as they are, unless a role is set for
// it. In every other account the role is assumed that is set for it, else the one of
// [Options].
func (s *Sessions) In(ctx context.Context, account, region string) (awsread.Config, string, error) {
	open, err := s.open(ctx, account)
	if err != nil {
		return awsread.Config{}, open.id.ARN, err
	}
	if region == "" {
		return open.cfg, open.id.ARN, nil
	}
	if here, there := PartitionOf(open.id.ARN), awsread.Partition(region); here != "" && here != there {
		return awsread.Config{}, open.id.ARN, foreignPartition(cmp.Or(account, open.id.AccountID), here, there)
	}
	return open.cfg.InRegion(region), open.id.ARN, nil
}

// Who is the identity of the first credentials.
func (s *Sessions) Who(ctx context.Context) (awsread.Identity, error) {
	open, err := s.open(ctx, "")
	return open.id, err
}

// Identity is who reads an account.
func (s *Sessions) Identity(ctx context.Context, account string) (awsread.Identity, error) {
	open, err := s.open(ctx, account)
	return open.id, err
}

func (s *Sessions) open(ctx context.Context, account string) (session, error) {
	if account == "" {
		return s.base(ctx, "")
	}
	return s.slot("account "+account).open(ctx, s.timeout(), func(ctx context.Context) (session, error) {
		return s.begin(ctx, account)
	})
}

// slot is what holds the session of that name.
func (s *Sessions) slot(name string) *once {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opened[name] == nil {
		s.opened[name] = &once{lock: make(chan struct{}, 1)}
	}
	return s.opened[name]
}

func (s *Sessions) timeout() time.Duration { return cmp.Or(s.opt.Timeout, 40*time.Second) }

// base is the session of a profile, "" for the one of [Options]. The role to assume
// first belongs to the latter only.
func (s *Sessions) base(ctx context.Context, profile string) (session, error) {
	opt := s.opt.AWS
	if profile != "" && profile != opt.Profile {
		opt.Profile, opt.Role = profile, awsread.Role{}
	}
	// A code of an MFA device is typed in by a person, who may take longer.
	limit := s.timeout()
	if opt.Role.MFASerial != "" {
		limit += 2 * time.Minute
	}
	return s.slot("profile "+opt.Profile).open(ctx, limit, func(ctx context.Context) (session, error) {
		cfg, err := awsread.Load(ctx, opt)
		if err != nil {
			return session{}, err
		}
		return s.identify(ctx, cfg)
	})
}

// begin opens an account.
func (s *Sessions) begin(ctx context.Context, account string) (session, error) {
	known := s.known[account]
	from, err := s.base(ctx, known.Profile)
	if err != nil {
		return from, err
	}
	if from.id.AccountID == account && known.Role == "" {
		return from, nil
	}
	role := cmp.Or(known.Role, s.opt.RoleName)
	if role == "" {
		return from, noRole(account, from.id)
	}
	here := PartitionOf(from.id.ARN)
	arn, err := RoleARN(cmp.Or(known.Partition, here), account, role)
	if err != nil {
		return from, err
	}
	if there := PartitionOf(arn); here != "" && there != here {
		return from, foreignPartition(account, here, there)
	}
	cfg, err := from.cfg.Assume(ctx, awsread.Role{
		ARN: arn, ExternalID: cmp.Or(known.ExternalID, s.opt.ExternalID), SessionName: s.opt.SessionName,
	})
	if err != nil {
		return from, err
	}
	open, err := s.identify(ctx, cfg)
	if err == nil && open.id.AccountID != account {
		return open, analysis.WithHint(fmt.Errorf("%s is in account %s, not in %s", arn, open.id.AccountID, account),
			"give the account a role of its own: trailbench accounts add "+account+" --role-name NAME")
	}
	return open, err
}

// identify asks who a session is, and tells that it has begun.
func (s *Sessions) identify(ctx context.Context, cfg awsread.Config) (session, error) {
	id, err := cfg.Identity(ctx)
	if err != nil {
		return session{}, err
	}
	if s.opt.Began != nil {
		s.telling.Lock()
		defer s.telling.Unlock()
		s.opt.Began(id)
	}
	return session{cfg, id}, nil
}

func noRole(account string, by awsread.Identity) error {
	return analysis.WithHint(
		fmt.Errorf("%w: no role is set for account %s, and %s is of account %s", analysis.ErrAccessDenied, account, by.ARN, by.AccountID),
		"give --role-name NAME, or keep it: trailbench accounts add "+account+" --role-name NAME")
}

func foreignPartition(account, here, there string) error {
	return analysis.WithHint(
		fmt.Errorf("%w: account %s is asked for in partition %s, and the credentials are of %s", analysis.ErrAccessDenied, account, there, here),
		"no role reaches into another partition: give the account a profile with credentials there: trailbench accounts add "+account+" --profile NAME")
}

// once is a session that is opened once, whoever asks.
type once struct {
	lock chan struct{} // holds one; a mutex that a caller can stop waiting for
	done bool
	session
	err error
}

func (o *once) open(ctx context.Context, limit time.Duration, do func(context.Context) (session, error)) (session, error) {
	select {
	case o.lock <- struct{}{}:
	case <-ctx.Done():
		return session{}, context.Cause(ctx)
	}
	defer func() { <-o.lock }()
	if o.done {
		return o.session, o.err
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	opened, err := do(limited)
	if err != nil && ctx.Err() != nil {
		return opened, err // the caller's time is over, which says nothing of the account
	}
	if err != nil && limited.Err() != nil {
		err = fmt.Errorf("no answer within %s: %w", limit, err)
	}
	o.session, o.err, o.done = opened, err, true
	return opened, err
}
