package account

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Kinds are what an account can be to an organization.
func Kinds() []string { return []string{"standalone", "management", "log-archive", "member"} }

// entry is an account as a file has it: in our own names, or in those of AWS's list of
// accounts.
type entry struct {
	AccountID  string `json:"account_id"`
	Name       string `json:"name"`
	Status     string `json:"status"`
	OU         string `json:"ou"`
	Kind       string `json:"kind"`
	Partition  string `json:"partition"`
	Role       string `json:"role"`
	ExternalID string `json:"external_id"`
	Profile    string `json:"profile"`
	AWSID      string `json:"Id"`
	AWSARN     string `json:"Arn"`
}

// maxFile is the largest file of accounts: the largest organizations have 50,000 of them.
const maxFile = 64 << 20

// ReadFile reads accounts from a file: CSV with a header line, a JSON list, JSON lines,
// or what aws organizations list-accounts prints. Columns that it does not know are left
// out. The error is [analysis.ErrUsage] and names the place.
func ReadFile(r io.Reader) ([]analysis.Account, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%w: a list of accounts of more than %d MB", analysis.ErrUsage, maxFile>>20)
	}
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	var entries []entry
	switch {
	case len(text) == 0:
		return nil, fmt.Errorf("%w: the list of accounts is empty", analysis.ErrUsage)
	case text[0] == '[' || text[0] == '{':
		entries, err = readJSON(text)
	default:
		entries, err = readCSV(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", analysis.ErrUsage, err)
	}
	all := make([]analysis.Account, 0, len(entries))
	for i, e := range entries {
		a, err := e.account()
		if err != nil {
			return nil, fmt.Errorf("account %d of the list: %w", i+1, err)
		}
		all = append(all, a)
	}
	return all, nil
}

func readJSON(text []byte) (all []entry, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if err := dec.Decode(&value); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		var listed struct{ Accounts json.RawMessage }
		if value[0] == '{' {
			if err := json.Unmarshal(value, &listed); err != nil {
				return nil, err
			}
		}
		if listed.Accounts != nil {
			value = listed.Accounts
		}
		var some []entry
		if value[0] != '[' {
			some = make([]entry, 1)
			err = json.Unmarshal(value, &some[0])
		} else {
			err = json.Unmarshal(value, &some)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
}

func readCSV(text []byte) ([]entry, error) {
	r := csv.NewReader(bufio.NewReader(bytes.NewReader(text)))
	r.TrimLeadingSpace = true
	first, _, _ := bytes.Cut(text, []byte("\n"))
	for _, comma := range ";\t" {
		if bytes.ContainsRune(first, comma) && !bytes.Contains(first, []byte(",")) {
			r.Comma = comma
		}
	}
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(rows[0]))
	for i, name := range rows[0] {
		names[i] = strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
	}
	if !slices.ContainsFunc(names, func(n string) bool { return n == "account_id" || n == "id" || n == "account" }) {
		return nil, analysis.WithHint(errors.New("the first line names no column account_id"),
			"the columns are account_id, name, kind, status, ou, role, external_id, profile and partition; all but the first may be missing")
	}
	var all []entry
	for _, row := range rows[1:] {
		var e entry
		for i, name := range names {
			if to := e.column(name); to != nil {
				*to = strings.TrimSpace(row[i])
			}
		}
		all = append(all, e)
	}
	return all, nil
}

// column is where a column of that name goes, nil for none.
func (e *entry) column(name string) *string {
	return map[string]*string{
		"account_id": &e.AccountID, "id": &e.AccountID, "account": &e.AccountID, "name": &e.Name, "account_name": &e.Name,
		"status": &e.Status, "state": &e.Status, "ou": &e.OU, "kind": &e.Kind, "partition": &e.Partition,
		"role": &e.Role, "role_name": &e.Role, "role_arn": &e.Role, "external_id": &e.ExternalID, "profile": &e.Profile, "arn": &e.AWSARN,
	}[name]
}

func (e entry) account() (analysis.Account, error) {
	a := analysis.Account{
		ID: e.AccountID, Name: e.Name, Status: e.Status, OU: e.OU, Kind: e.Kind, Partition: e.Partition,
		Role: e.Role, ExternalID: e.ExternalID, Profile: e.Profile,
	}
	if a.ID == "" {
		a.ID = e.AWSID
	}
	if a.Partition == "" {
		a.Partition = PartitionOf(e.AWSARN)
	}
	return a, Check(a)
}

// Check refuses an account whose fields AWS would not take. The error is
// [analysis.ErrUsage].
func Check(a analysis.Account) error {
	switch {
	case !IsID(a.ID):
		return analysis.WithHint(fmt.Errorf("%w: %q is not the id of an account", analysis.ErrUsage, a.ID),
			"an id has 12 digits; a spreadsheet that takes it for a number drops the zeros in front")
	case a.Kind != "" && !slices.Contains(Kinds(), a.Kind):
		return analysis.WithHint(fmt.Errorf("%w: %q is no kind of account", analysis.ErrUsage, a.Kind), "choose from "+strings.Join(Kinds(), ", "))
	case a.Partition != "" && !slices.Contains(Partitions(), a.Partition):
		return analysis.WithHint(fmt.Errorf("%w: %q is no partition", analysis.ErrUsage, a.Partition), "choose from "+strings.Join(Partitions(), ", "))
	case a.ExternalID != "" && !isExternalID(a.ExternalID):
		return fmt.Errorf("%w: %q is not an external id: AWS takes 2 to 1224 letters, digits and +=,.@:/-_", analysis.ErrUsage, a.ExternalID)
	case a.Role == "":
		return nil
	}
	arn, err := RoleARN(a.Partition, a.ID, a.Role)
	if err == nil && AccountOf(arn) != a.ID {
		err = fmt.Errorf("%w: the role %s is not in account %s", analysis.ErrUsage, arn, a.ID)
	}
	return err
}
