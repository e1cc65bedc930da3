package account

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

func TestReadFile(t *testing.T) {
	shared := analysis.Account{ID: "444455556666", Name: "Shared, Inc.", Status: "ACTIVE", Partition: "aws-us-gov"}
	f := func(text string, want ...analysis.Account) {
		t.Helper()
		got, err := ReadFile(strings.NewReader(text))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", text, got, err, want)
		}
	}
	f("account_id,name\n444455556666,Shared\n111122223333,\n", analysis.Account{ID: "444455556666", Name: "Shared"}, analysis.Account{ID: "111122223333"})
	f("\xef\xbb\xbfAccount ID;Role ARN;External-ID;Owner\r\n444455556666;arn:aws:iam::444455556666:role/r;an-id;Bob\r\n",
		analysis.Account{ID: "444455556666", Role: "arn:aws:iam::444455556666:role/r", ExternalID: "an-id"})
	f("Id\tArn\tName\tStatus\n444455556666\tarn:aws-us-gov:organizations::111122223333:account/o-example/444455556666\tShared, Inc.\tACTIVE\n", shared)
	f(`{"Accounts":[{"Id":"444455556666","Arn":"arn:aws-us-gov:organizations::111122223333:account/o-example/444455556666","Email":"x@example.com","Name":"Shared, Inc.","Status":"ACTIVE","JoinedTimestamp":1700000000.5}]}`, shared)
	f(`[{"account_id":"444455556666","name":null,"role":"r","events":7}]`, analysis.Account{ID: "444455556666", Role: "r"})
	f("{\"account_id\":\"444455556666\"}\n{\"account_id\":\"111122223333\",\"kind\":\"management\"}\n",
		analysis.Account{ID: "444455556666"}, analysis.Account{ID: "111122223333", Kind: "management"})
}

func TestReadFileRefuses(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := ReadFile(strings.NewReader(text))
		if !errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	f("", "is empty")
	f("name,owner\nx,y\n", "names no column account_id")
	f("account_id\n111122223333\n11122223333\n", "account 2 of the list")
	f("account_id,name\n111122223333\n", "wrong number of fields")
	f(`{"Accounts":[{"Id":7}]}`, "cannot unmarshal")
	f(`[{"account_id":"111122223333"`, "unexpected EOF")
	f("account_id,kind\n111122223333,boss\n", "no kind of account")
	f("account_id,partition\n111122223333,mars\n", "no partition")
	f("account_id,external_id\n111122223333,x\n", "not an external id")
	f("account_id,role\n111122223333,arn:aws:iam::444455556666:role/x\n", "is not in account 111122223333")
}

func FuzzReadFile(f *testing.F) {
	f.Add("account_id,name\n111122223333,x\n")
	f.Add(`{"Accounts":[{"Id":"111122223333"}]}`)
	f.Add("[{}] {}")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ReadFile(strings.NewReader(text))
		for _, a := range all {
			if err == nil && !IsID(a.ID) {
				t.Errorf("%q is taken for an account", a.ID)
			}
		}
	})
}
