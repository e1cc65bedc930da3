package detect

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

var (
	holes = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)
	ofAWS = regexp.MustCompile(`^https://[a-z0-9.-]+\.amazonaws\.com(\.cn)?/`) // as the URL of a queue
	tame  = regexp.MustCompile(`^[A-Za-z0-9_./:@=,+%-]+$`)
)

// remedy fills in the command that closes what fails.
func (s *stated) remedy() {
	if s.Status != analysis.PostureFail {
		return
	}
	s.Remediation = holes.ReplaceAllStringFunc(s.header.Remediation, func(hole string) string {
		name := hole[1 : len(hole)-1]
		words := s.words(name)
		if len(words) == 0 {
			return strings.ToUpper(name)
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			if quoted[i] = shellWord(w); quoted[i] == "" {
				return strings.ToUpper(name)
			}
		}
		return strings.Join(quoted, " ")
	})
}

// words are the values of a column, none where it is NULL.
func (s *stated) words(name string) []string {
	switch name {
	case "resource_id":
		return notEmpty(s.Resource.ID)
	case "resource_arn":
		return notEmpty(s.Resource.ARN)
	case "account_id":
		return notEmpty(s.Resource.AccountID)
	case "region":
		return notEmpty(s.Resource.Region)
	}
	value := s.values[name]
	if len(value) == 0 {
		return nil
	}
	var list []string
	if json.Unmarshal(value, &list) == nil {
		return unique(list)
	}
	return notEmpty(plain(value))
}

func notEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// shellWord is a value as one word of a shell; "" for one that the AWS CLI would not
// take for a value but for an option or the name of a file, and for one with characters
// that a terminal does not show.
func shellWord(value string) string {
	address := strings.Contains(value, "://") && !ofAWS.MatchString(value)
	switch {
	case value == "", strings.HasPrefix(value, "-"), address, analysis.Clean(value) != value:
		return ""
	case tame.MatchString(value):
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
