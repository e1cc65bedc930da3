package main

import (
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
)

// listCommands are the lists that sum events up.
func listCommands() []listCommand {
	return []listCommand{
		{
			of:    analysis.ListPrincipals,
			short: "List who acted",
			long: "List the principals that acted: since when, how often, how often in vain, from how many addresses, which findings " +
				"name them, and whether they are new. What was first seen in the whole case at or after --baseline is new; without " +
				"it, that is the beginning of --since, or the hour of the earliest open finding of high severity or above.",
			example: `trailbench principals
trailbench principals "op=iam:* writes>0" --sort -writes
trailbench principals new --baseline 2026-01-16 --format csv > new-principals.csv`,
			show: newPrincipalsShowCommand,
		},
		{
			of:    analysis.ListKeys,
			short: "List access keys at work",
			long:  "List the access keys that made calls: of whom, when and by which key they were issued, how often they were used, from how many addresses.",
			example: `trailbench access-keys long-term
trailbench access-keys principal=ci-release --sort first_seen
trailbench access-keys "op=iam:* failed>0" --format json`,
			show: newKeysShowCommand,
		},
		{
			of:    analysis.ListSessions,
			short: "List the calls that issued credentials",
			long:  "List the calls that issued credentials, and sign-ins: who asked, for which role, from where, and how often the issued key was used. trailbench chain joins them.",
			example: `trailbench sessions op=sts:AssumeRole*
trailbench sessions used --sort -events --limit 10
trailbench sessions cross-account --fields time,principal,role,key`,
		},
		{
			of:    analysis.ListIPs,
			short: "List source addresses",
			long:  "List the addresses that calls came from, and the services that stand in the place of one, with what is known of their networks.",
			example: `trailbench ips "!aws-service"
trailbench ips "new !aws-service" --sort -events
trailbench ips op=iam:CreateAccessKey --fields ip,principals,first_seen`,
			show: newIPsShowCommand,
		},
		{
			of:    analysis.ListResources,
			short: "List resources that events name",
			long:  "List the resources that events name: who wrote them last and when, and which findings name them.",
			example: `trailbench resources changed --sort -writes
trailbench resources type=AWS::IAM::* changed
trailbench resources created --format csv > created.csv`,
			show: newResourcesShowCommand,
			also: []func(*app) *cobra.Command{newResourcesLookupCommand, newResourcesSnapshotsCommand, newResourcesTypesCommand},
		},
		{
			of:    analysis.ListOperations,
			short: "List operations",
			long:  "List the operations that were called, by how many principals, how often, and how often in vain.",
			example: `trailbench operations write
trailbench operations principal=ci-release
trailbench operations "failed>0" --sort -failed --limit 10`,
		},
		{
			of:    analysis.ListNew,
			short: "List what is first seen since the baseline",
			long: "List the addresses, long-term keys, principals, regions, operations, user agents, accounts and services that the whole " +
				"case first saw at or after --baseline, oldest first, with the event that each came with. Without --baseline it is the " +
				"beginning of --since if the case goes back further, else the hour of the earliest open finding of high severity or above, " +
				"else the middle of the case.",
			example: `trailbench new
trailbench new kind=ip,key,principal
trailbench new --baseline 2026-01-16 --format json`,
		},
	}
}
