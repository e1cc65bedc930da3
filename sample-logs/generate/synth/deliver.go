package synth

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"
)

// shelf collects the records of one account and region until their window is delivered.
type shelf struct {
	account, region string
	data            []byte
	records         []placed
}

// placed is a record on a shelf.
type placed struct {
	time       int64
	start, end uint32
	isData     bool
}

func (s *shelf) clear() { s.data, s.records = s.data[:0], s.records[:0] }

// trail delivers log files: it cuts a shelf into files, names and compresses them.
// The second trail of an account cuts and names differently, and delivers the same records.
type trail struct {
	prefix         string
	managementOnly bool
	median         float64
	corruptRate    float64
	random         Random
	json           []byte
	body           bytes.Buffer
	gzip           *gzip.Writer
	files          [][]placed
}

// level makes files about as large as those of real trails, and is the fastest to do so.
const level = 3

func newTrail(opt Options, s shape, prefix string, managementOnly bool) (*trail, error) {
	if prefix != "" {
		prefix += "/"
	}
	prefix += "AWSLogs/"
	if opt.OrgID != "" {
		prefix += opt.OrgID + "/"
	}
	t := &trail{
		prefix: prefix, managementOnly: managementOnly, median: s.recordsMedian,
		corruptRate: opt.CorruptRate, random: NewRandom(opt.Seed, "trail "+prefix),
	}
	var err error
	t.gzip, err = gzip.NewWriterLevel(&t.body, level)
	return t, err
}

// deliver writes the log files of one shelf. A busy window makes several files with
// one time stamp, whose records overlap in time; one file in three is out of order.
func (t *trail) deliver(s *shelf, windowEnd int64, file func(File) error) error {
	slices.SortStableFunc(s.records, func(a, b placed) int { return cmp.Compare(a.time, b.time) })
	n := len(s.records)/t.random.lognormal(t.median, 0.6, 20_000) + 1
	for len(t.files) < n {
		t.files = append(t.files, nil)
	}
	for _, r := range s.records {
		if t.managementOnly && r.isData {
			continue
		}
		i := t.random.IntN(n)
		t.files[i] = append(t.files[i], r)
	}
	for i := range n {
		if len(t.files[i]) == 0 {
			continue
		}
		if err := t.write(s, t.files[i], windowEnd, file); err != nil {
			return err
		}
		t.files[i] = t.files[i][:0]
	}
	return nil
}

func (t *trail) write(s *shelf, records []placed, windowEnd int64, file func(File) error) error {
	f := File{
		Records: len(records),
		Oldest:  time.Unix(records[0].time, 0).UTC(),
		Newest:  time.Unix(records[len(records)-1].time, 0).UTC(),
	}
	if t.random.IntN(3) == 0 {
		for i := range records { // CloudTrail's own disorder is local
			j := min(len(records)-1, i+t.random.IntN(6))
			records[i], records[j] = records[j], records[i]
		}
	}
	t.json = append(t.json[:0], `{"Records":[`...)
	for i, r := range records {
		if i > 0 {
			t.json = append(t.json, ',')
		}
		t.json = append(t.json, s.data[r.start:r.end]...)
	}
	t.json = append(t.json, `]}`...)

	t.body.Reset()
	t.gzip.Reset(&t.body)
	t.gzip.ModTime = time.Unix(0, 0) // written as "no time"; the zero Time is not
	if _, err := t.gzip.Write(t.json); err != nil {
		return err
	}
	if err := t.gzip.Close(); err != nil {
		return err
	}
	f.JSON, f.Body = t.json, t.body.Bytes()
	f.Key = t.key(s.account, s.region, windowEnd)
	if t.corruptRate > 0 && t.random.Float64() < t.corruptRate {
		f.Corrupt = true
		f.Body = t.damage(f.Body)
	}
	return file(f)
}

// key names a log file as CloudTrail does; one in four arrives five minutes late.
func (t *trail) key(account, region string, windowEnd int64) string {
	stamp := time.Unix(windowEnd, 0).UTC()
	if t.random.IntN(4) == 0 {
		stamp = stamp.Add(window * time.Second)
	}
	return t.prefix + account + "/CloudTrail/" + region + stamp.Format("/2006/01/02/") +
		account + "_CloudTrail_" + region + stamp.Format("_20060102T1504Z_") +
		string(t.random.letters(nil, base64[:32]+base64[32:62]+"Qq", 16)) + ".json.gz"
}

// damage spoils a file in one of the ways that are met in the field.
func (t *trail) damage(body []byte) []byte {
	switch t.random.IntN(4) {
	case 0: // an interrupted copy
		return body[:len(body)/2]
	case 1: // a flipped bit
		body[len(body)/2] ^= 1 << t.random.IntN(8)
		return body
	case 2: // an empty file
		return body[:0]
	default: // something appended
		return append(body, "appended"...)
	}
}
