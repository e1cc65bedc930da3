package resource

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// selfSigned is a certificate of a name, in DER.
func selfSigned(t testing.TB, name string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1f), Subject: pkix.Name{CommonName: name, Organization: []string{"Example Corp"}},
		NotBefore: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 15, 0, 0, 0, 0, time.UTC), IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// samlMetadata is what an identity provider gives out of itself.
func samlMetadata(t testing.TB) string {
	t.Helper()
	body := base64.StdEncoding.EncodeToString(selfSigned(t, "idp.example.com"))
	key := func(use string) string {
		return `<md:KeyDescriptor use="` + use + `"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` +
			"\n" + body[:64] + "\n" + body[64:] + "\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
	}
	return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">` +
		`<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` + key("signing") + key("encryption") +
		`</md:IDPSSODescriptor></md:EntityDescriptor>`
}

// A key that signs and encrypts is one certificate, whatever breaks its lines; text that
// is no metadata gives what can be read of it.
func TestSAMLMetadata(t *testing.T) {
	entity, certificates := readSAMLMetadata(samlMetadata(t))
	if entity != "https://idp.example.com/saml" || len(certificates) != 1 {
		t.Fatalf("%q, %d certificates", entity, len(certificates))
	}
	if c := certificates[0]; c.Subject != "CN=idp.example.com,O=Example Corp" || c.SerialNumber != "1f" || len(c.SHA256) != 64 || c.NotAfter.Year() != 2036 {
		t.Errorf("%+v", c)
	}
	for _, text := range []string{"", "no metadata", "<a", `<EntityDescriptor entityID="x"><X509Certificate>?</X509Certificate><X509Certificate>AAAA</X509Certificate>`} {
		if _, certificates := readSAMLMetadata(text); certificates == nil || len(certificates) > 0 {
			t.Errorf("%q: %v", text, certificates)
		}
	}
}

func TestBundle(t *testing.T) {
	block := func(name string) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: selfSigned(t, name)}))
	}
	all := readBundle(block("one") + "between\n" + block("two") + string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")})))
	if len(all) != 2 || all[0].Issuer != "CN=one,O=Example Corp" || all[1].Subject != "CN=two,O=Example Corp" {
		t.Errorf("%+v", all)
	}
	if none := readBundle("no certificate"); none == nil || len(none) > 0 {
		t.Errorf("%v", none)
	}
}
