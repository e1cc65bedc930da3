package queries_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/queries"
)

// coreChecks are the numbers of the checks that the library must have.
func coreChecks() []string {
	return strings.Fields(`
		IAM-01 IAM-02 IAM-03 IAM-04 IAM-05 IAM-06 IAM-07 IAM-08 IAM-09 IAM-10 IAM-13 IAM-14 IAM-15 IAM-16 IAM-17 IAM-18
		LOG-01 LOG-02 LOG-03 LOG-04 LOG-05 LOG-06 LOG-07 LOG-08 LOG-09 LOG-10 LOG-13 LOG-14 LOG-15
		S3-01 S3-03 S3-04 S3-05 S3-06 S3-08
		EC2-01 EC2-02 EC2-04 EC2-05 EC2-06 EC2-07 EC2-11 NET-01 CMP-01
		LAM-01 LAM-02 LAM-03 LAM-04 RDS-01 RDS-02 ECS-01 EKS-01 EKS-02
		KMS-01 KMS-02 SEC-01 SEC-02 SSM-01
		ORG-01 ORG-02 SES-01 EVT-01
	`)
}

// TestCoreChecks: every check of the core is there, once and with a file of its own.
func TestCoreChecks(t *testing.T) {
	t.Parallel()
	have := map[string]string{}
	for _, d := range queries.Bundled().Checks {
		if other := have[d.Posture.Check]; other != "" {
			t.Errorf("%s and %s are both %s", d.ID, other, d.Posture.Check)
		}
		have[d.Posture.Check] = d.ID
	}
	for _, check := range coreChecks() {
		if have[check] == "" {
			t.Errorf("there is no check %s", check)
		}
		delete(have, check)
	}
	for check, id := range have {
		t.Errorf("%s (%s) is missing in the list of this test", check, id)
	}
}

const check = `-- id: ec2_x
-- title: A check
-- kind: posture
-- check: EC2-99
-- severity: low
-- status: stable
-- resource_type: AWS::EC2::Snapshot
-- changed_by: [ec2:DeleteSnapshot]
-- remediation: aws ec2 delete-snapshot --snapshot-id {resource_id}
-- why: Because.
-- description: What it says.
SELECT 1
`

// TestPostureHeader: a check's header says all that it must, and nothing that is a
// detection's.
func TestPostureHeader(t *testing.T) {
	t.Parallel()
	d, err := queries.ParseDetection("posture/ec2/x.sql", check)
	if err != nil {
		t.Fatal(err)
	}
	if d.Kind != analysis.KindPosture || d.Posture.Check != "EC2-99" || d.Posture.Gone != analysis.PosturePass ||
		!slices.Equal(queries.Placeholders(d.Posture.Remediation), []string{"resource_id"}) {
		t.Errorf("%+v", d.Posture)
	}
	for _, wrong := range []struct{ from, to, says string }{
		{"check: EC2-99", "check: number nine", "no number of a check"},
		{"resource_type: AWS::EC2::Snapshot", "resource_type: snapshot", "no type of resource"},
		{"-- changed_by: [ec2:DeleteSnapshot]\n", "", "changed_by is missing"},
		{"remediation: aws ec2", "remediation: rm", "no command of the AWS CLI"},
		{"-- why: Because.\n", "", "why is missing"},
		{"-- why: Because.", "-- why: Because.\n-- gone: maybe", "neither pass nor fail"},
		{"-- why: Because.", "-- why: Because.\n-- key: [resource_id]", "key is for detections"},
		{"kind: posture", "kind: detection", "check is for kind posture"},
	} {
		_, err := queries.ParseDetection("posture/ec2/x.sql", strings.Replace(check, wrong.from, wrong.to, 1))
		if err == nil || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%q: %v, want %q", wrong.to, err, wrong.says)
		}
	}
	if _, err := queries.ParseDetection("detections/ec2/x.sql", check); err == nil || !strings.Contains(err.Error(), "for files in posture/") {
		t.Errorf("in detections: %v", err)
	}
}
