package resource

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/trailbench/trailbench/analysis"
)

func ec2Types() []Type {
	return slices.Concat(ec2InstanceTypes(), ec2DiskTypes(), ec2NetworkTypes(), ec2VPCTypes())
}

// ec2Calls are operations of EC2, the one that List makes last.
func ec2Calls(operations ...string) []Call { return calls("EC2", "ec2", operations...) }

// ec2ARN is the ARN of one of EC2's resources, which the API does not tell. Snapshots
// and images have none of the account in theirs.
func ec2ARN(l *Lookup, what, id string) string {
	owner := l.AccountID
	if what == "snapshot" || what == "image" {
		owner = ""
	}
	return strings.Join([]string{"arn", l.Partition(), "ec2", l.Region, owner, what + "/" + id}, ":")
}

// knowEC2 gives a resource its ARN, unless it came with one.
func knowEC2(l *Lookup, what, id string) { l.ARN = cmp.Or(l.ARN, ec2ARN(l, what, id)) }

// foundEC2 is a resource of EC2 that List found.
func foundEC2(l *Lookup, kind, what string, id *string) analysis.Resource {
	return l.found(kind, aws.ToString(id), ec2ARN(l, what, aws.ToString(id)))
}

// where is a filter of a Describe call.
func where(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}
