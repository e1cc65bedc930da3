package resource

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Access opens an account: the caller's ARN and a client configuration for a region.
type Access interface {
	In(ctx context.Context, account, region string) (cfg awsread.Config, caller string, err error)
}

// Looker looks resources up. Its fields are set before the first look-up and not
// changed; its methods may be called from several goroutines.
type Looker struct {
	Access Access
	// Timeout is how long one resource may take; 0 is 45 seconds.
	Timeout time.Duration
	// Jobs is how many are looked up at a time; 0 is 8.
	Jobs int
	// Generic asks the Cloud Control API for types that are not in the catalogue, of
	// those that its allow-list holds.
	Generic bool
	// Seen, if set, is told of every call before it leaves, from several goroutines.
	Seen func(account string, call awsread.Call)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Lookup looks a resource up. It never fails: whatever goes wrong is the snapshot's
// status and reason. It returns soon after ctx is cancelled.
func (k *Looker) Lookup(ctx context.Context, r analysis.Resource) analysis.Snapshot {
	now := time.Now
	if k.Now != nil {
		now = k.Now
	}
	s := analysis.Snapshot{Resource: r, Source: analysis.SourceLive, At: now().UTC().Truncate(time.Millisecond), Config: "{}"}
	t, ok := TypeOf(r.Type)
	generic, listed := GenericType(r.Type)
	if !ok && k.Generic && listed {
		t, ok, s.Source = generic, true, analysis.SourceCloudControl
	}
	if !ok {
		s.Status, s.Kind, s.Reason = analysis.SnapshotFailed, "unknown type", fmt.Sprintf("%q is no type that can be looked up", r.Type)
		s.Hint = "trailbench resources types lists those that can"
		switch {
		case k.Generic:
			s.Reason = fmt.Sprintf("%q %v", r.Type, errNotListed)
		case listed:
			s.Hint = "--generic asks the Cloud Control API for it"
		}
		return s
	}
	s.Key = t.Key
	region := r.Region
	if t.Global || region == "" {
		region = awsread.HomeRegion(partitionOf(r))
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(k.Timeout, 45*time.Second))
	defer cancel()
	account := r.AccountID
	if account == "aws" {
		account = "" // what AWS itself owns, a managed policy, everybody may read
	}
	cfg, caller, err := k.Access.In(ctx, account, region)
	s.Caller = caller
	if r.AccountID == "" {
		// An ARN of S3 names no account: it is the one that was asked.
		r.AccountID = accountOf(caller)
		s.Resource.AccountID = r.AccountID
	}
	if err == nil {
		if k.Seen != nil {
			cfg = cfg.Recording(func(c awsread.Call) { k.Seen(r.AccountID, c) })
		}
		l := &Lookup{Resource: r, Access: cfg.Genuine(), config: map[string]json.RawMessage{}}
		l.Region = region
		err = read(ctx, t, l)
		s.Resource, s.Parts = l.Resource, l.parts
		if !t.Global && r.Region != "" {
			s.Resource.Region = r.Region
		}
		if config, jsonErr := json.Marshal(l.config); jsonErr == nil {
			s.Config = string(config)
		}
	}
	s.Status = statusOf(err)
	if err != nil && s.Status != analysis.SnapshotGone {
		s.Kind, s.Reason, s.Hint = string(awsread.KindOf(err)), err.Error(), strings.Join(analysis.Hints(err), "; ")
	}
	return s
}

// read makes the calls of a type; what an answer lacks does not end the program.
func read(ctx context.Context, t Type, l *Lookup) (err error) {
	defer foreign(&err)
	return t.Read(ctx, l)
}

func statusOf(err error) analysis.SnapshotStatus {
	switch kind := awsread.KindOf(err); {
	case err == nil:
		return analysis.SnapshotFound
	case errors.Is(err, errGone):
		return analysis.SnapshotGone
	case kind == awsread.KindDenied, kind == awsread.KindSCP, errors.Is(err, analysis.ErrAccessDenied):
		return analysis.SnapshotDenied
	}
	return analysis.SnapshotFailed
}

// accountOf is the account of an ARN, "" where it names none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// partitionOf is a resource's partition, by its ARN, else by its region.
func partitionOf(r analysis.Resource) string {
	if parts := strings.SplitN(r.ARN, ":", 3); len(parts) == 3 && parts[0] == "arn" {
		return parts[1]
	}
	return awsread.Partition(r.Region)
}

// LookupAll looks resources up, several at a time, and tells done of each, one at a
// time, in the order in which they are done. It returns when all are, or with the
// cause of ctx's end; what was not begun then is not told.
func (k *Looker) LookupAll(ctx context.Context, all []analysis.Resource, done func(analysis.Snapshot)) error {
	var telling sync.Mutex
	return each(ctx, cmp.Or(k.Jobs, 8), all, func(r analysis.Resource) {
		s := k.Lookup(ctx, r)
		telling.Lock()
		defer telling.Unlock()
		if ctx.Err() == nil {
			done(s)
		}
	})
}

// Listing is one list of the resources of a type.
type Listing struct {
	Type            Type
	Account, Region string
}

// ListAll lists types in accounts and regions, several at a time, and tells done of each,
// one at a time. Types that cannot be listed are left out, global ones listed once an
// account. It returns when all are done, or with the cause of ctx's end.
func (k *Looker) ListAll(ctx context.Context, types []Type, places []analysis.Resource, done func(Listing, []analysis.Resource, error)) error {
	var todo []Listing
	type global struct{ key, account string }
	once := map[global]bool{}
	for _, at := range places {
		for _, t := range types {
			if t.List == nil || t.AccountWide || once[global{t.Key, at.AccountID}] {
				continue
			}
			if t.Global {
				once[global{t.Key, at.AccountID}] = true
			}
			todo = append(todo, Listing{t, at.AccountID, at.Region})
		}
	}
	var telling sync.Mutex
	return each(ctx, cmp.Or(k.Jobs, 8), todo, func(l Listing) {
		found, err := k.List(ctx, l.Type, l.Account, l.Region)
		telling.Lock()
		defer telling.Unlock()
		if ctx.Err() == nil {
			done(l, found, err)
		}
	})
}

// each does something with every one of all, jobs at a time, until ctx ends.
func each[T any](ctx context.Context, jobs int, all []T, do func(T)) error {
	todo := make(chan T)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for one := range todo {
				do(one)
			}
		})
	}
