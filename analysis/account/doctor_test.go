package account

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// What selectors come to, in words.
func TestSelectorsInWords(t *testing.T) {
	f := func(simple []types.EventSelector, advanced []types.AdvancedEventSelector, want string) {
		t.Helper()
		if got := selected(simple, advanced).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	field := func(name string, equals ...string) types.AdvancedFieldSelector {
		return types.AdvancedFieldSelector{Field: aws.String(name), Equals: equals}
	}
	f(nil, nil, "all management events, no data events")
	f([]types.EventSelector{{ReadWriteType: types.ReadWriteTypeAll, IncludeManagementEvents: aws.Bool(true), DataResources: []types.DataResource{{Type: aws.String("AWS::S3::Object")}}}}, nil,
		"all management events, some data events")
	f([]types.EventSelector{{ReadWriteType: types.ReadWriteTypeWriteOnly}}, nil, "management events that write, not those that read, no data events")
	f([]types.EventSelector{{ReadWriteType: types.ReadWriteTypeWriteOnly}, {ReadWriteType: types.ReadWriteTypeReadOnly}}, nil, "all management events, no data events")
	f([]types.EventSelector{{IncludeManagementEvents: aws.Bool(false)}}, nil, "no management events, no data events")
	f([]types.EventSelector{{ExcludeManagementEventSources: []string{"kms.amazonaws.com"}}}, nil, "all management events but those of kms.amazonaws.com, no data events")
	f(nil, []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{field("eventCategory", "Data"), field("resources.type", "AWS::S3::Object")}}},
		"no management events, some data events")
	f(nil, []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{field("eventCategory", "Management"), field("readOnly", "true")}}},
		"management events that read, not those that write, no data events")
	f(nil, []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{
		field("eventCategory", "Management"), {Field: aws.String("eventSource"), NotEquals: []string{"rdsdata.amazonaws.com", "kms.amazonaws.com"}},
	}}}, "all management events but those of kms.amazonaws.com, rdsdata.amazonaws.com, no data events")
}
