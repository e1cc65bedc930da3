package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func rolesanywhereTypes() []Type {
	return []Type{
		{
			Key: "rolesanywhere", Title: "Roles Anywhere trust anchor", CFN: "AWS::RolesAnywhere::TrustAnchor",
			Fields: []Field{
				{"name", "TrustAnchor.Name"},
				{"enabled", "TrustAnchor.Enabled"},
				{"created", "TrustAnchor.CreatedAt"},
				{"source", "TrustAnchor.Source.SourceType"},
				{"authority", "TrustAnchor.Source.Certificates[].Subject"},
				{"issued by", "TrustAnchor.Source.Certificates[].Issuer"},
				{"certificates", "TrustAnchor.Source.Certificates[].SHA256"},
				{"profiles", "Profiles[].Name"},
				{"roles of profiles", "Profiles[].RoleArns[]"},
				{"who used one", "Subjects[].X509Subject"},
				{"last used", "Subjects[].LastSeenAt"},
				{"revocation lists", "Crls[].Name"},
			},
			Calls: calls("RolesAnywhere", "rolesanywhere", "GetTrustAnchor", "ListProfiles", "ListSubjects", "ListCrls", "ListTrustAnchors"),
			Read:  readTrustAnchor, List: listTrustAnchors,
		},
		{
			Key: "rolesanywhere-profile", Title: "Roles Anywhere profile", CFN: "AWS::RolesAnywhere::Profile",
			Fields: []Field{
				{"name", "Profile.Name"},
				{"enabled", "Profile.Enabled"},
				{"created", "Profile.CreatedAt"},
				{"roles", "Profile.RoleArns[]"},
				{"policies", "Profile.ManagedPolicyArns[]"},
				{"session policy", "Profile.SessionPolicy.Statement[].Action"},
				{"session seconds", "Profile.DurationSeconds"},
				{"session named by the caller", "Profile.AcceptRoleSessionName"},
			},
			Calls: calls("RolesAnywhere", "rolesanywhere", "GetProfile", "ListProfiles"),
			Read:  readAnywhereProfile, List: listAnywhereProfiles,
		},
	}
}

// anywhereNotFound is what AWS answers for what is not there.
const anywhereNotFound = "ResourceNotFoundException"

// trustAnchor is a trust anchor with its certificates read: an attacker's own is what
// lets them back into the account.
type trustAnchor struct {
	*types.TrustAnchorDetail
	Source anchorSource
}

type anchorSource struct {
	SourceType   types.TrustAnchorType
	AcmPcaArn    *string // of the certificate authority in AWS
	Certificates []certificate
}

func decodeTrustAnchor(detail *types.TrustAnchorDetail) trustAnchor {
	anchor := trustAnchor{TrustAnchorDetail: detail}
	if detail.Source == nil {
		return anchor
	}
	anchor.Source.SourceType = detail.Source.SourceType
	switch data := detail.Source.SourceData.(type) {
	case *types.SourceDataMemberAcmPcaArn:
		anchor.Source.AcmPcaArn = &data.Value
	case *types.SourceDataMemberX509CertificateData:
		anchor.Source.Certificates = readBundle(data.Value)
	}
	return anchor
}

// anywhereProfile is a profile with its session policy decoded.
type anywhereProfile struct {
	types.ProfileDetail
	SessionPolicy any
}

func decodeAnywhereProfile(detail types.ProfileDetail) anywhereProfile {
	return anywhereProfile{detail, document(detail.SessionPolicy)}
}

func readTrustAnchor(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, rolesanywhere.NewFromConfig)
	err := l.Must("TrustAnchor", "rolesanywhere:GetTrustAnchor", func() (any, error) {
		out, err := c.GetTrustAnchor(ctx, &rolesanywhere.GetTrustAnchorInput{TrustAnchorId: aws.String(l.NameFrom())})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.TrustAnchor.TrustAnchorArn)
		return decodeTrustAnchor(out.TrustAnchor), nil
	}, anywhereNotFound)
	if err != nil {
		return err
	}
	// A profile belongs to no anchor: whoever an anchor trusts may use any.
	l.Part("Profiles", "rolesanywhere:ListProfiles", list(ctx, rolesanywhere.NewListProfilesPaginator(c, &rolesanywhere.ListProfilesInput{}),
		func(p *rolesanywhere.ListProfilesOutput) (all []anywhereProfile) {
			for _, detail := range p.Profiles {
				all = append(all, decodeAnywhereProfile(detail))
			}
			return all
		}))
	l.Part("Subjects", "rolesanywhere:ListSubjects", list(ctx, rolesanywhere.NewListSubjectsPaginator(c, &rolesanywhere.ListSubjectsInput{}),
		func(p *rolesanywhere.ListSubjectsOutput) []types.SubjectSummary { return p.Subjects }))
	l.Part("Crls", "rolesanywhere:ListCrls", list(ctx, rolesanywhere.NewListCrlsPaginator(c, &rolesanywhere.ListCrlsInput{}),
		func(p *rolesanywhere.ListCrlsOutput) (all []types.CrlDetail) {
			for _, crl := range p.Crls {
				if aws.ToString(crl.TrustAnchorArn) == l.ARN {
					crl.CrlData = nil // long, and says nothing to a reader
					all = append(all, crl)
				}
			}
			return all
		}))
	return nil
}

func listTrustAnchors(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, rolesanywhere.NewFromConfig)
	anchors, err := collect(ctx, rolesanywhere.NewListTrustAnchorsPaginator(c, &rolesanywhere.ListTrustAnchorsInput{}),
		func(p *rolesanywhere.ListTrustAnchorsOutput) []types.TrustAnchorDetail { return p.TrustAnchors })
	return resources(l, "AWS::RolesAnywhere::TrustAnchor", anchors, err, func(a types.TrustAnchorDetail) (id, arn string) {
		return aws.ToString(a.TrustAnchorId), aws.ToString(a.TrustAnchorArn)
	})
}

func readAnywhereProfile(ctx context.Context, l *Lookup) error {
	return l.Must("Profile", "rolesanywhere:GetProfile", func() (any, error) {
		out, err := awsread.New(l.Access, rolesanywhere.NewFromConfig).GetProfile(ctx, &rolesanywhere.GetProfileInput{ProfileId: aws.String(l.NameFrom())})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Profile.ProfileArn)
		return decodeAnywhereProfile(*out.Profile), nil
	}, anywhereNotFound)
}

func listAnywhereProfiles(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, rolesanywhere.NewFromConfig)
	profiles, err := collect(ctx, rolesanywhere.NewListProfilesPaginator(c, &rolesanywhere.ListProfilesInput{}),
		func(p *rolesanywhere.ListProfilesOutput) []types.ProfileDetail { return p.Profiles })
	return resources(l, "AWS::RolesAnywhere::Profile", profiles, err, func(p types.ProfileDetail) (id, arn string) {
		return aws.ToString(p.ProfileId), aws.ToString(p.ProfileArn)
	})
}
