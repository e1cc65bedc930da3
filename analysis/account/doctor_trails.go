package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
)

// trailCalls are all operations that [Doctor.Trails] makes.
func trailCalls() []resource.Call {
	return append(calls("CloudTrail", "cloudtrail", "DescribeTrails", "GetEventSelectors", "GetTrailStatus", "ListTrails"),
		calls("KMS", "kms", "DescribeKey")...)
}

// Trail is a trail, as far as sync needs to know it.
type Trail struct {
	ARN, Name, Region string
	Bucket, Prefix    string
	KeyARN            string
	MultiRegion       bool
	Organization      bool
	Usable            bool // it logs management events, and has delivered some
}

// URI is where its logs are.
func (t Trail) URI() string {
	if t.Prefix == "" {
		return "s3://" + t.Bucket
	}
	return "s3://" + t.Bucket + "/" + t.Prefix + "/"
}

// Trails looks at every trail that an account has or sees: whether it logs, in which
// regions, which events, when it last delivered, whether its files are signed, and the
// state of its key.
func (d *Doctor) Trails(ctx context.Context, account string) []Trail {
	who, err := d.Sessions.Identity(ctx, account)
	if err != nil {
		return nil // said by Roles or Credentials
	}
	found, err := d.trails(ctx, account)
	if err != nil {
		d.blame(Fail, "trails", who.AccountID, err)
	}
	if len(found) == 0 {
		if err == nil {
			d.Say(Fail, "trails", who.AccountID, "the account has no trail", "logs end here: aws cloudtrail create-trail makes one; Event history still has 90 days of management events")
		}
		return nil
	}
	all := make([]Trail, 0, len(found))
	for _, t := range found {
		all = append(all, d.trail(ctx, account, t))
	}
	return all
}

// trails are the trails of every region: where each has its home is asked of one, and what
// it is of that.
func (d *Doctor) trails(ctx context.Context, account string) ([]types.Trail, error) {
	cfg, err := d.in(ctx, account, "")
	if err != nil {
		return nil, err
	}
	regions := []string{cfg.Region()}
	pages := cloudtrail.NewListTrailsPaginator(awsread.New(cfg, cloudtrail.NewFromConfig), &cloudtrail.ListTrailsInput{})
	var unlisted error
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			unlisted = fmt.Errorf("list the trails of every region: %w", awsread.Explain(err, "cloudtrail:ListTrails"))
			break
		}
		for _, t := range page.Trails {
			if region := aws.ToString(t.HomeRegion); region != "" && !slices.Contains(regions, region) {
				regions = append(regions, region)
			}
		}
	}
	var all []types.Trail
	for _, region := range regions {
		out, err := awsread.New(cfg.InRegion(region), cloudtrail.NewFromConfig).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
		if err != nil {
			return all, fmt.Errorf("describe the trails in %s: %w", region, awsread.Explain(err, "cloudtrail:DescribeTrails"))
		}
		for _, t := range out.TrailList {
			if !slices.ContainsFunc(all, func(have types.Trail) bool { return aws.ToString(have.TrailARN) == aws.ToString(t.TrailARN) }) {
				all = append(all, t)
			}
		}
	}
	return all, unlisted
}

