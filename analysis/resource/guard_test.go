package resource

import (
	"context"
	"errors"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lightsail"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/transfer"

	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// clients has a client of every service that the program is built with.
func clients(cfg awsread.Config) map[string]any {
	return map[string]any{
		"accessanalyzer":  awsread.New(cfg, accessanalyzer.NewFromConfig),
		"acm":             awsread.New(cfg, acm.NewFromConfig),
		"autoscaling":     awsread.New(cfg, autoscaling.NewFromConfig),
		"backup":          awsread.New(cfg, backup.NewFromConfig),
		"bedrock":         awsread.New(cfg, bedrock.NewFromConfig),
		"cloudcontrol":    awsread.New(cfg, cloudcontrol.NewFromConfig),
		"cloudformation":  awsread.New(cfg, cloudformation.NewFromConfig),
		"cloudtrail":      awsread.New(cfg, cloudtrail.NewFromConfig),
		"cloudwatchlogs":  awsread.New(cfg, cloudwatchlogs.NewFromConfig),
		"codebuild":       awsread.New(cfg, codebuild.NewFromConfig),
		"cognitoidentity": awsread.New(cfg, cognitoidentity.NewFromConfig),
		"configservice":   awsread.New(cfg, configservice.NewFromConfig),
		"dynamodb":        awsread.New(cfg, dynamodb.NewFromConfig),
		"ec2":             awsread.New(cfg, ec2.NewFromConfig),
		"ecr":             awsread.New(cfg, ecr.NewFromConfig),
		"ecs":             awsread.New(cfg, ecs.NewFromConfig),
		"eks":             awsread.New(cfg, eks.NewFromConfig),
		"eventbridge":     awsread.New(cfg, eventbridge.NewFromConfig),
		"guardduty":       awsread.New(cfg, guardduty.NewFromConfig),
		"iam":             awsread.New(cfg, iam.NewFromConfig),
		"identitystore":   awsread.New(cfg, identitystore.NewFromConfig),
		"kms":             awsread.New(cfg, kms.NewFromConfig),
		"lambda":          awsread.New(cfg, lambda.NewFromConfig),
		"lightsail":       awsread.New(cfg, lightsail.NewFromConfig),
		"organizations":   awsread.New(cfg, organizations.NewFromConfig),
		"rds":             awsread.New(cfg, rds.NewFromConfig),
		"rolesanywhere":   awsread.New(cfg, rolesanywhere.NewFromConfig),
		"route53":         awsread.New(cfg, route53.NewFromConfig),
		"route53domains":  awsread.New(cfg, route53domains.NewFromConfig),
		"s3":              awsread.New(cfg, s3.NewFromConfig),
		"s3control":       awsread.New(cfg, s3control.NewFromConfig),
		"sagemaker":       awsread.New(cfg, sagemaker.NewFromConfig),
		"scheduler":       awsread.New(cfg, scheduler.NewFromConfig),
		"secretsmanager":  awsread.New(cfg, secretsmanager.NewFromConfig),
		"securityhub":     awsread.New(cfg, securityhub.NewFromConfig),
		"sesv2":           awsread.New(cfg, sesv2.NewFromConfig),
		"sns":             awsread.New(cfg, sns.NewFromConfig),
		"sqs":             awsread.New(cfg, sqs.NewFromConfig),
		"ssm":             awsread.New(cfg, ssm.NewFromConfig),
		"ssoadmin":        awsread.New(cfg, ssoadmin.NewFromConfig),
		"sts":             awsread.New(cfg, sts.NewFromConfig),
		"transfer":        awsread.New(cfg, transfer.NewFromConfig),
	}
}

// noNetwork is a network that nothing may reach.
type noNetwork struct{ t *testing.T }

func (n noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s %s left", r.Method, r.URL)
	return nil, errors.New("no network")
}

// Every operation of every service that is no read, and every read of secrets, is refused
// before it leaves.
func TestEveryWriteIsRefused(t *testing.T) {
	awstest.Setenv(t, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	cfg, err := awsread.Load(t.Context(), awsread.Options{Transport: noNetwork{t}, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for service, client := range clients(cfg) {
		value, here := reflect.ValueOf(client), 0
		for i := range value.NumMethod() {
			name, method := value.Type().Method(i).Name, value.Method(i)
			if method.Type().NumIn() != 3 || method.Type().NumOut() != 2 || awsread.Allowed("", name) || service == "sts" && name == "AssumeRole" ||
				service == "iam" && name == "GenerateCredentialReport" {
				continue
			}
			out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.New(method.Type().In(1).Elem())})
			if err, _ := out[1].Interface().(error); !errors.Is(err, awsread.ErrNotARead) {
				t.Errorf("%s %s: %v", service, name, err)
			}
			here++
		}
		if here == 0 {
			t.Errorf("%s has no operation that is refused: is it tried?", service)
		}
		refused += here
	}
	t.Logf("%d operations of %d services were refused", refused, len(clients(cfg)))
}

// The list above is whole: every service of the SDK that go.mod requires is in it.
func TestEveryServiceIsTried(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^\tgithub\.com/aws/aws-sdk-go-v2/service/([a-z0-9]+) \S+$`).FindAllStringSubmatch(string(text), -1) {
		want = append(want, m[1])
	}
	var have []string
	for service := range clients(awsread.Config{}) {
		have = append(have, service)
	}
	for _, service := range want {
		if !slices.Contains(have, service) {
			t.Errorf("%s is required by go.mod and not tried: %s", service, strings.Join(have, " "))
		}
	}
}
