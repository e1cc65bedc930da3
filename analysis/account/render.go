package account

import (
	"fmt"
	"strings"

	"github.com/trailbench/trailbench/analysis/awsread"
)

// sessionSeconds is how long a session of the role may last: an hour, which is all that a
// role assumed by a role gets.
const sessionSeconds = 3600

// role is what every form of a template is made of.
type role struct {
	Template
	inline  policy
	managed []policy
}

// Render prints the template in one of [TemplateFormats]. The error is
// [analysis.ErrUsage] where it cannot be made of what was given.
func (t Template) Render(format string) (string, error) {
	t, err := t.complete()
	if err != nil {
		return "", err
	}
	r := role{Template: t, inline: t.inline()}
	if r.managed, err = t.managed(); err != nil {
		return "", err
	}
	if n := len(compact(r.inline.document)); n > maxInline {
		return "", fmt.Errorf("the policy of the role has %d characters, and IAM takes %d", n, maxInline)
	}
	stackSet := t.Kind == kindStackSet
	switch format {
	case "cfn-yaml", "cfn-json":
		document := r.cloudFormation()
		if stackSet {
			document = r.stackSet()
		}
		if format == "cfn-json" {
			return indented(document) + "\n", nil
		}
		return "# " + r.title() + "\n" + yaml(document), nil
	case "terraform":
		if stackSet {
			return r.terraformStackSet(), nil
		}
		return r.terraform(), nil
	case "policy-json":
		switch {
		case stackSet:
			return "", usage("trailbench iam-template member --format policy-json", "a stack set is no policy")
		case r.Boundary != "" && PartitionOf(r.Boundary) == "":
			return "", usage("write arn:aws:iam::111122223333:policy/"+r.Boundary, "policies alone do not know the account that the boundary %s is in", r.Boundary)
		}
		return indented(r.policies()) + "\n", nil
	}
	return "", usage("choose from "+strings.Join(TemplateFormats(), ", "), "%q is no form of a template", format)
}

// title says what the template makes, in a line.
func (r role) title() string {
	var features []string
	for _, f := range r.Features {
		features = append(features, string(f))
	}
	what := "Read-only role of trailbench for the " + strings.ReplaceAll(r.Kind, "-", " ") + " account"
	if r.Kind == kindStackSet {
		what = "Read-only role of trailbench in every account of organizational units"
	}
	return what + ": " + strings.Join(features, ", ")
}

const description = "Reads configuration and logs for incident response. Secrets and data are denied."

// cloudFormation is the role as a CloudFormation template.
func (r role) cloudFormation() object {
	properties := object{
		{"RoleName", r.RoleName},
		{"Description", description},
		{"MaxSessionDuration", sessionSeconds},
		{"AssumeRolePolicyDocument", r.trust()},
	}
	switch {
	case PartitionOf(r.Boundary) != "":
		properties = properties.add("PermissionsBoundary", r.Boundary)
	case r.Boundary != "":
		properties = properties.add("PermissionsBoundary", object{{"Fn::Sub", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/" + r.Boundary}})
	}
	var refs list
	var policies object
	for i, p := range r.managed {
		id := fmt.Sprintf("ReadPolicy%d", i+1)
		refs = append(refs, object{{"Ref", id}})
		policies = policies.add(id, object{
			{"Type", "AWS::IAM::ManagedPolicy"},
			{"Properties", object{{"ManagedPolicyName", p.name}, {"Description", description}, {"PolicyDocument", p.document}}},
		})
	}
	if len(refs) > 0 {
		properties = properties.add("ManagedPolicyArns", refs)
	}
	properties = properties.add("Policies", list{object{{"PolicyName", r.inline.name}, {"PolicyDocument", r.inline.document}}})
	resources := append(policies, member{"ReaderRole", object{{"Type", "AWS::IAM::Role"}, {"Properties", properties}}})
	return object{
		{"AWSTemplateFormatVersion", "2010-09-09"},
		{"Description", r.title()},
		{"Resources", resources},
		{"Outputs", object{
			{"RoleArn", object{{"Description", "Give it to trailbench as --role-arn"}, {"Value", object{{"Fn::GetAtt", list{"ReaderRole", "Arn"}}}}}},
			{"ExternalId", object{{"Description", "Give it to trailbench as --external-id"}, {"Value", r.ExternalID}}},
		}},
	}
}

// regions are those of the stack set: the home of the partition, unless others are named.
func (r role) regions() list {
	if len(r.Regions) > 0 {
		return texts(r.Regions)
	}
	return list{awsread.HomeRegion(r.Partition)}
}

// stackSet is a CloudFormation template of a stack set that makes the role in every
// account of the units, also in those that join later.
func (r role) stackSet() object {
	return object{
		{"AWSTemplateFormatVersion", "2010-09-09"},
		{"Description", r.title()},
		{"Resources", object{{"ReaderStackSet", object{
			{"Type", "AWS::CloudFormation::StackSet"},
			{"Properties", object{
				{"StackSetName", r.RoleName},
				{"Description", r.title()},
				{"PermissionModel", "SERVICE_MANAGED"},
				{"AutoDeployment", object{{"Enabled", true}, {"RetainStacksOnAccountRemoval", false}}},
				{"Capabilities", list{"CAPABILITY_NAMED_IAM"}},
				{"ManagedExecution", object{{"Active", true}}},
				{"OperationPreferences", object{{"FailureTolerancePercentage", 100}, {"MaxConcurrentPercentage", 25}, {"RegionConcurrencyType", "PARALLEL"}}},
				{"StackInstancesGroup", list{object{
					{"DeploymentTargets", object{{"OrganizationalUnitIds", texts(r.Units)}}},
					{"Regions", r.regions()},
				}}},
				{"TemplateBody", compact(r.cloudFormation())},
			}},
		}}}},
		{"Outputs", object{
			{"StackSetId", object{{"Value", object{{"Ref", "ReaderStackSet"}}}}},
			{"RoleName", object{{"Description", "Give it to trailbench as --role-name"}, {"Value", r.RoleName}}},
			{"ExternalId", object{{"Description", "Give it to trailbench as --external-id"}, {"Value", r.ExternalID}}},
		}},
	}
}

// policies are the documents alone, for those who make roles their own way.
func (r role) policies() object {
	o := object{{"role_name", r.RoleName}, {"max_session_duration", sessionSeconds}}
	if r.Boundary != "" {
		o = o.add("permissions_boundary", r.Boundary)
	}
	managed := object{}
	for _, p := range r.managed {
		managed = managed.add(p.name, p.document)
	}
	return o.add("trust_policy", r.trust()).
		add("inline_policies", object{{r.inline.name, r.inline.document}}).
		add("managed_policies", managed)
}
