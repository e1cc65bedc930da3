package cloudtrail

import (
	"regexp"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// KeyInfo is what the key of an object tells. Fields that it does not tell are zero.
type KeyInfo struct {
	Prefix      string // what stands before AWSLogs/, with its slash: the trail's own prefix
	OrgID       string
	AccountID   string
	Kind        analysis.Kind
	Region      string    // as the directory is written, else as the file is
	Day         time.Time // of the date directories: the day of delivery in UTC
	DeliveredAt time.Time // of the file name

	// Digest files name more.
	Trail      string
	HomeRegion string
	Backfill   bool
}

var (
	// Old documentation shows file names without the underscore before the random part.
	logName = regexp.MustCompile(`^(\d{12})_(CloudTrail(?:-[A-Za-z]+)?)_([a-z0-9-]+)_(\d{8}T\d{4}Z)_?([A-Za-z0-9]{16})\.json(?:\.gz)?$`)
	// A trail's name may hold underscores and look like a region.
	// A history file names its type and the time of its first and last item. Copies on
	// systems that allow no colons have something else in their place.
	configName = regexp.MustCompile(`^(\d{12})_Config_([a-z0-9-]+)_(ConfigSnapshot|ConfigHistory)_(?:.*_)?(\d{8}T\d{6}Z)_[^_]+\.json(?:\.gz)?$`)
	digestName = regexp.MustCompile(`^(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_(.+)_([a-z0-9-]+)_(\d{8}T\d{6}Z)(_backfill)?\.json(?:\.gz)?$`)
	accountID  = regexp.MustCompile(`^\d{12}$`)
	orgID      = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	regionName = regexp.MustCompile(`^[a-z0-9_-]+$`)
)

// kinds are the directories of CloudTrail below an account.
var kinds = map[string]analysis.Kind{
	"CloudTrail":                 analysis.KindCloudTrail,
	"CloudTrail-Insight":         analysis.KindInsight,
	"CloudTrail-NetworkActivity": analysis.KindNetworkActivity,
	"CloudTrail-Aggregated":      analysis.KindAggregated,
	"CloudTrail-Digest":          analysis.KindDigest,
	"CloudTrail-Lake":            analysis.KindExport,
	"Config":                     analysis.KindOther, // the files in it have names that tell more
}

// configKinds are the kinds of file of AWS Config, by their names.
var configKinds = map[string]analysis.Kind{
	"ConfigSnapshot": analysis.KindConfigSnapshot,
	"ConfigHistory":  analysis.KindConfigHistory,
}

// ParseKey reads the key of an object, or the path of a file, by CloudTrail's layouts:
//
//	[prefix/]AWSLogs/[o-id/]account/CloudTrail[-…]/region/yyyy/mm/dd/file
//	[prefix/]AWSLogs/[o-id/]account/Config/region/y/m/d/Config…/file
//
// and by the file's own name, which is enough. It returns false when the key has
// neither. Where the two disagree, the directories win for the account and region:
// they are what a copy is ordered by.
func ParseKey(key string) (KeyInfo, bool) {
	var k KeyInfo
	dir, file := "", key
	if i := strings.LastIndexAny(key, `/\`); i >= 0 {
		dir, file = strings.ReplaceAll(key[:i+1], `\`, "/"), key[i+1:]
	}
	named := k.parseName(file)
	return k, k.parseDirectories(dir) || named
}

// parseName reads the file's name.
func (k *KeyInfo) parseName(file string) bool {
	if m := logName.FindStringSubmatch(file); m != nil {
		t, err := time.Parse("20060102T1504Z", m[4])
		kind, known := kinds[m[2]]
		if err != nil || !known {
			return false
		}
		k.AccountID, k.Kind, k.Region, k.DeliveredAt = m[1], kind, m[3], t
		return true
	}
	if m := digestName.FindStringSubmatch(file); m != nil {
		t, err := time.Parse("20060102T150405Z", m[5])
		if err != nil {
			return false
		}
		k.AccountID, k.Kind, k.Region, k.DeliveredAt = m[1], analysis.KindDigest, m[2], t
		k.Trail, k.HomeRegion, k.Backfill = m[3], m[4], m[6] != ""
		return true
	}
	if m := configName.FindStringSubmatch(file); m != nil {
		t, err := time.Parse("20060102T150405Z", m[4])
		if err != nil {
			return false
		}
		k.AccountID, k.Kind, k.Region, k.DeliveredAt = m[1], configKinds[m[3]], m[2], t
		return true
	}
	return false
}

// parseDirectories reads the directories, which end in a slash.
func (k *KeyInfo) parseDirectories(dir string) bool {
	i := strings.LastIndex(dir, "AWSLogs/")
	if i < 0 || i > 0 && dir[i-1] != '/' {
		return false
	}
	parts := strings.Split(strings.TrimSuffix(dir[i+len("AWSLogs/"):], "/"), "/")
	org := ""
	if orgID.MatchString(parts[0]) {
		org, parts = parts[0], parts[1:]
	}
	if len(parts) < 2 || !accountID.MatchString(parts[0]) {
		return false
	}
	kind, known := kinds[parts[1]]
	if !known {
		return false
	}
	k.Prefix, k.OrgID, k.AccountID = dir[:i], org, parts[0]
	if !k.Kind.Config() || parts[1] != "Config" {
		k.Kind = kind
	}
	parts = parts[2:]
	if kind == analysis.KindExport { // CloudTrail-Lake/Query/yyyy/mm/dd/<query>
		parts = parts[min(1, len(parts)):]
	} else if len(parts) > 0 && regionName.MatchString(parts[0]) {
		k.Region, parts = parts[0], parts[1:]
	}
	if len(parts) >= 3 {
		// AWS Config does not pad months and days.
		if day, err := time.Parse("2006/1/2", strings.Join(parts[:3], "/")); err == nil {
			k.Day = day
		}
	}
	return true
}

// Apply puts what the key tells into o.
func (k KeyInfo) Apply(o *analysis.Object) {
	o.AccountID, o.OrgID, o.Region = k.AccountID, k.OrgID, k.Region
	o.Kind, o.DeliveredAt = k.Kind, k.DeliveredAt
}

// isLogKind reports whether CloudTrail delivers objects of that kind.
func isLogKind(k analysis.Kind) bool {
	switch k {
	case "", analysis.KindOther, analysis.KindExport, analysis.KindConfigSnapshot, analysis.KindConfigHistory:
		return false
	}
	return true
}
