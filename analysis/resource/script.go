package resource

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"regexp"
)

// Script is a masked text that is run: user data, a command, a document. What it
// fetches or hides with is told by name, so that it can be judged without being shown.
type Script struct {
	Masked
	Matches []string `json:"matches"`
}

// suspicious are the words of scripts that fetch something and run it, hide what they
// run, or open a way in.
var suspicious = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"curl", regexp.MustCompile(`(?i)\bcurl\b`)},
	{"wget", regexp.MustCompile(`(?i)\bwget\b`)},
	{"base64", regexp.MustCompile(`(?i)\bbase64\b`)},
	{"IEX", regexp.MustCompile(`(?i)\bIEX\b`)},
	{"Invoke-Expression", regexp.MustCompile(`(?i)\bInvoke-Expression\b`)},
	{"Invoke-WebRequest", regexp.MustCompile(`(?i)\b(Invoke-WebRequest|iwr)\b`)},
	{"Invoke-RestMethod", regexp.MustCompile(`(?i)\b(Invoke-RestMethod|irm)\b`)},
	{"DownloadString", regexp.MustCompile(`(?i)\bDownloadString\b`)},
	{"DownloadFile", regexp.MustCompile(`(?i)\bDownloadFile\b`)},
	{"FromBase64String", regexp.MustCompile(`(?i)\bFromBase64String\b`)},
	{"EncodedCommand", regexp.MustCompile(`(?i)-(EncodedCommand|enc)\b`)},
	{"certutil", regexp.MustCompile(`(?i)\bcertutil\b`)},
	{"bitsadmin", regexp.MustCompile(`(?i)\bbitsadmin\b`)},
	{"/dev/tcp", regexp.MustCompile(`/dev/tcp/`)},
	{"ncat", regexp.MustCompile(`(?i)\b(nc|ncat|netcat)(\.exe)? `)},
	{"socat", regexp.MustCompile(`(?i)\bsocat\b`)},
}

// script hides a text and says what it holds.
func script(text string) Script {
	s := Script{mask(text), []string{}}
	for _, word := range suspicious {
		if word.pattern.MatchString(text) {
			s.Matches = append(s.Matches, word.name)
		}
	}
	return s
}

// mostScript is how much of packed user data is unpacked: AWS takes 16 KiB packed.
const mostScript = 1 << 20

// userData is the user data of an instance as AWS sends it, in base64 and at times
// packed with gzip; nil where there is none.
func userData(encoded *string) any {
	if encoded == nil || *encoded == "" {
		return nil
	}
	plain, err := base64.StdEncoding.DecodeString(*encoded)
	if err != nil {
		return script(*encoded)
	}
	if packed, err := gzip.NewReader(bytes.NewReader(plain)); err == nil {
		// What can be unpacked of damaged data says more than the packed bytes.
		if text, _ := io.ReadAll(io.LimitReader(packed, mostScript)); len(text) > 0 {
			plain = text
		}
	}
	return script(string(plain))
}
