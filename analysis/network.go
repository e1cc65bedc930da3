package analysis

import "strings"

// Network is what is known of a source address from files on this machine.
type Network struct {
	// Tag is the analyst's own word for it, from the file of networks or the case's
	// known addresses.
	Tag string
	// Service is the AWS service, where the address is one: "cloudformation.amazonaws.com"
	// or "AWS Internal".
	Service string
	// AWS is what Amazon uses the address for, by its ip-ranges.json: "CLOUDFRONT",
	// "EC2, S3", and "AMAZON" where it says no more. It does not make the address a
	// service: behind an EC2 address is whoever rents the machine.
	AWS       string
	AWSRegion string // "us-east-1", or "GLOBAL"
	ASN       uint32 // autonomous system, 0 unknown
	ASName    string
	Country   string // ISO 3166-1 alpha-2, "" unknown
	City      string
	// Private: an address that no one on the internet has.
	Private bool
}

// IsServiceAddress reports whether CloudTrail wrote the name of an AWS service, which
// called by itself or for somebody, where the source address stands.
func IsServiceAddress(sourceIP string) bool {
	return sourceIP == "AWS Internal" ||
		strings.HasSuffix(strings.TrimSuffix(sourceIP, ".cn"), ".amazonaws.com")
}
