package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ssmTypes() []Type {
	return []Type{
		{
			Key: "ssm-parameter", Title: "SSM parameter", CFN: "AWS::SSM::Parameter",
			Fields: []Field{
				{"kind", "Parameter.Type"},
				{"KMS key", "Parameter.KeyId"},
				{"last changed", "Parameter.LastModifiedDate"},
				{"changed by", "Parameter.LastModifiedUser"},
				{"version", "Parameter.Version"},
				{"tier", "Parameter.Tier"},
				{"description", "Parameter.Description"},
			},
			// Never GetParameter and its like: they answer with values.
			Calls: calls("SSM", "ssm", "DescribeParameters"),
			Read:  readParameter, List: listParameters,
		},
		{
			Key: "ssm-document", Title: "SSM document", CFN: "AWS::SSM::Document",
			Fields: []Field{
				{"shared with", "Sharing.AccountIds[]"},
				{"owner", "Document.Owner"},
				{"hash", "Document.Hash"},
				{"created", "Document.CreatedDate"},
				{"kind", "Document.DocumentType"},
				{"version", "Document.DocumentVersion"},
				{"status", "Document.Status"},
				{"content", "Content.masked"},
				{"content holds", "Content.matches[]"},
			},
			Calls: calls("SSM", "ssm", "DescribeDocument", "DescribeDocumentPermission", "GetDocument", "ListDocuments"),
			Read:  readDocument, List: listDocuments,
		},
		ssmCommandType(),
	}
}

// parameterName is the name out of an ARN, which leaves out the slash that a name with
// levels begins with.
func parameterName(id string) string {
	_, name, ok := strings.Cut(id, ":parameter/")
	switch {
	case !ok:
		return id
	case strings.Contains(name, "/"):
		return "/" + name
	}
	return name
}

func readParameter(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, ssm.NewFromConfig)
	return l.Must("Parameter", "ssm:DescribeParameters", func() (any, error) {
		found, err := collect(ctx, ssm.NewDescribeParametersPaginator(c, &ssm.DescribeParametersInput{
			ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Option: aws.String("Equals"), Values: []string{parameterName(l.ID)}}},
		}), parametersIn)
		if len(found) > 0 {
			l.ARN = cmp.Or(l.ARN, aws.ToString(found[0].ARN))
		}
		return only(found, err)
	})
}

func parametersIn(p *ssm.DescribeParametersOutput) []types.ParameterMetadata { return p.Parameters }

func listParameters(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ssm.NewFromConfig)
	return resourcesIn(ctx, ssm.NewDescribeParametersPaginator(c, &ssm.DescribeParametersInput{}), parametersIn,
		func(p types.ParameterMetadata) analysis.Resource {
			return l.found("AWS::SSM::Parameter", aws.ToString(p.Name), aws.ToString(p.ARN))
		})
}

// documentName is the name of a document. One that another account shares is known by
// its ARN alone.
func documentName(l *Lookup) string {
	for _, id := range []string{l.ID, l.ARN} {
		if part := strings.SplitN(id, ":", 6); len(part) == 6 && part[4] != "" && part[4] != l.AccountID {
			return id
		}
	}
	return l.NameFrom()
}

func readDocument(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, ssm.NewFromConfig), aws.String(documentName(l))
	const gone = "InvalidDocument"
	type parameter struct {
		types.DocumentParameter
		DefaultValue any // instead of the value
	}
	err := l.Must("Document", "ssm:DescribeDocument", answer(ctx, c.DescribeDocument, &ssm.DescribeDocumentInput{Name: name},
		func(r *ssm.DescribeDocumentOutput) any {
			parameters := make([]parameter, len(r.Document.Parameters))
			for i, p := range r.Document.Parameters {
				parameters[i].DocumentParameter = p
				if p.DefaultValue != nil {
					parameters[i].DefaultValue = mask(*p.DefaultValue)
				}
			}
			return struct {
				*types.DocumentDescription
				Parameters []parameter
			}{r.Document, parameters}
		}), gone)
	if err != nil {
		return err
	}
	l.Part("Sharing", "ssm:DescribeDocumentPermission", func() (any, error) { return sharing(ctx, c, name) }, gone)
	l.Part("Content", "ssm:GetDocument", answer(ctx, c.GetDocument, &ssm.GetDocumentInput{Name: name},
		func(r *ssm.GetDocumentOutput) any { return script(aws.ToString(r.Content)) }), gone)
	return nil
}

func sharing(ctx context.Context, c *ssm.Client, document *string) (any, error) {
	var detailed []types.AccountSharingInfo
	accounts, err := follow(func(token *string) ([]string, *string, error) {
		out, err := c.DescribeDocumentPermission(ctx, &ssm.DescribeDocumentPermissionInput{
			Name: document, PermissionType: types.DocumentPermissionTypeShare, NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		detailed = append(detailed, out.AccountSharingInfoList...)
		return out.AccountIds, out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	return struct {
		AccountIds             []string
		AccountSharingInfoList []types.AccountSharingInfo
	}{accounts, detailed}, nil
}

func listDocuments(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ssm.NewFromConfig)
	return resourcesIn(ctx, ssm.NewListDocumentsPaginator(c, &ssm.ListDocumentsInput{
		Filters: []types.DocumentKeyValuesFilter{{Key: aws.String("Owner"), Values: []string{"Self"}}},
	}), func(p *ssm.ListDocumentsOutput) []types.DocumentIdentifier { return p.DocumentIdentifiers },
		func(d types.DocumentIdentifier) analysis.Resource {
			name := aws.ToString(d.Name)
			return l.found("AWS::SSM::Document", name, l.arn("ssm", "document/"+name))
		})
}
