package resource

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Lookup is one look-up as a [Type]'s Read sees it: what is looked for, access to its
// account and region, and where the parts go.
type Lookup struct {
	// Resource is what is looked for. Read may fill in what it learns, such as the ARN.
	analysis.Resource
	// Access is to the account and region of the resource.
	Access awsread.Config

	parts  []analysis.SnapshotPart
	config map[string]json.RawMessage
}

// errGone ends a Read whose resource does not exist.
var errGone = errors.New("gone")

// errNone says that AWS knows of none where a resource is always there: a setting of an
// account that was never made. The part is null, and the resource is found.
var errNone = errors.New("none")

// Must reads the part without which there is no resource: an error with one of the
// codes in gone means that it does not exist. Read returns Must's error as it is.
func (l *Lookup) Must(part, action string, call func() (any, error), gone ...string) error {
	value, err := guarded(call)
	if err == nil {
		if err = l.put(part, action, value); err == nil && string(l.config[part]) != "null" {
			return nil
		}
		delete(l.config, part)
		l.parts = l.parts[:len(l.parts)-1]
		err = cmp.Or(err, awsread.ErrForeign)
	}
	switch {
	case errors.Is(err, errNone):
		l.parts = append(l.parts, analysis.SnapshotPart{Name: part, Action: action, State: analysis.PartAbsent})
		l.config[part] = json.RawMessage("null")
		return nil
	case errors.Is(err, errGone), slices.Contains(gone, awsread.Code(err)):
		l.parts = append(l.parts, analysis.SnapshotPart{Name: part, Action: action, State: analysis.PartAbsent})
		return errGone
	}
	l.fail(part, action, err)
	return awsread.Explain(err, action)
}

// Part reads a part that a resource may lack: an error with one of the codes in absent
// means that, and the part is null. Any other failure is noted, and the look-up goes
// on. It reports whether the part was read.
func (l *Lookup) Part(part, action string, call func() (any, error), absent ...string) bool {
	value, err := guarded(call)
	switch {
	case err == nil:
		return l.put(part, action, value) == nil
	case errors.Is(err, errGone), slices.Contains(absent, awsread.Code(err)):
		l.parts = append(l.parts, analysis.SnapshotPart{Name: part, Action: action, State: analysis.PartAbsent})
		l.config[part] = json.RawMessage("null")
		return false
	}
	l.fail(part, action, err)
	return false
}

// guarded makes a call, whose answer may lack anything: a proxy's page that reads as an
// empty answer must not end the program.
func guarded(call func() (any, error)) (value any, err error) {
	defer foreign(&err)
	return call()
}

// foreign makes an error of reading what an answer lacks. Deferred.
func foreign(err *error) {
	switch p := recover().(type) {
	case nil:
	case runtime.Error:
		*err = fmt.Errorf("%w (%w)", awsread.ErrForeign, p)
	default:
		panic(p)
	}
}

func (l *Lookup) put(part, action string, value any) error {
	text, err := encode(value)
	if err != nil {
		err = fmt.Errorf("%s: %w", part, err)
		l.fail(part, action, err)
		return err
	}
	l.config[part] = text
	l.parts = append(l.parts, analysis.SnapshotPart{Name: part, Action: action, State: analysis.PartRead})
	return nil
}

func (l *Lookup) fail(part, action string, err error) {
	kind := awsread.KindOf(err)
	state := analysis.PartFailed
	if kind == awsread.KindDenied || kind == awsread.KindSCP {
		state = analysis.PartDenied
	}
	l.parts = append(l.parts, analysis.SnapshotPart{
		Name: part, Action: action, State: state, Kind: string(kind), Reason: awsread.Brief(err).Error(),
	})
}

// Partition is the partition of the resource's region.
func (l *Lookup) Partition() string { return awsread.Partition(l.Region) }

// NameFrom is the id, taken out of the ARN where the id is one.
func (l *Lookup) NameFrom() string {
	if strings.HasPrefix(l.ID, "arn:") {
		return lastPart(l.ID)
	}
	return l.ID
}

// found is a resource that List found in the account and region of l.
func (l *Lookup) found(kind, id, arn string) analysis.Resource {
	return analysis.Resource{Type: kind, ID: id, ARN: arn, AccountID: l.AccountID, Region: l.Region}
}
