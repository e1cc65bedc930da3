package resource

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamOIDC() Type {
	return Type{
		Key: "iam-oidc", Title: "IAM OIDC provider", CFN: "AWS::IAM::OIDCProvider", Global: true,
		Fields: []Field{
			{"URL", "Provider.Url"}, {"created", "Provider.CreateDate"}, {"client ids", "Provider.ClientIDList[]"}, {"thumbprints", "Provider.ThumbprintList[]"},
		},
		Calls: calls("IAM", "iam", "GetOpenIDConnectProvider", "ListOpenIDConnectProviders"),
		Read:  readIAMOIDC, List: listIAMOIDC,
	}
}

func iamSAML() Type {
	return Type{
		Key: "iam-saml", Title: "IAM SAML provider", CFN: "AWS::IAM::SAMLProvider", Global: true,
		Fields: []Field{
			{"identity provider", "Provider.EntityID"},
			{"created", "Provider.CreateDate"},
			{"valid until", "Provider.ValidUntil"},
			{"certificates", "Provider.Certificates[].SHA256"},
			{"certificate subjects", "Provider.Certificates[].Subject"},
		},
		Calls: calls("IAM", "iam", "GetSAMLProvider", "ListSAMLProviders"),
		Read:  readIAMSAML, List: listIAMSAML,
	}
}

func readIAMOIDC(ctx context.Context, l *Lookup) error {
	return l.Must("Provider", "iam:GetOpenIDConnectProvider", func() (any, error) {
		arn := l.iamARN("oidc-provider/")
		out, err := awsread.New(l.Access, iam.NewFromConfig).GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &arn})
		switch {
		case err != nil:
			return nil, err
		case out.Url == nil:
			return nil, awsread.ErrForeign
		}
		l.ARN = arn
		if out.ClientIDList == nil {
			out.ClientIDList = []string{}
		}
		if out.ThumbprintList == nil {
			out.ThumbprintList = []string{}
		}
		return out, nil
	}, noSuchEntity)
}

func listIAMOIDC(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	out, err := awsread.New(l.Access, iam.NewFromConfig).ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, p := range out.OpenIDConnectProviderList {
		_, id, _ := strings.Cut(aws.ToString(p.Arn), ":oidc-provider/")
		all = append(all, l.found("AWS::IAM::OIDCProvider", id, aws.ToString(p.Arn)))
	}
	return all, nil
}

// samlProvider is a SAML provider with what its metadata says in place of the metadata,
// which can be ten million characters long.
type samlProvider struct {
	CreateDate, ValidUntil  *time.Time
	EntityID                string
	Certificates            []certificate
	SAMLMetadataDocument    Masked
	SAMLProviderUUID        *string
	AssertionEncryptionMode types.AssertionEncryptionModeType `json:",omitempty"`
	PrivateKeyList          []types.SAMLPrivateKey            // ids and dates
	Tags                    []types.Tag
}

func readIAMSAML(ctx context.Context, l *Lookup) error {
	return l.Must("Provider", "iam:GetSAMLProvider", func() (any, error) {
		arn := l.iamARN("saml-provider/")
		out, err := awsread.New(l.Access, iam.NewFromConfig).GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: &arn})
		switch {
		case err != nil:
			return nil, err
		case out.SAMLMetadataDocument == nil:
			return nil, awsread.ErrForeign
		}
		l.ARN = arn
		metadata := aws.ToString(out.SAMLMetadataDocument)
		entity, certificates := readSAMLMetadata(metadata)
		return samlProvider{
			CreateDate: out.CreateDate, ValidUntil: out.ValidUntil, EntityID: entity, Certificates: certificates,
			SAMLMetadataDocument: mask(metadata), SAMLProviderUUID: out.SAMLProviderUUID,
			AssertionEncryptionMode: out.AssertionEncryptionMode, PrivateKeyList: out.PrivateKeyList, Tags: out.Tags,
		}, nil
	}, noSuchEntity)
}

// readSAMLMetadata is the identity provider's name for itself, and the certificates that
// it signs and encrypts with. Of a text that is no metadata it is what could be read.
func readSAMLMetadata(text string) (entity string, certificates []certificate) {
	certificates = []certificate{}
	seen := map[string]bool{}
	dec := xml.NewDecoder(strings.NewReader(text))
	for len(certificates) < most {
		token, err := dec.Token()
		if err != nil {
			break
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "EntityDescriptor":
			for _, a := range start.Attr {
				if a.Name.Local == "entityID" && entity == "" {
					entity = a.Value
				}
			}
		case "X509Certificate":
			var body string
			if dec.DecodeElement(&body, &start) != nil {
				return entity, certificates
			}
			der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
			if err != nil {
				continue
			}
			if c := parseCertificate(der); c != nil && !seen[c.SHA256] {
				seen[c.SHA256] = true
				certificates = append(certificates, *c)
			}
		}
	}
	return entity, certificates
}

func listIAMSAML(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	out, err := awsread.New(l.Access, iam.NewFromConfig).ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, p := range out.SAMLProviderList {
		all = append(all, l.found("AWS::IAM::SAMLProvider", lastPart(aws.ToString(p.Arn)), aws.ToString(p.Arn)))
	}
	return all, nil
}
