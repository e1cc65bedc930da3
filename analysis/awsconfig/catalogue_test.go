package awsconfig

import (
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
)

// What AWS Config recorded stands beside live looks at the same resource, under the same
// key, type and region.
func TestShapesAreOfTheCatalogue(t *testing.T) {
	for typ, s := range shapes {
		known, ok := resource.TypeOf(s.key)
		if look := s.look(analysis.Resource{Type: typ, ID: "x"}, ""); !ok || known.CFN != look.Type {
			t.Errorf("%s: a look calls it %s, the catalogue %s %s", typ, look.Type, s.key, known.CFN)
		}
	}
	for partition, arn := range map[string]string{"aws": "arn:aws:iam::111122223333:user/x", "aws-cn": "arn:aws-cn:iam::111122223333:user/x", "aws-us-gov": "arn:aws-us-gov:iam::111122223333:user/x"} {
		if got, want := home(arn), awsread.HomeRegion(partition); got != want {
			t.Errorf("%s: home is %s, want %s", partition, got, want)
		}
	}
}
