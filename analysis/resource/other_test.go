package resource

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// What a type is called otherwise, and by other ids, is read from the same answers.
func TestOtherNames(t *testing.T) {
	f := func(key, kind, id, arn string, parts ...string) {
		t.Helper()
		r := readRecording(t, key)
		at := r.resource(t)
		at.Type, at.ID = kind, id
		got := through(t, awstest.Replay(t, r.archive.Files, "")).Lookup(t.Context(), at)
		if got.Status != analysis.SnapshotFound || got.Key != key || got.Resource.ARN != arn {
			t.Errorf("%s %s: %s %s %s, want %s; %s", kind, id, got.Key, got.Status, got.Resource.ARN, arn, got.Reason)
		}
		var has []string
		for _, p := range got.Parts {
			has = append(has, p.Name)
		}
		if !slices.Equal(has, parts) {
			t.Errorf("%s %s: parts %q, want %q", kind, id, has, parts)
		}
	}
	const at = ":us-east-1:123456789012:"
	task := "arn:aws:ecs" + at + "task/prod/79c27b9cb43a4e0f8fe9829e304441b0"
	f("ecs-cluster-service", "AWS::ECS::Task", task, task, "Tasks", "Cluster")
	f("ecs-cluster-service", "AWS::ECS::Task", "prod/79c27b9cb43a4e0f8fe9829e304441b0", task, "Tasks", "Cluster")
	f("ecs-cluster-service", "AWS::ECS::Service", "arn:aws:ecs"+at+"service/prod/web", "arn:aws:ecs"+at+"service/prod/web",
		"Service", "Services", "Cluster", "Tasks")
	f("ecs-taskdef", "AWS::ECS::TaskDefinition", "arn:aws:ecs"+at+"task-definition/miner:1", "arn:aws:ecs"+at+"task-definition/miner:1", "TaskDefinition")
	f("events-rule", "AWS::Events::EventBus", "orders", "arn:aws:events"+at+"event-bus/orders", "EventBus")
	f("events-rule", "AWS::Events::EventBus", "arn:aws:events"+at+"event-bus/orders", "arn:aws:events"+at+"event-bus/orders", "EventBus")
	f("events-rule", "AWS::Events::Rule", "arn:aws:events"+at+"rule/orders/exfiltrate", "arn:aws:events"+at+"rule/orders/exfiltrate",
		"Rule", "Targets", "EventBus")
	f("logs-group", "AWS::Logs::LogGroup", "arn:aws:logs"+at+"log-group:/app:*", "arn:aws:logs"+at+"log-group:/app",
		"LogGroup", "SubscriptionFilters", "MetricFilters", "ResourcePolicies")
	f("sqs-queue", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/orders", "arn:aws:sqs"+at+"orders", "Attributes")
	f("config-recorder", "AWS::Config::DeliveryChannel", "default", "", "Recorders", "RecorderStatus", "DeliveryChannels", "DeliveryChannelStatus")
}

// The user of a server is read without the server's other users.
func TestTransferUser(t *testing.T) {
	r := readRecording(t, "transfer-server")
	at := r.resource(t)
	server := at.ID
	at.Type, at.ID = "AWS::Transfer::User", server+"/drop"
	answers := awstest.Replay(t, r.archive.Files, "")
	got := through(t, answers).Lookup(t.Context(), at)
	if got.Status != analysis.SnapshotFound || got.Resource.ARN != "arn:aws:transfer:us-east-1:123456789012:user/"+server+"/drop" {
		t.Errorf("%s %s: %s", got.Status, got.Resource.ARN, got.Reason)
	}
	if made := answers.Made(); slices.Contains(made, "Transfer:ListUsers") {
		t.Errorf("calls %q", made)
	}
}

// An access entry's ARN leaves out the path of the role.
func TestAccessEntryByARN(t *testing.T) {
	r := readRecording(t, "eks-access-entry")
	files := append(slices.Clone(r.archive.Files), txtar.File{
		Name: "EKS.ListAccessEntries", Data: []byte(r.section("list/EKS.ListAccessEntries 2")),
	})
	at := r.resource(t)
	want := "arn:aws:eks:us-east-1:123456789012:access-entry/prod/role/123456789012/backdoor/9ec8b8f1-0000-4000-8000-000000000001"
	for _, id := range []string{want, "prod/role/123456789012/backdoor/9ec8b8f1-0000-4000-8000-000000000001"} {
		at.ID = id
		got := through(t, awstest.Replay(t, files, "")).Lookup(t.Context(), at)
		if got.Status != analysis.SnapshotFound || got.Resource.ARN != want {
			t.Errorf("%s: %s %s: %s", id, got.Status, got.Resource.ARN, got.Reason)
		}
	}
	at.ID = "prod/role/123456789012/nobody/9ec8b8f1-0000-4000-8000-000000000001"
	if got := through(t, awstest.Replay(t, files, "")).Lookup(t.Context(), at); got.Status != analysis.SnapshotGone {
		t.Errorf("%s: %s", at.ID, got.Status)
	}
}

// That nothing watches a region is found, not gone.
func TestOff(t *testing.T) {
	f := func(key, id, want string, answers map[string]string) {
		t.Helper()
		var files []txtar.File
		for _, name := range slices.Sorted(maps.Keys(answers)) {
			files = append(files, txtar.File{Name: name, Data: []byte(answers[name])})
		}
		at := readRecording(t, key).resource(t)
		at.ID = id
		got := through(t, awstest.Replay(t, files, "")).Lookup(t.Context(), at)
		if got.Status != analysis.SnapshotFound || got.Config != want {
			t.Errorf("%s: %s %s, want %s; %s", key, got.Status, got.Config, want, got.Reason)
		}
	}
	f("guardduty-detector", account, `{"Detector":null}`, map[string]string{"GuardDuty.ListDetectors": "200 application/json\n{\"detectorIds\":[]}"})
	f("securityhub", account, `{"Hub":null}`, map[string]string{
		"SecurityHub.DescribeHub": "401 application/json\n{\"__type\":\"InvalidAccessException\",\"message\":\"Account is not subscribed to AWS Security Hub\"}",
	})
	f("bedrock-logging", account, `{"Guardrails":[],"Logging":null}`, map[string]string{
		"Bedrock.GetModelInvocationLoggingConfiguration": "200 application/json\n{}", "Bedrock.ListGuardrails": "200 application/json\n{\"guardrails\":[]}",
	})
	f("config-recorder", account, `{"DeliveryChannelStatus":[],"DeliveryChannels":[],"RecorderStatus":[],"Recorders":[]}`, map[string]string{
		"Config Service.DescribeConfigurationRecorders":      "200 application/json\n{\"ConfigurationRecorders\":[]}",
		"Config Service.DescribeConfigurationRecorderStatus": "200 application/json\n{\"ConfigurationRecordersStatus\":[]}",
		"Config Service.DescribeDeliveryChannels":            "200 application/json\n{\"DeliveryChannels\":[]}",
		"Config Service.DescribeDeliveryChannelStatus":       "200 application/json\n{\"DeliveryChannelsStatus\":[]}",
	})
}

// No answer's secret is in a snapshot.
func TestNoSecrets(t *testing.T) {
	for _, typ := range Types() {
		r := readRecording(t, typ.Key)
		for _, secret := range []string{"correct horse battery staple", "user:token@"} {
			if text := r.section("want.json"); strings.Contains(text, secret) {
				t.Errorf("%s holds %q: %s", typ.Key, secret, text)
			}
		}
	}
}
