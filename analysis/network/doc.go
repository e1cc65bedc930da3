// Package network says what is known of a source address without asking anybody: from
// the user's own mmdb files (GeoLite2, DB-IP, IPinfo), a YAML file of the user's
// networks, the addresses that a case knows, and AWS's ip-ranges.json. Nothing is sent
// out and nothing is fetched; where the files are is the caller's to say.
//
// A file that cannot be used is named and left out, and the rest still answers: start
// at [Open].
package network
