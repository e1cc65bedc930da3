package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func acmTypes() []Type {
	return []Type{
		{
			Key: "acm-cert", Title: "ACM certificate", CFN: "AWS::CertificateManager::Certificate",
			Fields: []Field{
				{"domain", "Certificate.DomainName"},
				{"names", "Certificate.SubjectAlternativeNames"},
				{"status", "Certificate.Status"},
				{"type", "Certificate.Type"},
				{"created", "Certificate.CreatedAt"},
				{"until", "Certificate.NotAfter"},
				{"used by", "Certificate.InUseBy"},
			},
			Calls: calls("ACM", "acm", "DescribeCertificate", "ListCertificates"),
			Read:  readACMCertificate, List: listACMCertificates,
		},
	}
}

func readACMCertificate(ctx context.Context, l *Lookup) error {
	c, arn := awsread.New(l.Access, acm.NewFromConfig), aws.String(l.arnOf("acm", "certificate/"+l.ID))
	return l.Must("Certificate", "acm:DescribeCertificate", func() (any, error) {
		out, err := c.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: arn})
		if err != nil {
			return nil, err
		}
		l.ARN = *arn
		return out.Certificate, nil
	}, "ResourceNotFoundException")
}

func listACMCertificates(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, acm.NewFromConfig)
	// Without a word about keys, ACM lists certificates with RSA keys of 2048 bits only.
	every := &types.Filters{KeyTypes: types.KeyAlgorithm("").Values()}
	all, err := collect(ctx, acm.NewListCertificatesPaginator(c, &acm.ListCertificatesInput{Includes: every}),
		func(p *acm.ListCertificatesOutput) []types.CertificateSummary { return p.CertificateSummaryList })
	return resources(l, "AWS::CertificateManager::Certificate", all, err, func(s types.CertificateSummary) (string, string) {
		return lastPart(aws.ToString(s.CertificateArn)), aws.ToString(s.CertificateArn)
	})
}
