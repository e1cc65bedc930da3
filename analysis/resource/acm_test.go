package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

func TestIntegrationACM(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	made, err := acm.NewFromConfig(e.Fill).RequestCertificate(ctx, &acm.RequestCertificateInput{
		DomainName: aws.String("example.com"), SubjectAlternativeNames: []string{"login.example.com"}, ValidationMethod: types.ValidationMethodDns,
		KeyAlgorithm: types.KeyAlgorithmEcPrime256v1,
	})
	must(made, err)
	id := lastPart(*made.CertificateArn)
	e.lookUp("AWS::CertificateManager::Certificate", id, "Certificate.InUseBy", "Certificate.NotAfter")
	e.list("AWS::CertificateManager::Certificate", id)
	e.gone("AWS::CertificateManager::Certificate", "0a1b2c3d-0000-4000-8000-00000000beef")
}