func (d *Doctor) trail(ctx context.Context, account string, t types.Trail) Trail {
	known := Trail{
		ARN: aws.ToString(t.TrailARN), Name: aws.ToString(t.Name), Region: aws.ToString(t.HomeRegion), Bucket: aws.ToString(t.S3BucketName),
		Prefix: strings.Trim(aws.ToString(t.S3KeyPrefix), "/"), KeyARN: aws.ToString(t.KmsKeyId),
		MultiRegion: aws.ToBool(t.IsMultiRegionTrail), Organization: aws.ToBool(t.IsOrganizationTrail),
	}
	cfg, err := d.in(ctx, account, known.Region)
	if err != nil {
		d.blame(Fail, "trail", known.ARN, err)
		return known
	}
	c := awsread.New(cfg, cloudtrail.NewFromConfig)
	delivers := d.logging(ctx, c, known)
	manages := d.events(ctx, c, known)
	known.Usable = delivers && manages && known.Bucket != ""
	regions := "every region"
	switch {
	case !known.MultiRegion:
		d.Say(Warn, "trail regions", known.ARN, "only "+known.Region, "what happens in other regions is not in its logs; look for trails there")
	case !aws.ToBool(t.IncludeGlobalServiceEvents):
		d.Say(Warn, "trail regions", known.ARN, "every region, but not the global services", "IAM, STS and CloudFront are not in its logs")
	default:
		if known.Organization {
			regions += ", every account of the organization"
		}
		d.Say(Pass, "trail regions", known.ARN, regions, "")
	}
	if aws.ToBool(t.LogFileValidationEnabled) {
		d.Say(Pass, "trail validation", known.ARN, "digest files are written", "")
	} else {
		d.Say(Warn, "trail validation", known.ARN, "log file validation is off", "that logs are whole and unchanged cannot be proven: aws cloudtrail update-trail --enable-log-file-validation --name "+known.Name)
	}
	d.key(ctx, cfg, known)
	if known.Usable {
		d.Say(Pass, "trail source", known.ARN, "its logs can be synced from "+known.URI(), "")
	} else {
		d.Say(Warn, "trail source", known.ARN, "there is little to sync from "+known.URI(), "see what it logs and delivers, above")
	}
	return known
}

// logging looks at the status of a trail, and reports whether it has delivered anything.
func (d *Doctor) logging(ctx context.Context, c *cloudtrail.Client, t Trail) bool {
	status, err := c.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: &t.ARN})
	if err != nil {
		d.blame(Fail, "trail logging", t.ARN, fmt.Errorf("status of %s: %w", t.Name, awsread.Explain(err, "cloudtrail:GetTrailStatus")))
		return true // nobody knows
	}
	if aws.ToBool(status.IsLogging) {
		d.Say(Pass, "trail logging", t.ARN, "logging", "")
	} else {
		d.Say(Fail, "trail logging", t.ARN, "stopped"+since(status.StopLoggingTime), "find out who stopped it: trailbench events op=cloudtrail:StopLogging; aws cloudtrail start-logging --name "+t.Name)
	}
	switch failure, last := aws.ToString(status.LatestDeliveryError), status.LatestDeliveryTime; {
	case failure != "":
		d.Say(Fail, "trail delivery", t.ARN, "delivery fails: "+failure, "look at the policies of the bucket and the key: CloudTrail must be allowed to write")
	case last == nil:
		d.Say(Warn, "trail delivery", t.ARN, "nothing was delivered yet", "a new trail takes up to 15 minutes")
		return false
	case d.Now().Sub(*last) > logsAge:
		d.Say(Warn, "trail delivery", t.ARN, "last delivered"+since(last), "nothing happened since, or the trail does not see it")
	default:
		d.Say(Pass, "trail delivery", t.ARN, "last delivered"+since(last), "")
	}
	return true
}

func since(at *time.Time) string {
	if at == nil {
		return ""
	}
	return " " + at.UTC().Format(time.RFC3339)
}

// events looks at which events a trail takes, and reports whether management events are
// among them.
func (d *Doctor) events(ctx context.Context, c *cloudtrail.Client, t Trail) bool {
	out, err := c.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: &t.ARN})
	if err != nil {
		d.blame(Fail, "trail events", t.ARN, fmt.Errorf("event selectors of %s: %w", t.Name, awsread.Explain(err, "cloudtrail:GetEventSelectors")))
		return true // nobody knows
	}
	taken := selected(out.EventSelectors, out.AdvancedEventSelectors)
	detail := taken.String()
	switch {
	case !taken.reads && !taken.writes:
		d.Say(Fail, "trail events", t.ARN, detail, "almost every detection needs management events: look for another trail, or let this one take them")
		return false
	case !taken.reads || !taken.writes:
		d.Say(Warn, "trail events", t.ARN, detail, "the other calls are not in its logs: enumeration is reads, change is writes")
	case len(taken.excluded) > 0:
		d.Say(Warn, "trail events", t.ARN, detail, "leaving out kms.amazonaws.com saves most of what a trail costs, and hides who decrypted what and who changed keys")
	default:
		d.Say(Pass, "trail events", t.ARN, detail, "")
	}
	return true
}

