package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// synthetic makes n events that compress about as real ones do.
func synthetic(rnd *rand.Rand, n int, start time.Time) []analysis.Event {
	pick := func(format string, n int) string { return fmt.Sprintf(format, rnd.IntN(n)) }
	events := make([]analysis.Event, n)
	for i := range events {
		who := rnd.IntN(500)
		role, session := fmt.Sprintf("role-%d", who%40), fmt.Sprintf("i-0%015d", who)
		from := rnd.IntN(3) + who*3
		events[i] = analysis.Event{
			RecordNumber: i + 1, Offset: int64(i) * 1200, Length: 1200, Hash: rnd.Uint64(),
			EventID:   uuid(rnd),
			EventTime: start.Add(time.Duration(i) * 50 * time.Millisecond).UnixMicro(), HasTime: true,
			EventVersion: "1.08", EventType: "AwsApiCall", EventCategory: "Management",
			EventSource: pick("service%d.amazonaws.com", 20), EventName: pick("DescribeThing%d", 80), Operation: pick("service:DescribeThing%d", 80),
			AccountID: "111122223333", CallerAccountID: "111122223333", Region: pick("us-east-%d", 5),
			IdentityType: "AssumedRole", PrincipalARN: "arn:aws:iam::111122223333:role/" + role,
			IdentityARN: "arn:aws:sts::111122223333:assumed-role/" + role + "/" + session, SessionName: session,
			AccessKeyID: fmt.Sprintf("ASIA%012dEXMP", who), MFA: 0, SessionCreated: start.UnixMicro(),
			UserIdentity:    fmt.Sprintf(`{"principalId":"AROA%s:%s","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%s","arn":"arn:aws:iam::111122223333:role/%s","accountId":"111122223333","userName":"%s"},"webIdFederationData":{},"attributes":{"creationDate":"2026-01-15T10:00:00Z","mfaAuthenticated":"false"}}}`, role, session, role, role, role),
			SourceIPAddress: fmt.Sprintf("203.0.113.%d", from%250), SourceIPLo: 0xffff00000000 + uint64(from%250), HasIP: true,
			UserAgent: fmt.Sprintf("aws-sdk-go/1.44.%d (go1.19; linux; amd64)", from%150), ReadOnly: 1, ManagementEvent: 1,
			RequestParameters: fmt.Sprintf(`{"thingId":"t-%016x","maxResults":%d,"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-%08x"}]}}]}}`, rnd.Uint64(), rnd.IntN(100), rnd.IntN(100)),
			RequestID:         uuid(rnd),
			TLSDetails:        `{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"ec2.us-east-1.amazonaws.com"}`,
			ResourceRefs:      []analysis.ResourceRef{{AccountID: "111122223333", Region: "us-east-1", Type: "AWS::IAM::Role", ID: role, ARN: "arn:aws:iam::111122223333:role/" + role, Action: analysis.ActionRead, Method: analysis.MethodRule}},
		}
	}
	return events
}

func uuid(rnd *rand.Rand) string {
	a, b := rnd.Uint64(), rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", uint32(a), uint16(a>>32), uint16(a>>48), uint16(b), b>>16)
}

func BenchmarkAppend(b *testing.B) {
	ctx := context.Background()
	batch := 120_000
	if s := os.Getenv("TB_BATCH"); s != "" {
		fmt.Sscan(s, &batch)
	}
	for range b.N {
		dir := filepath.Join(b.TempDir(), "case")
		if err := store.Create(ctx, dir); err != nil {
			b.Fatal(err)
		}
		st, err := store.Open(ctx, dir, store.ModeWrite, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if s := os.Getenv("TB_SET"); s != "" {
			if _, err := st.DB().ExecContext(ctx, s); err != nil {
				b.Fatal(err)
			}
		}
		w, err := st.Writer(ctx)
		if err != nil {
			b.Fatal(err)
		}
		rnd := rand.New(rand.NewPCG(1, 2))
		var used time.Duration
		var wall time.Duration
		for k := range 4 {
			events := synthetic(rnd, batch, time.Date(2026, 1, 15+k, 0, 0, 0, 0, time.UTC))
			row := w.Claim(analysis.Object{URI: fmt.Sprint("s3://amzn-s3-demo-bucket/", k), Size: 1})
			row.Finish(analysis.Content{Status: analysis.StatusOK, SourceRank: 1, Records: int64(batch)}, "", 1)
			rows := make([]store.EventRow, len(events))
			for i := range events {
				rows[i] = store.NewEventRow(&events[i], row, 1)
			}
			c0, t0 := cpu(), time.Now()
			for from := 0; from < len(rows); from += 20_480 {
				part := rows[from:min(from+20_480, len(rows))]
				if _, err := w.Append(ctx, &store.Batch{Objects: []*store.ObjectRow{row}, Events: part}); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Commit(ctx); err != nil {
				b.Fatal(err)
			}
			used += cpu() - c0
			wall += time.Since(t0)
		}
		w.Close()
		c0 := cpu()
		st.Close()
		used += cpu() - c0
		info, _ := os.Stat(filepath.Join(dir, store.EvidenceFile))
		n := float64(4 * batch) // rows
		b.ReportMetric(used.Seconds()/n*1e6, "cpu-s/M")
		b.ReportMetric(wall.Seconds()/n*1e6, "wall-s/M")
		b.ReportMetric(float64(info.Size())/n, "bytes/event")
	}
}