feed:
	for _, one := range all {
		select {
		case todo <- one:
		case <-ctx.Done():
			break feed
		}
	}
	close(todo)
	workers.Wait()
	return context.Cause(ctx)
}

// List finds the resources of a type in an account and region. It needs a type whose
// List is set.
func (k *Looker) List(ctx context.Context, t Type, account, region string) ([]analysis.Resource, error) {
	if t.Global {
		region = awsread.HomeRegion(awsread.Partition(region))
	}
	cfg, _, err := k.Access.In(ctx, account, region)
	if err != nil {
		return nil, err
	}
	if k.Seen != nil {
		cfg = cfg.Recording(func(c awsread.Call) { k.Seen(account, c) })
	}
	l := &Lookup{Resource: analysis.Resource{AccountID: account, Region: region}, Access: cfg.Genuine(), config: map[string]json.RawMessage{}}
	all, err := listAll(ctx, t, l)
	if err != nil {
		return nil, fmt.Errorf("list every %s of %s in %s: %w", t.Title, account, region, awsread.Explain(err, t.Calls[len(t.Calls)-1].Action))
	}
	return all, nil
}

func listAll(ctx context.Context, t Type, l *Lookup) (all []analysis.Resource, err error) {
	defer foreign(&err)
	return t.List(ctx, l)
}
