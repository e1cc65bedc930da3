package resource

import (
	"context"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/trailbench/trailbench/analysis/awsread"
)

// ssmCommandType is what was run on machines, by command or in a session. There is no
// list of them: a responder asks for those that the logs name, and AWS keeps them for
// 30 days.
func ssmCommandType() Type {
	return Type{
		Key: "ssm-command", Title: "SSM command or session", CFN: "AWS::SSM::Command", Others: []string{"AWS::SSM::Session"},
		Fields: []Field{
			{"document", "Command.DocumentName"},
			{"sent", "Command.RequestedDateTime"},
			{"status", "Command.Status"},
			{"parameters", "Command.Parameters"},
			{"on", "Invocations[].InstanceId"},
			{"ended as", "Invocations[].Status"},
			{"output", "Invocations[].CommandPlugins[].Output.masked"},
			{"output in bucket", "Command.OutputS3BucketName"},
			{"session of", "Session.Owner"},
			{"session on", "Session.Target"},
			{"session began", "Session.StartDate"},
			{"session ended", "Session.EndDate"},
			{"session's document", "Session.DocumentName"},
			{"session's status", "Session.Status"},
		},
		Calls: calls("SSM", "ssm", "ListCommands", "ListCommandInvocations", "DescribeSessions"),
		Read:  readCommandOrSession,
	}
}

var commandID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func readCommandOrSession(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ssm.NewFromConfig), l.NameFrom()
	if !commandID.MatchString(id) {
		return readSSMSession(ctx, l, c, id)
	}
	const gone = "InvalidCommandId"
	type command struct {
		types.Command
		Parameters map[string]Script // instead of the values
	}
	err := l.Must("Command", "ssm:ListCommands", one(ctx, c.ListCommands, &ssm.ListCommandsInput{CommandId: &id},
		func(r *ssm.ListCommandsOutput) []command {
			all := make([]command, len(r.Commands))
			for i, f := range r.Commands {
				all[i] = command{f, map[string]Script{}}
				for name, values := range f.Parameters {
					all[i].Parameters[name] = script(strings.Join(values, "\n"))
				}
			}
			return all
		}), gone)
	if err != nil {
		return err
	}
	l.Part("Invocations", "ssm:ListCommandInvocations", func() (any, error) {
		found, err := collect(ctx, ssm.NewListCommandInvocationsPaginator(c, &ssm.ListCommandInvocationsInput{CommandId: &id, Details: true}),
			func(p *ssm.ListCommandInvocationsOutput) []types.CommandInvocation { return p.CommandInvocations })
		if err != nil {
			return nil, err
		}
		all := make([]invocation, len(found))
		for i, f := range found {
			all[i] = hideOutput(f)
		}
		return all, nil
	}, gone)
	return nil
}

// invocation is a command on one machine, without what it printed.
type invocation struct {
	types.CommandInvocation
	TraceOutput    any
	CommandPlugins []plugin
}

type plugin struct {
	types.CommandPlugin
	Output any
}

func hideOutput(f types.CommandInvocation) invocation {
	masked := func(text *string) any {
		if aws.ToString(text) == "" {
			return nil
		}
		return mask(*text)
	}
	i := invocation{f, masked(f.TraceOutput), make([]plugin, len(f.CommandPlugins))}
	for n, p := range f.CommandPlugins {
		i.CommandPlugins[n] = plugin{p, masked(p.Output)}
	}
	return i
}

// readSSMSession looks among the sessions that are open, then among those that have ended.
func readSSMSession(ctx context.Context, l *Lookup, c *ssm.Client, id string) error {
	return l.Must("Session", "ssm:DescribeSessions", func() (any, error) {
		for _, state := range []types.SessionState{types.SessionStateActive, types.SessionStateHistory} {
			found, err := collect(ctx, ssm.NewDescribeSessionsPaginator(c, &ssm.DescribeSessionsInput{
				State: state, Filters: []types.SessionFilter{{Key: types.SessionFilterKeySessionId, Value: &id}},
			}), func(p *ssm.DescribeSessionsOutput) []types.Session { return p.Sessions })
			if err != nil || len(found) > 0 {
				return only(found, err)
			}
		}
		return nil, errGone
	})
}
