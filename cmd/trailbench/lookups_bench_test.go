package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
)

// benchRegions are the regions that every account has without asking for one.
func benchRegions() []string {
	return []string{
		"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
		"ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1",
	}
}

// BenchmarkLookups looks security groups up in 4 accounts and 17 regions, through the role
// of each account: once from the emulator, and once with every answer held back as long
// as AWS takes (50 ms), which shows what the program does beside waiting.
//
//	go test ./cmd/trailbench -run xxx -bench Lookups -benchtime 1x -v
func BenchmarkLookups(b *testing.B) {
	perPlace := 5
	if n, err := strconv.Atoi(os.Getenv("TRAILBENCH_BENCH_LOOKUPS")); err == nil {
		perPlace = n
	}
	o := newOrganization(b)
	var all []analysis.Resource
	for _, id := range append([]string{o.management}, o.members...) {
		for _, region := range benchRegions() {
			cfg := o.in(id)
			cfg.Region = region
			for n := range perPlace {
				made, err := ec2.NewFromConfig(cfg).CreateSecurityGroup(b.Context(), &ec2.CreateSecurityGroupInput{GroupName: aws.String(fmt.Sprintf("group-%d", n)), Description: aws.String("x")})
				if err != nil {
					b.Fatal(err)
				}
				all = append(all, analysis.Resource{Type: "AWS::EC2::SecurityGroup", ID: *made.GroupId, AccountID: id, Region: region})
			}
		}
	}
	for _, side := range []struct {
		name string
		wait time.Duration
	}{{"emulator", 0}, {"answers after 50 ms", 50 * time.Millisecond}} {
		b.Run(side.name, func(b *testing.B) {
			for b.Loop() {
				sessions := account.New(account.Options{
					AWS:      awsread.Options{Transport: slow{side.wait}, UserAgent: "trailbench/bench", Attempts: lookAttempts, MaxBackoff: lookBackoff},
					RoleName: readerRole, SessionName: "trailbench-bench",
				})
				k := &resource.Looker{Access: sessions, Jobs: 32}
				found, began := 0, time.Now()
				err := k.LookupAll(b.Context(), all, func(s analysis.Snapshot) {
					if s.Status == analysis.SnapshotFound {
						found++
					}
				})
				if err != nil || found != len(all) {
					b.Fatalf("%d of %d found: %v", found, len(all), err)
				}
				b.ReportMetric(float64(found)/time.Since(began).Seconds(), "resources/s")
				b.ReportMetric(float64(found), "resources")
			}
		})
	}
}

// slow holds every answer back.
type slow struct{ wait time.Duration }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(s.wait):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return http.DefaultTransport.RoundTrip(r)
}
