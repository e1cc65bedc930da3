package cloudtrail

import (
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

const historyHeader = "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category"

const historyCSV = historyHeader + "\r\n" +
	`anna,AKIAIOSFODNN7EXAMPLE,2026-01-15T10:00:00Z,iam.amazonaws.com,CreateUser,us-east-1,192.0.2.1,"Mozilla/5.0 (X11, ""quoted"")",,"[{""resourceType"":""AWS::IAM::User"",""resourceName"":""eve""}]",r-1,e-1,false,AwsApiCall,111122223333,Management` + "\r\n" +
	`,,2026-01-15T10:00:01Z,kms.amazonaws.com,Decrypt,us-east-1,AWS Internal,AWS Internal,AccessDenied,[],r-2,e-2,true,AwsApiCall,111122223333,Management` + "\r\n"

func micros(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

func TestHistoryCSV(t *testing.T) {
	c, events, rejects := decodeAll(t, Options{}, []byte(historyCSV))
	if c.Format != formatCSV || c.Kind != analysis.KindExport || c.SourceRank != 3 || c.Status != analysis.StatusOK || len(events) != 2 || len(rejects) != 0 {
		t.Fatalf("%+v, %d events, %d rejects", c, len(events), len(rejects))
	}
	e := events[0]
	if e.EventID != "e-1" || e.EventTime != micros("2026-01-15T10:00:00Z") || e.Operation != "iam:CreateUser" || e.AccessKeyID != "AKIAIOSFODNN7EXAMPLE" ||
		e.PrincipalARN != "anna" || e.AccountID != "111122223333" || e.UserAgent != `Mozilla/5.0 (X11, "quoted")` || !e.Mutating || e.ReadOnly != 0 ||
		e.Resources != `[{"resourceType":"AWS::IAM::User","resourceName":"eve"}]` || e.ErrorCode != "" {
		t.Errorf("%+v", e)
	}
	if events[1].ErrorCode != "AccessDenied" || events[1].Resources != "" || events[1].Mutating {
		t.Errorf("%+v", events[1])
	}
	if row := historyCSV[e.Offset:][:e.Length]; !strings.HasPrefix(row, "anna,") || !strings.HasSuffix(row, ",Management") {
		t.Errorf("the row is %q", row)
	}
}

func TestOldHistoryCSV(t *testing.T) {
	text := "Event ID,Event time,User name,Event name,Resource type,Resources,AWS access key,AWS region,Error code,Source IP address\n" +
		`e-1,"2020-08-23, 08:44:12 PM",root,CreateTrail,CloudTrail Trail,"[{""resourceType"":""AWS::CloudTrail::Trail"",""resourceName"":""t""}]",,us-east-2,,192.0.2.1` + "\n"
	e := decode(t, text)[0]
	if e.EventTime != micros("2020-08-23T20:44:12Z") || e.Operation != "CreateTrail" || e.ExtraFields != `{"Resource type":"CloudTrail Trail"}` || !e.Mutating {
		t.Errorf("%+v", e)
	}
}

// A file saved again without quotes: the commas of the user agent have made columns.
func TestShiftedCSV(t *testing.T) {
	row := "anna,,2026-01-15T10:00:00Z,signin.amazonaws.com,ConsoleLogin,us-east-1,192.0.2.1,Mozilla/5.0 (Windows NT 10.0, Win64, x64),,[],,e-1,false,AwsConsoleSignIn,111122223333,Management"
	text := historyHeader + ",,,\n" + row + "\n" + strings.Replace(row, ",false,", ",perhaps,", 1) + "\n"
	c, events, rejects := decodeAll(t, Options{}, []byte(text))
	if len(events) != 1 || len(rejects) != 1 || c.Records != 1 {
		t.Fatalf("%d events, %d rejects", len(events), len(rejects))
	}
	if e := events[0]; e.UserAgent != "Mozilla/5.0 (Windows NT 10.0, Win64, x64)" || e.EventID != "e-1" || e.EventCategory != "Management" {
		t.Errorf("%+v", e)
	}
}

func TestFlattenedCSV(t *testing.T) {
	text := "Records/eventVersion,Records/eventTime,Records/eventSource,Records/eventName,Records/userIdentity/type,Records/userIdentity/sessionContext/attributes/mfaAuthenticated,Records/requestParameters/items/0/id,Records/requestParameters/items/1/id,Records/eventID\n" +
		`1.08,2026-01-15T10:00:00Z,ec2.amazonaws.com,RunInstances,IAMUser,true,a,b,e-1` + "\n" +
		`"1.08,2026-01-15T10:00:00Z,ec2.amazonaws.com,RunInstances,IAMUser,true,""a, b"",,e-2"` + "\n"
	_, events, _ := decodeAll(t, Options{}, []byte(text))
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	if e := events[0]; e.RequestParameters != `{"items":[{"id":"a"},{"id":"b"}]}` || e.IdentityType != "IAMUser" || e.MFA != 1 {
		t.Errorf("%+v", e)
	}
	if e := events[1]; e.RequestParameters != `{"items":[{"id":"a, b"}]}` || e.EventID != "e-2" {
		t.Errorf("%+v", e)
	}
}

func TestLake(t *testing.T) {
	text := `{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventID":"e-1"},{"eventName":"DeleteTrail"},{"eventSource":"cloudtrail.amazonaws.com"},{"eventTime":"2023-01-22 16:53:53.000"},{"userIdentity.arn":"arn:aws:iam::111122223333:user/anna"},{"n":"7"}],[{"eventname":"X"},{"principalid":"AIDA"}]],"NextToken":"x"}`
	c, events, _ := decodeAll(t, Options{}, []byte(text))
	if c.Format != formatLake || c.SourceRank != 3 || len(events) != 2 {
		t.Fatalf("%+v, %d events", c, len(events))
	}
	if e := events[0]; e.EventTime != micros("2023-01-22T16:53:53Z") || e.Operation != "cloudtrail:DeleteTrail" || e.IdentityARN != "arn:aws:iam::111122223333:user/anna" || e.ExtraFields != `{"n":"7"}` {
		t.Errorf("%+v", e)
	}
	if row := text[events[0].Offset:][:events[0].Length]; !strings.HasPrefix(row, `[{"eventID"`) || !strings.HasSuffix(row, `}]`) {
		t.Errorf("the row is %q", row)
	}
	if e := events[1]; e.EventName != "X" || e.PrincipalARN != "AIDA" || !strings.HasPrefix(e.EventID, "sha256:") {
		t.Errorf("%+v", e)
	}
	_, events, _ = decodeAll(t, Options{}, []byte("eventid,eventname,eventtime,useridentity\ne-1,CreateUser,2026-01-15 10:00:00.000,\"{type=IAMUser, arn=x}\"\n"))
	if len(events) != 1 || events[0].EventID != "e-1" || events[0].UserIdentity != `"{type=IAMUser, arn=x}"` {
		t.Errorf("%+v", events)
	}
}
