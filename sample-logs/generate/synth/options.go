package synth

import (
	"fmt"
	"slices"
	"time"
)

// Profile is a kind of company: what its mix of events and its log files look like.
type Profile string

// The profiles.
const (
	// ProfileCompany is one busy account: some 250,000 events a day, some 400 records a file.
	ProfileCompany Profile = "company"
	// ProfileSmall is a quiet account: most files hold a handful of records.
	ProfileSmall Profile = "small"
	// ProfileData records data events too, which then are most of everything.
	ProfileData Profile = "data"
)

// Options say what to generate. The zero value of a field means its default.
type Options struct {
	// Events is the number of distinct events, planted ones not counted. A second
	// trail delivers some of them twice.
	Events int64
	// Seed decides everything that is random.
	Seed uint64
	// Company decides the names and ids of what the accounts own, so that one company
	// can be shown at different times. It defaults to Seed.
	Company uint64
	// Profile defaults to [ProfileCompany].
	Profile Profile
	// Start is the first moment; 2026-01-15 00:00 UTC when zero.
	Start time.Time
	// Days is the time span; when zero it follows from Events and the profile.
	Days int
	// PerHour is the number of five-minute windows of an hour in which anything
	// happens at all; 0 for all twelve. It makes few files of few events, and bursts
	// no longer than a window's share, so that no hour is empty.
	PerHour int
	// Accounts defaults to the first of [Accounts].
	Accounts []string
	// Regions are where things happen, the busiest first; us-east-1, eu-west-1 and
	// three quiet ones by default.
	Regions []string
	// Prefix stands before AWSLogs/ in the keys, OrgID (o-…) behind it.
	Prefix, OrgID string
	// SecondTrail is the prefix of another trail that delivers all management events
	// again. Empty: no such trail.
	SecondTrail string
	// DataShare is the share of data events; negative for none. It defaults to the profile's.
	DataShare float64
	// CorruptRate is the share of files that are damaged: cut short, a bit flipped,
	// emptied, or with bytes appended.
	CorruptRate float64
	// Plant are records to be delivered among the generated ones.
	Plant []Record
	// Silence are times in which nothing at all is recorded in an account, planted
	// records included.
	Silence []Silence
}

// Record is a finished record that a trail is to deliver.
type Record struct {
	Time    time.Time
	Account string
	Region  string
	// Data marks data events, which a management-only trail leaves out.
	Data bool
	JSON []byte
}

// Silence is a time in which an account's trail records nothing.
type Silence struct {
	Account  string
	From, To time.Time
}

// Accounts are the documentation account numbers that records may come from.
func Accounts() []string {
	return []string{"111122223333", "123456789012", "777788889999", "444455556666"}
}

// shape is what a profile fixes.
type shape struct {
	eventsPerDay  float64 // of one account
	recordsMedian float64 // of the cut between files
	dataShare     float64
	quietEvery    int // a quiet region wakes up in one of so many windows
}

func (p Profile) shape() (shape, bool) {
	switch p {
	case ProfileCompany:
		return shape{eventsPerDay: 250_000, recordsMedian: 1_600, dataShare: 0.05, quietEvery: 40}, true
	case ProfileSmall:
		return shape{eventsPerDay: 2_000, recordsMedian: 60, dataShare: 0.02, quietEvery: 200}, true
	case ProfileData:
		return shape{eventsPerDay: 400_000, recordsMedian: 2_500, dataShare: 0.65, quietEvery: 40}, true
	}
	return shape{}, false
}

// withDefaults fills in what is zero and refuses what cannot be.
func (o Options) withDefaults() (Options, shape, error) {
	if o.Profile == "" {
		o.Profile = ProfileCompany
	}
	s, ok := o.Profile.shape()
	if !ok {
		return o, s, fmt.Errorf("profile %q: want company, small or data", o.Profile)
	}
	if o.Company == 0 {
		o.Company = o.Seed
	}
	if o.Events < 0 || o.PerHour < 0 || o.Days < 0 || o.CorruptRate < 0 || o.CorruptRate > 1 || o.DataShare > 1 {
		return o, s, fmt.Errorf("events, days, windows and rates must not be negative, rates not above 1")
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
	}
	o.Start = o.Start.UTC().Truncate(window * time.Second)
	if len(o.Accounts) == 0 {
		o.Accounts = Accounts()[:1]
	}
	for _, a := range o.Accounts {
		if !slices.Contains(Accounts(), a) {
			return o, s, fmt.Errorf("account %q is not one of the documentation accounts %v", a, Accounts())
		}
	}
	if len(o.Regions) == 0 {
		o.Regions = []string{"us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "ap-southeast-2"}
	}
	if o.Days == 0 {
		perDay := s.eventsPerDay * float64(len(o.Accounts))
		o.Days = max(1, int(float64(o.Events)/perDay+0.999))
	}
	switch {
	case o.DataShare == 0:
		o.DataShare = s.dataShare
	case o.DataShare < 0:
		o.DataShare = 0
	}
	return o, s, nil
}
