package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/account"
)

type kmsPolicyOptions struct {
	key, role, trail string
	describe         bool
}

func newKMSPolicyCommand(a *app) *cobra.Command {
	var opt kmsPolicyOptions
	cmd := &cobra.Command{
		Use:     "kms-policy",
		Short:   "Print the statement to append to a key's policy, so that a role can decrypt logs",
		GroupID: groupCollect,
		Long: "Print the one statement to append to the Statement list of a KMS key's policy, so that a role can decrypt log objects through S3 " +
			"and nothing else. Append it: a policy that is replaced by it would lock everybody out of the key. With --describe it is the " +
			"statement that lets trailbench doctor see whether the key is enabled; the condition of the other cannot hold for that.",
		Example: `trailbench kms-policy --key-arn arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab --role-arn arn:aws:iam::444455556666:role/trailbench-reader
trailbench kms-policy --key-arn "$KEY" --role-arn "$ROLE" --trail-arn arn:aws:cloudtrail:us-east-1:111122223333:trail/management-events
trailbench kms-policy --key-arn "$KEY" --role-arn "$ROLE" --describe`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			text, err := account.KeyStatement(opt.key, opt.role, opt.trail, opt.describe)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(a.out, text); err != nil {
				return err
			}
			a.note("append this to the Statement list of the key's policy, and leave what is there: aws kms get-key-policy --policy-name default --key-id %s", opt.key)
			return nil
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.key, "key-arn", "", "ARN of the key")
	f.StringVar(&opt.role, "role-arn", "", "ARN of the role that reads the logs")
	f.StringVar(&opt.trail, "trail-arn", "", "ARN of the trail whose logs are decrypted; else those of any")
	f.BoolVar(&opt.describe, "describe", false, "the statement for kms:DescribeKey instead")
	return withExitCodes(cmd)
}
