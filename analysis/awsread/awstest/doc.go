// Package awstest starts real servers for tests: an S3 server with users and bucket
// policies ([Gateway]), an AWS emulator ([Moto]), and a proxy that puts faults
// between a client and either ([NewProxy]). Each listens on 127.0.0.1 only and ends
// with its test. Where a server is not installed the test is skipped, and the reason
// says how to install it.
package awstest
