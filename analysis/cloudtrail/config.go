package cloudtrail

import (
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// configFile is what decoding knows of a file of AWS Config: its items stand in a list as
// records do, and are cut, numbered and salvaged like them.
type configFile struct {
	named    bool  // the key is that of such a file
	snapshot bool  // it has the id of a snapshot
	items    int64 // good ones
}

// probe is the name of the file by which AWS Config finds out whether it may write to a
// bucket.
var probe = regexp.MustCompile(`(?:^|[/\\])ConfigWrit(?:e)?abilityCheckFile$`)

// probeOf names the file of that key if it is known to hold nothing.
func probeOf(key string) string {
	// Nearly every key ends otherwise.
	if strings.HasSuffix(key, "abilityCheckFile") && probe.MatchString(key) {
		return "AWS Config's test that it may write here"
	}
	return ""
}

// inItems reports whether the walk is in a list of configuration items that are wanted.
func (d *decoder) inItems() bool { return d.opt.Item != nil && d.role() == inConfig }

func (d *decoder) recognizeConfig() {
	d.recognized = true
	d.format = firstOf(d.format, formatConfig)
}

// member takes note of a member beside the list of items.
func (f *configFile) member(text []byte, name, v value) {
	if v.kind == '"' && string(text[name.start+1:name.end-1]) == "configSnapshotId" {
		f.snapshot = true
	}
}

// configItem reads the configuration item that v is.
func (d *decoder) configItem(v value) {
	if item, err := d.opt.Item(d.text[v.start:v.end]); err != nil {
		d.reject(place{}.of(d, v.start, v.end), err.Error())
	} else {
		d.keepItem(item, v.start, v.end)
	}
}

func (d *decoder) keepItem(item analysis.ConfigurationItem, start, end int) {
	d.flushHeld()
	d.number++
	d.config.items++
	p := place{}.of(d, start, end)
	item.RecordNumber, item.Offset, item.Length = d.number, p.at, p.length
	item.Damaged = d.doubtful(p.at + int64(p.length))
	d.block.items = append(d.block.items, item)
}

// salvageItem tries the object at pos as a configuration item, behind damage.
func (d *decoder) salvageItem() (done bool, err error) {
	for {
		end, _, what := scanValue(d.text, d.pos)
		if what == "" && (end < d.n || d.eof) {
			// What is whole and no item is part of one: no item is inside of it.
			if item, err := d.opt.Item(d.text[d.pos:end]); err == nil {
				d.keepItem(item, d.pos, end)
			}
			d.pos = end
			return false, nil
		}
		if what != "" && end < d.n || d.n-d.pos > d.opt.MaxRecord {
			d.pos++
			return false, nil
		}
		if more, err := d.more(d.pos); err != nil {
			return true, err
		} else if !more {
			d.pos = d.n
			return true, nil
		}
	}
}

// itemMember reports whether a configuration item may begin with that name.
func itemMember(name []byte) bool {
	switch string(name) {
	case "ARN", "accountId", "arn", "availabilityZone", "awsAccountId", "awsRegion", "configuration",
		"configurationItemCaptureTime", "configurationItemMD5Hash", "configurationItemStatus", "configurationItemVersion",
		"configurationStateId", "configurationStateMd5Hash", "relatedEvents", "relationships", "resourceCreationTime",
		"resourceId", "resourceName", "resourceType", "supplementaryConfiguration", "tags", "version":
		return true
	}
	return false
}

// configKind tells a snapshot from a history, by the name first.
func (d *decoder) configKind() analysis.Kind {
	kind := d.opt.Object.Kind
	if key, ok := ParseKey(d.opt.Object.Key); ok && key.Kind.Config() {
		kind = key.Kind
	}
	switch {
	case kind.Config():
		return kind
	case d.config.snapshot:
		return analysis.KindConfigSnapshot
	}
	return analysis.KindConfigHistory
}
