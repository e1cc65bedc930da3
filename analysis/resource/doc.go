// Package resource reads the configuration that a resource has now, with read calls
// only, and knows no database and no screen.
//
// The catalogue is a list of [Type]s, each in the file of its service (iam.go, s3.go,
// …): which calls it makes and what they need, which fields an analyst looks at, and
// a Read function that makes the calls. What comes back is an [analysis.Snapshot]: a
// JSON object with a member for each part, in the names that AWS gives them, so that
// a responder finds in it what the documentation says, and a posture check can be
// written from the documentation alone.
//
// Every client comes from package awsread, which lets nothing but reads through. That
// something is gone, or may not be read, is a result and never an error: see
// [Looker.Lookup].
//
// Of types that are not in the catalogue, those of cloudcontrol.txt can be asked for
// through the Cloud Control API; see [GenericType] for why these and no others.
//
// To add a type, write its reader in the file of its service, put it into that
// service's list, and lay a recording beside the others in testdata: the tests hold
// the calls, the fields and the recording together.
package resource
