package s3

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Plan is what a sync would fetch: the dry run.
type Plan struct {
	Roots []Root
	Days  []PlanDay // by account, region, kind and day
	// Objects and Bytes are what is new; Known is in the ledger already.
	Objects, Bytes, Known int64
}

// PlanDay is one delivery day of one account, region and kind. Account, region and
// kind are empty where keys do not name them; Day is then when objects were written.
type PlanDay struct {
	AccountID string
	Region    string
	Kind      analysis.Kind
	Day       time.Time
	Objects   int64
	Bytes     int64
}

// Plan lists what sel selects and counts it; nothing is fetched. It returns what it
// counted also with an error, which then says what could not be listed.
func (b *Bucket) Plan(ctx context.Context, sel Select) (*Plan, error) {
	var failed error
	if sel.Roots == nil {
		if sel.Roots, failed = b.discover(ctx, sel); len(sel.Roots) == 0 {
			return nil, failed
		}
	}
	plan := &Plan{Roots: sel.Roots}
	type cell struct {
		account, region string
		kind            analysis.Kind
		day             time.Time
	}
	days := map[cell]*PlanDay{}
	err := b.walk(ctx, sel, func(obj analysis.Object, _ string) error {
		if sel.Known != nil && sel.Known(obj) {
			plan.Known++
			return nil
		}
		c := cell{obj.AccountID, obj.Region, obj.Kind, dayOf(obj)}
		d := days[c]
		if d == nil {
			d = &PlanDay{AccountID: c.account, Region: c.region, Kind: c.kind, Day: c.day}
			days[c] = d
		}
		d.Objects++
		d.Bytes += max(0, obj.Size)
		plan.Objects++
		plan.Bytes += max(0, obj.Size)
		return nil
	})
	for _, d := range days {
		plan.Days = append(plan.Days, *d)
	}
	slices.SortFunc(plan.Days, func(x, y PlanDay) int {
		return cmp.Or(cmp.Compare(x.AccountID, y.AccountID), cmp.Compare(x.Region, y.Region),
			cmp.Compare(x.Kind, y.Kind), x.Day.Compare(y.Day))
	})
	return plan, errors.Join(failed, err)
}
