package detect_test

import (
	"fmt"
	"time"
)

// record is the n-th record of a case: a call of alice, a minute after the one before.
func record(n int, source, name string) map[string]any {
	return map[string]any{
		"eventVersion": "1.11", "eventTime": time.Date(2026, 1, 15, 10, n, 0, 0, time.UTC).Format(time.RFC3339), "awsRegion": "us-east-1",
		"eventSource": source, "eventName": name, "eventID": fmt.Sprintf("00000000-0000-4000-8000-%012d", n),
		"sourceIPAddress": "192.0.2.10", "userAgent": "aws-cli/2.31.6", "eventType": "AwsApiCall", "eventCategory": "Management",
		"managementEvent": true, "recipientAccountId": "111122223333",
		"userIdentity": map[string]any{
			"type": "IAMUser", "principalId": "AIDAEXAMPLE111111111", "arn": "arn:aws:iam::111122223333:user/alice",
			"accountId": "111122223333", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice",
		},
	}
}

func with(record map[string]any, pairs ...string) map[string]any {
	for i := 0; i < len(pairs); i += 2 {
		record[pairs[i]] = pairs[i+1]
	}
	return record
}

// eventID is the event id of the n-th record.
func eventID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
