// Package awsread is the only door to AWS: every client of this program is made by
// [New] from a [Config], and a Config lets reads through and nothing else.
//
// The guard stands in the client's own middleware, before a request is even
// serialized: it refuses every operation whose name is not that of a read, and the
// reads that hand out secrets, tokens or stored data ([Allowed]). It does not matter
// who calls, or with which permissions: a program that holds an administrator's
// credentials still cannot change anything through it.
//
// A [Config] also says who is calling (the user agent and the role session's name,
// so that responders find their own calls in the logs), waits and tries again as AWS
// asks, gives up on silence, and tells [Config.Recording] which calls were made.
// Errors come back in words with what to do next ([Explain]).
package awsread
