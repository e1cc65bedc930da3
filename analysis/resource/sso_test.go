package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	identitytypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
)

func TestIntegrationSSO(t *testing.T) {
	e := startEmulator(t)
	ctx, must := t.Context(), e.done
	c, people := ssoadmin.NewFromConfig(e.Fill), identitystore.NewFromConfig(e.Fill)
	instances, err := c.ListInstances(ctx, &ssoadmin.ListInstancesInput{})
	must(instances, err)
	instance, store := instances.Instances[0].InstanceArn, instances.Instances[0].IdentityStoreId

	user, err := people.CreateUser(ctx, &identitystore.CreateUserInput{
		IdentityStoreId: store, UserName: aws.String("jane"), DisplayName: aws.String("Jane Doe"),
		Name:   &identitytypes.Name{GivenName: aws.String("Jane"), FamilyName: aws.String("Doe")},
		Emails: []identitytypes.Email{{Value: aws.String("jane@example.com"), Primary: true}},
	})
	must(user, err)
	group, err := people.CreateGroup(ctx, &identitystore.CreateGroupInput{
		IdentityStoreId: store, DisplayName: aws.String("admins"), Description: aws.String("Everything"),
	})
	must(group, err)
	must(people.CreateGroupMembership(ctx, &identitystore.CreateGroupMembershipInput{
		IdentityStoreId: store, GroupId: group.GroupId, MemberId: &identitytypes.MemberIdMemberUserId{Value: *user.UserId},
	}))
	e.lookUp("AWS::IdentityStore::User", *user.UserId, "User.UserStatus", "User.CreatedAt", "User.CreatedBy")
	e.list("AWS::IdentityStore::User", *user.UserId)
	e.gone("AWS::IdentityStore::User", "0123456789-11112222-3333-4444-5555-666677778888")
	e.lookUp("AWS::IdentityStore::Group", *group.GroupId, "Group.CreatedAt")
	e.list("AWS::IdentityStore::Group", *group.GroupId)
	e.gone("AWS::IdentityStore::Group", "0123456789-11112222-3333-4444-5555-666677778888")

	made, err := c.CreatePermissionSet(ctx, &ssoadmin.CreatePermissionSetInput{
		InstanceArn: instance, Name: aws.String("Admin"), SessionDuration: aws.String("PT12H"),
	})
	must(made, err)
	set := made.PermissionSet.PermissionSetArn
	must(c.AttachManagedPolicyToPermissionSet(ctx, &ssoadmin.AttachManagedPolicyToPermissionSetInput{
		InstanceArn: instance, PermissionSetArn: set, ManagedPolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess"),
	}))
	must(c.AttachCustomerManagedPolicyReferenceToPermissionSet(ctx, &ssoadmin.AttachCustomerManagedPolicyReferenceToPermissionSetInput{
		InstanceArn: instance, PermissionSetArn: set, CustomerManagedPolicyReference: &types.CustomerManagedPolicyReference{Name: aws.String("deploy"), Path: aws.String("/")},
	}))
	must(c.PutInlinePolicyToPermissionSet(ctx, &ssoadmin.PutInlinePolicyToPermissionSetInput{
		InstanceArn: instance, PermissionSetArn: set, InlinePolicy: aws.String(everything),
	}))
	must(c.ProvisionPermissionSet(ctx, &ssoadmin.ProvisionPermissionSetInput{
		InstanceArn: instance, PermissionSetArn: set, TargetType: types.ProvisionTargetTypeAllProvisionedAccounts,
	}))
	must(c.CreateAccountAssignment(ctx, &ssoadmin.CreateAccountAssignmentInput{
		InstanceArn: instance, PermissionSetArn: set, TargetId: aws.String(account), TargetType: types.TargetTypeAwsAccount,
		PrincipalType: types.PrincipalTypeUser, PrincipalId: user.UserId,
	}))
	e.lookUp("AWS::SSO::PermissionSet", *set)
	e.list("AWS::SSO::PermissionSet", lastPart(*set))
	e.gone("AWS::SSO::PermissionSet", "ps-0123456789abcdef")
}
