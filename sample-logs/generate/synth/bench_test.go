package synth

import (
	"context"
	"testing"
)

// BenchmarkWrite reports how fast log files are made, compression included.
func BenchmarkWrite(b *testing.B) {
	for _, p := range []Profile{ProfileCompany, ProfileSmall, ProfileData} {
		b.Run(string(p), func(b *testing.B) {
			const events = 100_000
			var sum Summary
			for b.Loop() {
				var err error
				sum, err = Write(context.Background(), Options{Events: events, Profile: p, Seed: 1}, func(File) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(sum.JSONBytes)/events, "JSON-B/record")
			b.ReportMetric(float64(sum.GzipBytes)/events, "gz-B/record")
			b.ReportMetric(events/float64(sum.Files), "records/file")
			b.ReportMetric(0, "ns/op")
		})
	}
}
