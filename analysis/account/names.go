package account

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

var (
	accountID = regexp.MustCompile(`^\d{12}$`)
	roleName  = regexp.MustCompile(`^[\w+=,.@-]+(/[\w+=,.@-]+)*$`)
	roleARN   = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role/([\w+=,.@-]+(?:/[\w+=,.@-]+)*)$`)
)

// Partitions are the partitions of AWS that anybody can have accounts in.
func Partitions() []string { return []string{"aws", "aws-cn", "aws-us-gov"} }

// IsID reports whether text is the id of an account.
func IsID(text string) bool { return accountID.MatchString(text) }

// RoleARN is the ARN of a role in an account. The role is a name, with its path if it
// has one, or an ARN, which stays as it is. The error is [analysis.ErrUsage].
func RoleARN(partition, account, role string) (string, error) {
	switch {
	case roleARN.MatchString(role):
		return role, nil
	case strings.HasPrefix(role, "arn:") || !roleName.MatchString(role):
		return "", analysis.WithHint(fmt.Errorf("%w: %q is not the name or ARN of a role", analysis.ErrUsage, role),
			"write trailbench-reader, path/trailbench-reader or arn:aws:iam::111122223333:role/trailbench-reader")
	}
	return "arn:" + cmp.Or(partition, "aws") + ":iam::" + account + ":role/" + role, nil
}

// PartitionOf is the partition that an ARN is of, "" for what is no ARN.
func PartitionOf(arn string) string {
	rest, ok := strings.CutPrefix(arn, "arn:")
	if !ok {
		return ""
	}
	partition, _, _ := strings.Cut(rest, ":")
	return partition
}

// AccountOf is the account that an ARN names, "" for none.
func AccountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && IsID(parts[4]) {
		return parts[4]
	}
	return ""
}

var notInSessionName = regexp.MustCompile(`[^\w+=,.@-]+`)

// SessionName is how a role's session is called in the logs: trailbench, the case and
// the user, in the characters that AWS allows.
func SessionName(caseName, user string) string {
	name := "trailbench"
	for _, part := range []string{caseName, user} {
		if part = strings.Trim(notInSessionName.ReplaceAllString(part, "-"), "-"); part != "" {
			name += "-" + part
		}
	}
	return name[:min(len(name), 64)]
}

var inExternalID = regexp.MustCompile(`^[\w+=,.@:/-]+$`)

// isExternalID reports whether AWS takes an external id.
func isExternalID(id string) bool {
	return len(id) >= 2 && len(id) <= 1224 && inExternalID.MatchString(id)
}

var errWeakID = errors.New("the external id is too weak")

// CheckExternalID refuses an external id that AWS would not take, and one that can be
// guessed: short, or of few characters, as what stands in examples. The error is
// [analysis.ErrUsage].
func CheckExternalID(id string) error {
	distinct := map[rune]bool{}
	for _, r := range id {
		distinct[r] = true
	}
	var what error
	switch {
	case id == "":
		what = errors.New("the external id is empty")
	case !isExternalID(id):
		what = fmt.Errorf("%q is not an external id: AWS takes letters, digits and +=,.@:/-_", id)
	case len(id) < 16, len(distinct) < 6:
		what = errWeakID
	default:
		return nil
	}
	return analysis.WithHint(fmt.Errorf("%w: %w", analysis.ErrUsage, what), "leave --external-id out, and a random one is made")
}
