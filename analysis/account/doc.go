// Package account knows the AWS accounts of a case: how each is opened with read-only
// credentials ([Sessions]), which ones an organization has ([Organization]), what
// access they need ([Template]), and why it does not work ([Doctor]).
//
// It asks AWS through package awsread only, and knows no database and no screen: what
// it finds out is handed back in [analysis.Account], and the command keeps it.
//
// Start with [New], then [Sessions.In], which is the Access of package resource.
package account
