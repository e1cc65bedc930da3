package resource

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"time"
)

// certificate is what tells one certificate from another.
type certificate struct {
	Subject, Issuer string
	SerialNumber    string
	NotBefore       time.Time
	NotAfter        time.Time
	SHA256          string // of the whole certificate: its fingerprint
}

// parseCertificate reads a certificate in DER; nil for what is none.
func parseCertificate(der []byte) *certificate {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(der)
	return &certificate{c.Subject.String(), c.Issuer.String(), c.SerialNumber.Text(16), c.NotBefore.UTC(), c.NotAfter.UTC(), hex.EncodeToString(sum[:])}
}

// readBundle reads the certificates of a PEM file.
func readBundle(text string) []certificate {
	all := []certificate{}
	for rest := []byte(text); len(all) < most; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if c := parseCertificate(block.Bytes); c != nil {
			all = append(all, *c)
		}
	}
	return all
}
