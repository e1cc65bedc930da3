package detect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// stated is what a check says of a resource, with what further steps need of it.
type stated struct {
	analysis.PostureResult
	header  analysis.PostureHeader
	related []string                   // other resources whose change counts
	values  map[string]json.RawMessage // the columns of the row
}

// readStated reads a row of a check.
func readStated(d analysis.Detection, text []byte) (stated, error) {
	names, values, err := columns(text)
	if err != nil {
		return stated{}, err
	}
	s := unknown(d, "")
	s.values = map[string]json.RawMessage{}
	for i, name := range names {
		s.values[name] = values[i]
		if err := s.column(name, values[i]); err != nil {
			return s, fmt.Errorf("column %s: %w", name, err)
		}
	}
	s.Resource.ID = cmp.Or(s.Resource.ID, "?")
	return s, nil
}

func (s *stated) column(name string, value json.RawMessage) (err error) {
	v := plain(value)
	switch name {
	case "status":
		switch status := analysis.PostureStatus(v); status {
		case "":
		case analysis.PosturePass, analysis.PostureFail:
			s.Status = status
		default:
			return fmt.Errorf("%q is neither PASS nor FAIL, and NULL is unknown", v)
		}
	case "basis":
		s.Basis = analysis.PostureBasis(v)
	case "as_of":
		s.AsOf, err = stamp(value)
	case "resource_type":
		s.Resource.Type = cmp.Or(v, s.Resource.Type)
	case "resource_id":
		s.Resource.ID = v
	case "resource_arn":
		s.Resource.ARN = v
	case "account_id":
		s.Resource.AccountID = v
	case "region":
		s.Resource.Region = v
	case "summary":
		s.Summary = v
	case "remediation":
		s.header.Remediation = cmp.Or(v, s.header.Remediation)
	case "event_ids":
		var ids []string
		err = json.Unmarshal(value, &ids)
		s.EventIDs = unique(ids)
	case "related":
		err = json.Unmarshal(value, &s.related)
		s.related = unique(s.related)
	default:
		if string(value) != "null" {
			s.Attributes = append(s.Attributes, analysis.Attribute{Name: name, JSON: string(value)})
		}
	}
	return err
}

// place is what tells one resource from another. Types that are not of a region may
// have the one that was asked, or that logs them.
type place struct{ kind, id, account, region string }

func placeOf(r analysis.Resource) place {
	p := place{r.Type, r.ID, r.AccountID, r.Region}
	service, _, _ := strings.Cut(strings.TrimPrefix(r.Type, "AWS::"), "::")
	if slices.Contains([]string{"IAM", "S3", "Organizations", "Route53", "CloudFront", "Account"}, service) {
		p.region = ""
	}
	return p
}

// merge makes one result a resource of the rows of a check and of the looks at
// resources of its types that came to nothing.
func merge(d analysis.Detection, rows []stated, looked []analysis.Snapshot) []stated {
	byPlace := map[place][]stated{}
	var order []place
	types := map[string]bool{d.Posture.ResourceType: true}
	for _, row := range rows {
		at := placeOf(row.Resource)
		if byPlace[at] == nil {
			order = append(order, at)
		}
		byPlace[at] = append(byPlace[at], row)
		types[row.Resource.Type] = true
	}
	merged := map[place]stated{}
	for at, rows := range byPlace {
		merged[at] = decide(rows)
	}
	for _, s := range looked {
		at := placeOf(s.Resource)
		if !types[s.Resource.Type] || s.Status == analysis.SnapshotFound {
			continue
		}
		have, ok := merged[at]
		if !ok && d.Posture.Some {
			continue
		}
		if !ok {
			have = unknown(d, "")
			have.Resource = s.Resource
		}
		if !have.look(s, ok) {
			continue
		}
		if !ok {
			order = append(order, at)
		}
		merged[at] = have
	}
	all := make([]stated, 0, len(order))
	for _, at := range order {
		all = append(all, merged[at])
	}
	return all
}

// decide joins the rows about one resource. The latest counts, of rows of one time the
// configuration. What is not known outweighs what passed before, and not what failed;
// and that the logs show nothing bad any more is no pass where the configuration failed
// before: they may not know all that it had.
func decide(rows []stated) stated {
	rank := func(s stated) int {
		return slices.Index([]analysis.PostureStatus{analysis.PosturePass, analysis.PostureUnknown, analysis.PostureFail}, s.Status)
	}
	config := func(s stated) int {
		if s.Basis == analysis.BasisLogs {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(rows, func(a, b stated) int {
		return cmp.Or(a.AsOf.Compare(b.AsOf), config(a)-config(b), rank(a)-rank(b))
	})
	best := rows[len(rows)-1]
	for _, row := range slices.Backward(rows[:len(rows)-1]) {
		if row.Status != analysis.PostureFail {
			continue
		}
		if best.Status == analysis.PostureUnknown {
			best = row
		} else if best.Status == analysis.PosturePass && best.Basis == analysis.BasisLogs && config(row) == 1 {
			best.Status = analysis.PostureUnknown
			best.Summary = fmt.Sprintf("it failed when it was looked up %s and was changed since: %s; look it up again", day(row.AsOf), best.Summary)
		}
		break
	}
	for _, row := range rows {
		best.Resource.ARN = cmp.Or(best.Resource.ARN, row.Resource.ARN)
		best.related = unique(append(slices.Clone(best.related), row.related...))
		if row.Status == best.Status {
			best.EventIDs = unique(append(slices.Clone(best.EventIDs), row.EventIDs...))
		}
	}
	return best
}

// look takes what a look at the resource came to that did not find it. had says whether
// a row is about it. It reports whether there is something to say.
func (s *stated) look(l analysis.Snapshot, had bool) bool {
	s.Resource.ARN = cmp.Or(s.Resource.ARN, l.Resource.ARN)
	if l.Status == analysis.SnapshotGone {
		if !had && s.header.Gone == analysis.PosturePass {
			return false
		}
		s.gone(l.At, analysis.BasisConfig, "it does not exist any more: AWS said so "+day(l.At))
		return true
	}
	if s.Status == analysis.PostureFail {
		return true // of the logs
	}
	s.Status, s.Basis, s.AsOf = analysis.PostureUnknown, analysis.BasisConfig, l.At
	s.Summary = "it could not be looked up: " + cmp.Or(l.Reason, l.Kind, string(l.Status))
	if had {
		s.Summary += "; the logs alone do not make it a pass"
	}
	return true
}

// deleted takes the deletion of the resource that the logs have.
func (s *stated) deleted(c analysis.PostureChange) {
	if c.At.IsZero() || !c.At.After(s.AsOf) {
		return
	}
	by := cmp.Or(c.By, "somebody")
	s.gone(c.At, analysis.BasisLogs, fmt.Sprintf("it does not exist any more: %s deleted it %s", by, day(c.At)))
	s.EventIDs = unique(append(slices.Clone(s.EventIDs), c.EventID))
}

// gone is that the resource does not exist any more, since what was said of it.
func (s *stated) gone(at time.Time, basis analysis.PostureBasis, words string) {
	if at.Before(s.AsOf) {
		return
	}
	s.Status, s.Basis, s.AsOf, s.Summary = s.header.Gone, basis, at, words
}

func day(t time.Time) string { return "on " + t.UTC().Format("2006-01-02 15:04") }
