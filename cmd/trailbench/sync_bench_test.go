package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// BenchmarkSync compares sync from a server on this machine, ingest with bodies
// included, with parallel copies that only download, and a sync that finds nothing
// new with the listing alone. get drops what it fetches, copy writes files. Every side
// of sync is a process of its own.
//
//	go test ./cmd/trailbench -run xxx -bench Sync -benchtime 1x -timeout 1h
//
// TRAILBENCH_BENCH_OBJECTS sets how many objects of 2 to 40 kB there are (default
// 2,000; the figures in README are of 20,000). They are of a quiet account, 3 kB on
// average, and of a busy one, 12 kB. Where s5cmd is on PATH it is a side too.
func BenchmarkSync(b *testing.B) {
	objects := 2000
	if text := os.Getenv("TRAILBENCH_BENCH_OBJECTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		objects = n
	}
	b.Run("small", func(b *testing.B) {
		benchmarkSync(b, objects, synth.Options{Profile: synth.ProfileSmall, Events: int64(objects) * 30})
	})
	b.Run("company", func(b *testing.B) {
		const perDay = 40_000 // a sixth of what the profile would take, for files that are not too large
		events := int64(objects) * 100
		benchmarkSync(b, objects, synth.Options{Profile: synth.ProfileCompany, Events: events, Days: int(events/perDay) + 1})
	})
}

func benchmarkSync(b *testing.B, objects int, logs synth.Options) {
	server := awstest.Gateway(b)
	s := syncBench{B: b, server: server, client: server.Client(), objects: objects}
	server.Bucket(benchBucket, nil)
	s.fill(logs)
	s5cmd, _ := exec.LookPath("s5cmd")
	for b.Loop() {
		dir := b.TempDir()
		caseDir := filepath.Join(dir, "case")
		get := s.timed("get", func() { s.copyTo("") })
		copied := s.timed("copy", func() { s.copyTo(filepath.Join(dir, "copy")) })
		first := s.timed("sync", func() { s.sync(caseDir) })
		b.ReportMetric(first/get, "sync/get")
		b.ReportMetric(first/copied, "sync/copy")
		if s5cmd != "" {
			tool := s.timed("s5cmd", func() {
				s.run(s5cmd, "--endpoint-url", server.URL, "cp", "s3://"+benchBucket+"/*", filepath.Join(dir, "s5cmd")+"/")
			})
			b.ReportMetric(first/tool, "sync/s5cmd")
		}
		list := s.timed("list", func() { s.list(func(string) {}) })
		again := s.timed("sync again, all", func() { s.sync(caseDir, "--relist", "36500d") })
		recent := s.timed("sync again", func() { s.sync(caseDir) })
		b.ReportMetric(again-list, "again-list-s")
		b.ReportMetric(again/list, "again/list")
		b.ReportMetric(recent, "recent-s")
	}
}

const (
	benchBucket  = "amzn-s3-demo-bucket"
	benchFetches = defaultFetches // as many as sync's
)

type syncBench struct {
	*testing.B
	server  *awstest.Server
	client  *awss3.Client
	objects int
}

// fill puts generated log files into the bucket.
func (s syncBench) fill(logs synth.Options) {
	s.Helper()
	full := errors.New("enough")
	logs.Seed = 1
	n, size := 0, 0
	err := s.each(func(do func(func() error)) error {
		_, err := synth.Write(s.Context(), logs, func(f synth.File) error {
			if len(f.Body) < 2_000 || len(f.Body) > 40_000 {
				return nil
			}
			body := bytes.Clone(f.Body)
			do(func() error {
				_, err := s.client.PutObject(s.Context(), &awss3.PutObjectInput{
					Bucket: aws.String(benchBucket), Key: &f.Key, Body: bytes.NewReader(body),
				})
				return err
			})
			size += len(body)
			if n++; n == s.objects {
				return full
			}
			return nil
		})
		return err
	})
	if !errors.Is(err, full) {
		s.Fatalf("put %d of %d objects: %v", n, s.objects, err)
	}
	s.Logf("%d objects, %d bytes", n, size)
}

// each runs work that feeds do, whose functions run several at a time.
func (s syncBench) each(work func(do func(func() error)) error) error {
	jobs := make(chan func() error)
	errs := make([]error, benchFetches)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for job := range jobs {
				errs[i] = errors.Join(errs[i], job())
			}
		})
	}
	err := work(func(job func() error) { jobs <- job })
	close(jobs)
	wg.Wait()
	return errors.Join(append(errs, err)...)
}

// list asks for every page of the bucket, one after the other.
func (s syncBench) list(visit func(key string)) {
	s.Helper()
	pages := awss3.NewListObjectsV2Paginator(s.client, &awss3.ListObjectsV2Input{Bucket: aws.String(benchBucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.Context())
		if err != nil {
			s.Fatal(err)
		}
		for _, o := range page.Contents {
			visit(aws.ToString(o.Key))
		}
	}
}

// copyTo fetches every object and writes it below dir; without dir it is dropped.
func (s syncBench) copyTo(dir string) {
	s.Helper()
	err := s.each(func(do func(func() error)) error {
		s.list(func(key string) {
			do(func() error { return s.get(s.Context(), key, dir) })
		})
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s syncBench) get(ctx context.Context, key, dir string) error {
	out, err := s.client.GetObject(ctx, &awss3.GetObjectInput{Bucket: aws.String(benchBucket), Key: &key})
	if err != nil {
		return err
	}
	defer out.Body.Close()
	if dir == "" {
		_, err = io.Copy(io.Discard, out.Body)
		return err
	}
	path := filepath.Join(dir, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, out.Body)
	return errors.Join(err, f.Close())
}

func (s syncBench) sync(dir string, args ...string) {
	s.Helper()
	s.run("trailbench", append([]string{"sync", "s3://" + benchBucket, "--case", dir, "--endpoint-url", s.server.URL, "--path-style"}, args...)...)
}

func (s syncBench) run(name string, args ...string) {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), name, args...)
	cmd.Env = append(os.Environ(), awstest.Environ(s.server.AccessKey, s.server.SecretKey)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		s.Fatalf("%s %q: %v\n%s", name, args, err, errs.String())
	}
	s.Logf("%s: cpu %.1fs", filepath.Base(name), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
}

// timed returns how many seconds do took.
func (s syncBench) timed(name string, do func()) float64 {
	s.Helper()
	began := time.Now()
	do()
	wall := time.Since(began).Seconds()
	s.Logf("%-16s %6.2fs", name, wall)
	return wall
}
