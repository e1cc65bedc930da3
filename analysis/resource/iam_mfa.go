package resource

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamMFA() Type {
	return Type{
		Key: "iam-mfa", Title: "MFA device", CFN: "AWS::IAM::VirtualMFADevice", Global: true,
		Fields: []Field{
			{"enabled", "Device.EnableDate"}, {"user", "Device.UserName"}, {"all devices of the user", "UserDevices[].SerialNumber"},
		},
		Calls: calls("IAM", "iam", "GetMFADevice", "ListMFADevices", "ListVirtualMFADevices"),
		Read:  readIAMMFA, List: listIAMMFA,
	}
}

// mfaDevice is a device of either kind: of a virtual one AWS tells the user and the tags,
// of a key or a token that somebody holds its certifications.
type mfaDevice struct {
	SerialNumber   *string
	EnableDate     *time.Time
	UserName       *string
	User           *types.User
	Certifications map[string]string
	Tags           []types.Tag
}

func readIAMMFA(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, iam.NewFromConfig)
	var user *string
	err := l.Must("Device", "iam:ListVirtualMFADevices", func() (any, error) {
		device, err := findMFADevice(ctx, c, l)
		if err != nil {
			return nil, err
		}
		user = device.UserName
		if serial := aws.ToString(device.SerialNumber); strings.HasPrefix(serial, "arn:") {
			l.ARN = serial
		}
		return device, nil
	}, noSuchEntity)
	if err != nil || user == nil { // nobody's, or the root user's
		return err
	}
	l.Part("UserDevices", "iam:ListMFADevices", list(ctx, iam.NewListMFADevicesPaginator(c, &iam.ListMFADevicesInput{UserName: user}),
		func(p *iam.ListMFADevicesOutput) []types.MFADevice { return p.MFADevices }))
	return nil
}

// findMFADevice looks among the virtual devices, which may be nobody's, then for a key
// or a token, whose serial number need not be an ARN.
func findMFADevice(ctx context.Context, c *iam.Client, l *Lookup) (*mfaDevice, error) {
	virtual, err := virtualMFADevices(ctx, c)
	if err != nil {
		return nil, err
	}
	serial := l.ID
	if l.ARN != "" {
		serial = l.ARN
	}
	for _, d := range virtual {
		if s := aws.ToString(d.SerialNumber); s != serial && !strings.HasSuffix(s, ":mfa/"+l.ID) {
			continue
		}
		device := &mfaDevice{SerialNumber: d.SerialNumber, EnableDate: d.EnableDate, User: d.User, Tags: d.Tags}
		if d.User != nil {
			device.UserName = d.User.UserName
		}
		return device, nil
	}
	out, err := c.GetMFADevice(ctx, &iam.GetMFADeviceInput{SerialNumber: &serial})
	switch {
	case err != nil:
		return nil, err
	case out.SerialNumber == nil:
		return nil, awsread.ErrForeign
	}
	return &mfaDevice{SerialNumber: out.SerialNumber, EnableDate: out.EnableDate, UserName: out.UserName, Certifications: out.Certifications}, nil
}

func virtualMFADevices(ctx context.Context, c *iam.Client) ([]types.VirtualMFADevice, error) {
	return collect(ctx, iam.NewListVirtualMFADevicesPaginator(c, &iam.ListVirtualMFADevicesInput{}),
		func(p *iam.ListVirtualMFADevicesOutput) []types.VirtualMFADevice { return p.VirtualMFADevices })
}

func listIAMMFA(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	devices, err := virtualMFADevices(ctx, awsread.New(l.Access, iam.NewFromConfig))
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, d := range devices {
		serial := aws.ToString(d.SerialNumber)
		_, name, _ := strings.Cut(serial, ":mfa/")
		all = append(all, l.found("AWS::IAM::VirtualMFADevice", name, serial))
	}
	return all, nil
}