// selection is what a trail's selectors take of an account's events.
type selection struct {
	reads, writes bool     // of management events
	excluded      []string // services left out of them
	data          bool     // some data events
}

func (s selection) String() string {
	what := "no management events"
	switch {
	case s.reads && s.writes:
		what = "all management events"
	case s.reads:
		what = "management events that read, not those that write"
	case s.writes:
		what = "management events that write, not those that read"
	}
	if len(s.excluded) > 0 {
		what += " but those of " + strings.Join(s.excluded, ", ")
	}
	if s.data {
		return what + ", some data events"
	}
	return what + ", no data events"
}

// selected sums selectors up; a trail without any takes all management events.
func selected(simple []types.EventSelector, advanced []types.AdvancedEventSelector) (s selection) {
	if len(simple)+len(advanced) == 0 {
		return selection{reads: true, writes: true}
	}
	for _, e := range simple {
		if e.IncludeManagementEvents == nil || *e.IncludeManagementEvents {
			s.reads = s.reads || e.ReadWriteType != types.ReadWriteTypeWriteOnly
			s.writes = s.writes || e.ReadWriteType != types.ReadWriteTypeReadOnly
			s.excluded = append(s.excluded, e.ExcludeManagementEventSources...)
		}
		s.data = s.data || len(e.DataResources) > 0
	}
	for _, a := range advanced {
		one := selection{reads: true, writes: true}
		category := ""
		for _, f := range a.FieldSelectors {
			switch aws.ToString(f.Field) {
			case "eventCategory":
				category = strings.Join(f.Equals, " ")
			case "readOnly":
				one.reads, one.writes = slices.Contains(f.Equals, "true"), slices.Contains(f.Equals, "false")
			case "eventSource":
				one.excluded = append(one.excluded, f.NotEquals...)
			}
		}
		switch category {
		case "Management":
			s.reads, s.writes, s.excluded = s.reads || one.reads, s.writes || one.writes, append(s.excluded, one.excluded...)
		case "Data":
			s.data = true
		}
	}
	slices.Sort(s.excluded)
	s.excluded = slices.Compact(s.excluded)
	return s
}

// key looks at the state of the key that a trail encrypts with.
func (d *Doctor) key(ctx context.Context, cfg awsread.Config, t Trail) {
	if t.KeyARN == "" {
		d.Say(Pass, "trail key", t.ARN, "no KMS key: reading needs s3:GetObject only", "")
		return
	}
	if region := regionOf(t.KeyARN); region != "" {
		cfg = cfg.InRegion(region)
	}
	out, err := awsread.New(cfg, kms.NewFromConfig).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &t.KeyARN})
	if err != nil {
		// Whether it decrypts is what counts, and the object says that.
		d.blame(Warn, "trail key", t.ARN, fmt.Errorf("describe %s: %w", t.KeyARN, awsread.Explain(err, "kms:DescribeKey")))
		return
	}
	state := kmstypes.KeyState("unknown")
	if out.KeyMetadata != nil {
		state = out.KeyMetadata.KeyState
	}
	if state == kmstypes.KeyStateEnabled {
		d.Say(Pass, "trail key", t.ARN, t.KeyARN+" is enabled", "")
		return
	}
	d.Say(Fail, "trail key", t.ARN, t.KeyARN+" is "+string(state),
		"without the key nobody reads the logs: aws kms cancel-key-deletion, aws kms enable-key; and find out who did that")
}
