package analysis

// Network is what is known of a source address from files on this machine.
type Network struct {
	// Tag is the analyst's own word for it, from the file of networks or the case's
	// known addresses.
	Tag string
	// Service is the AWS service, where the address is one: "cloudformation.amazonaws.com"
	// or "AWS Internal".
	Service string
	ASN     uint32 // autonomous system, 0 unknown
	ASName  string
	Country string // ISO 3166-1 alpha-2, "" unknown
	City    string
	// Private: an address that no one on the internet has.
	Private bool
}
