package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func lambdaTypes() []Type {
	return []Type{{
		Key: "lambda-function", Title: "Lambda function", CFN: "AWS::Lambda::Function",
		Fields: []Field{
			{"last changed", "Configuration.LastModified"},
			{"role", "Configuration.Role"},
			{"runtime", "Configuration.Runtime"},
			{"code hash", "Configuration.CodeSha256"},
			{"layers", "Configuration.Layers[].Arn"},
			{"environment", "Configuration.Environment.Variables"},
			{"policy", "Policy.Statement[].Principal"},
			{"URL", "FunctionUrls[].FunctionUrl"},
			{"URL asks for", "FunctionUrls[].AuthType"},
			{"triggers", "EventSourceMappings[].EventSourceArn"},
			{"reserved concurrency", "Concurrency.ReservedConcurrentExecutions"},
			{"versions", "Versions[].Version"},
			{"aliases", "Aliases[].Name"},
			{"policies of aliases", "AliasPolicies[].Name"},
		},
		// Never GetFunction: its answer holds a link to the code.
		Calls: calls("Lambda", "lambda", "GetFunctionConfiguration", "GetPolicy", "ListFunctionUrlConfigs", "ListEventSourceMappings",
			"GetFunctionConcurrency", "ListVersionsByFunction", "ListAliases", "ListFunctions"),
		Read: readFunction, List: listFunctions,
	}}
}

// functionName is the name out of what Lambda takes for one: a name, an ARN, the end of
// one (111122223333:function:name), each with a version or an alias behind it.
func functionName(id string) string {
	if _, name, ok := strings.Cut(id, "function:"); ok {
		id = name
	}
	name, _, _ := strings.Cut(id, ":")
	return name
}

// environment is the variables of a function without their values.
func environment(e *types.EnvironmentResponse) any {
	if e == nil {
		return nil
	}
	return struct {
		Error     *types.EnvironmentError
		Variables map[string]Masked
	}{e.Error, maskMap(e.Variables)}
}

func readFunction(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, lambda.NewFromConfig), aws.String(functionName(l.ID))
	const gone = "ResourceNotFoundException"
	err := l.Must("Configuration", "lambda:GetFunctionConfiguration", answer(ctx, c.GetFunctionConfiguration,
		&lambda.GetFunctionConfigurationInput{FunctionName: name},
		func(r *lambda.GetFunctionConfigurationOutput) any {
			l.ARN = cmp.Or(l.ARN, aws.ToString(r.FunctionArn))
			return struct {
				*lambda.GetFunctionConfigurationOutput
				Environment any // instead of the values
			}{r, environment(r.Environment)}
		}), gone)
	if err != nil {
		return err
	}
	policy := func(alias *string) func() (any, error) {
		return answer(ctx, c.GetPolicy, &lambda.GetPolicyInput{FunctionName: name, Qualifier: alias},
			func(r *lambda.GetPolicyOutput) any { return document(r.Policy) })
	}
	l.Part("Policy", "lambda:GetPolicy", policy(nil), gone)
	l.Part("FunctionUrls", "lambda:ListFunctionUrlConfigs", list(ctx,
		lambda.NewListFunctionUrlConfigsPaginator(c, &lambda.ListFunctionUrlConfigsInput{FunctionName: name}),
		func(p *lambda.ListFunctionUrlConfigsOutput) []types.FunctionUrlConfig { return p.FunctionUrlConfigs }))
	l.Part("EventSourceMappings", "lambda:ListEventSourceMappings", list(ctx,
		lambda.NewListEventSourceMappingsPaginator(c, &lambda.ListEventSourceMappingsInput{FunctionName: name}),
		func(p *lambda.ListEventSourceMappingsOutput) []types.EventSourceMappingConfiguration {
			return p.EventSourceMappings
		}))
	l.Part("Concurrency", "lambda:GetFunctionConcurrency", answer(ctx, c.GetFunctionConcurrency,
		&lambda.GetFunctionConcurrencyInput{FunctionName: name}, func(r *lambda.GetFunctionConcurrencyOutput) any { return r }))
	l.Part("Versions", "lambda:ListVersionsByFunction", func() (any, error) {
		found, err := collect(ctx, lambda.NewListVersionsByFunctionPaginator(c, &lambda.ListVersionsByFunctionInput{FunctionName: name}),
			func(p *lambda.ListVersionsByFunctionOutput) []types.FunctionConfiguration { return p.Versions })
		if err != nil {
			return nil, err
		}
		type version struct {
			types.FunctionConfiguration
			Environment any // instead of the values
		}
		all := make([]version, len(found))
		for i, f := range found {
			all[i] = version{f, environment(f.Environment)}
		}
		return all, nil
	})
	var aliases []types.AliasConfiguration
	known := l.Part("Aliases", "lambda:ListAliases", func() (any, error) {
		var err error
		aliases, err = collect(ctx, lambda.NewListAliasesPaginator(c, &lambda.ListAliasesInput{FunctionName: name}),
			func(p *lambda.ListAliasesOutput) []types.AliasConfiguration { return p.Aliases })
		return aliases, err
	})
	if known {
		// Who may call an alias stands in a policy of the alias's own.
		l.Part("AliasPolicies", "lambda:GetPolicy", func() (any, error) { return aliasPolicies(aliases, policy) })
	}
	return nil
}

func aliasPolicies(aliases []types.AliasConfiguration, policy func(alias *string) func() (any, error)) (any, error) {
	type named struct {
		Name   *string
		Policy any
	}
	all := []named{}
	for _, a := range aliases {
		text, err := policy(a.Name)()
		switch {
		case awsread.Code(err) == "ResourceNotFoundException":
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, named{a.Name, text})
	}
	return all, nil
}

func listFunctions(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, lambda.NewFromConfig)
	return resourcesIn(ctx, lambda.NewListFunctionsPaginator(c, &lambda.ListFunctionsInput{}),
		func(p *lambda.ListFunctionsOutput) []types.FunctionConfiguration { return p.Functions },
		func(f types.FunctionConfiguration) analysis.Resource {
			return l.found("AWS::Lambda::Function", aws.ToString(f.FunctionName), aws.ToString(f.FunctionArn))
		})
}
