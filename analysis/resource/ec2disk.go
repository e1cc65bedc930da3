package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func ec2DiskTypes() []Type {
	return []Type{
		{
			Key: "ec2-snapshot", Title: "EBS snapshot", CFN: "AWS::EC2::Snapshot",
			Fields: []Field{
				{"shared with", "CreateVolumePermissions[].UserId"},
				{"shared with group", "CreateVolumePermissions[].Group"},
				{"encrypted", "Snapshot.Encrypted"},
				{"volume", "Snapshot.VolumeId"},
				{"begun", "Snapshot.StartTime"},
				{"state", "Snapshot.State"},
				{"owner", "Snapshot.OwnerId"},
				{"gigabytes", "Snapshot.VolumeSize"},
				{"description", "Snapshot.Description"},
				{"public access blocked", "BlockPublicAccess.State"},
			},
			Calls: ec2Calls("DescribeSnapshotAttribute", "GetSnapshotBlockPublicAccessState", "DescribeSnapshots"),
			Read:  readEBSSnapshot, List: listEBSSnapshots,
		},
		{
			Key: "ec2-ami", Title: "AMI", CFN: "AWS::EC2::Image",
			Fields: []Field{
				{"shared with", "LaunchPermissions[].UserId"},
				{"shared with group", "LaunchPermissions[].Group"},
				{"public", "Image.Public"},
				{"owner", "Image.OwnerId"},
				{"created", "Image.CreationDate"},
				{"name", "Image.Name"},
				{"state", "Image.State"},
				{"disks", "Image.BlockDeviceMappings[].Ebs.SnapshotId"},
				{"public access blocked", "BlockPublicAccess.ImageBlockPublicAccessState"},
			},
			Calls: ec2Calls("DescribeImageAttribute", "GetImageBlockPublicAccessState", "DescribeImages"),
			Read:  readAMI, List: listAMIs,
		},
		{
			Key: "ec2-volume", Title: "EBS volume", CFN: "AWS::EC2::Volume",
			Fields: []Field{
				{"state", "Volume.State"},
				{"created", "Volume.CreateTime"},
				{"attached to", "Volume.Attachments[].InstanceId"},
				{"from snapshot", "Volume.SnapshotId"},
				{"encrypted", "Volume.Encrypted"},
				{"gigabytes", "Volume.Size"},
			},
			Calls: ec2Calls("DescribeVolumes"),
			Read:  readVolume, List: listVolumes,
		},
	}
}

// notOurs is what AWS answers who asks how a snapshot or an image of somebody else is
// shared: not with us, then, for sharing on.
const notOurs = "AuthFailure"

func readEBSSnapshot(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	const gone = "InvalidSnapshot.NotFound"
	err := l.Must("Snapshot", "ec2:DescribeSnapshots", one(ctx, c.DescribeSnapshots,
		&ec2.DescribeSnapshotsInput{SnapshotIds: []string{id}},
		func(r *ec2.DescribeSnapshotsOutput) []types.Snapshot { return r.Snapshots }), gone)
	if err != nil {
		return err
	}
	knowEC2(l, "snapshot", id)
	l.Part("CreateVolumePermissions", "ec2:DescribeSnapshotAttribute", answer(ctx, c.DescribeSnapshotAttribute,
		&ec2.DescribeSnapshotAttributeInput{SnapshotId: &id, Attribute: types.SnapshotAttributeNameCreateVolumePermission},
		func(r *ec2.DescribeSnapshotAttributeOutput) any { return bounded(r.CreateVolumePermissions) }), gone, notOurs)
	l.Part("BlockPublicAccess", "ec2:GetSnapshotBlockPublicAccessState", answer(ctx, c.GetSnapshotBlockPublicAccessState,
		&ec2.GetSnapshotBlockPublicAccessStateInput{}, func(r *ec2.GetSnapshotBlockPublicAccessStateOutput) any { return r }))
	return nil
}

func listEBSSnapshots(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeSnapshotsPaginator(c, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}}),
		func(p *ec2.DescribeSnapshotsOutput) []types.Snapshot { return p.Snapshots },
		func(s types.Snapshot) analysis.Resource {
			return foundEC2(l, "AWS::EC2::Snapshot", "snapshot", s.SnapshotId)
		})
}

func readAMI(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	gone := []string{"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"}
	err := l.Must("Image", "ec2:DescribeImages", one(ctx, c.DescribeImages,
		&ec2.DescribeImagesInput{ImageIds: []string{id}, IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true)},
		func(r *ec2.DescribeImagesOutput) []types.Image { return r.Images }), gone...)
	if err != nil {
		return err
	}
	knowEC2(l, "image", id)
	l.Part("LaunchPermissions", "ec2:DescribeImageAttribute", answer(ctx, c.DescribeImageAttribute,
		&ec2.DescribeImageAttributeInput{ImageId: &id, Attribute: types.ImageAttributeNameLaunchPermission},
		func(r *ec2.DescribeImageAttributeOutput) any { return bounded(r.LaunchPermissions) }), append(gone, notOurs)...)
	l.Part("BlockPublicAccess", "ec2:GetImageBlockPublicAccessState", answer(ctx, c.GetImageBlockPublicAccessState,
		&ec2.GetImageBlockPublicAccessStateInput{}, func(r *ec2.GetImageBlockPublicAccessStateOutput) any { return r }))
	return nil
}

func listAMIs(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeImagesPaginator(c, &ec2.DescribeImagesInput{
		Owners: []string{"self"}, IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true),
	}), func(p *ec2.DescribeImagesOutput) []types.Image { return p.Images },
		func(i types.Image) analysis.Resource { return foundEC2(l, "AWS::EC2::Image", "image", i.ImageId) })
}

func readVolume(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, ec2.NewFromConfig), l.NameFrom()
	knowEC2(l, "volume", id)
	return l.Must("Volume", "ec2:DescribeVolumes", one(ctx, c.DescribeVolumes,
		&ec2.DescribeVolumesInput{VolumeIds: []string{id}},
		func(r *ec2.DescribeVolumesOutput) []types.Volume { return r.Volumes }), "InvalidVolume.NotFound")
}

func listVolumes(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ec2.NewFromConfig)
	return resourcesIn(ctx, ec2.NewDescribeVolumesPaginator(c, &ec2.DescribeVolumesInput{}),
		func(p *ec2.DescribeVolumesOutput) []types.Volume { return p.Volumes },
		func(v types.Volume) analysis.Resource { return foundEC2(l, "AWS::EC2::Volume", "volume", v.VolumeId) })
}
