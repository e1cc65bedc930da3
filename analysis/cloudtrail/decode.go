package cloudtrail

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Options say what is known about an object from outside, and how to read it. The
// zero value means the defaults.
type Options struct {
	Object   analysis.Object
	Metadata map[string]string // the object's user metadata, where a digest file has its signature

	// Item reads the JSON text of an item of AWS Config's files; its error says what is
	// wrong with it. Nil: such files are not CloudTrail's and are ignored.
	Item func([]byte) (analysis.ConfigurationItem, error)

	MaxRecord  int   // the longest record that is decoded, in bytes; 8 MiB
	PieceBytes int   // how much text a piece has; 512 KiB
	Pool       *Pool // shared by all decoding of a process; nil makes one for this object
}

// tools are what decoding needs again and again, one set for each that is under way.
type tools struct {
	src   *text
	build builder
	cut   cutter
	inner []*cutter // for what is inside of something, one a level
}

func newTools() *tools {
	t := &tools{src: newText()}
	t.cut.ids = &t.build.ids
	return t
}

// Decode reads one object to its end and hands its records over in pieces, in order.
// It goes by the content: compression, encoding and format are recognised whatever
// the object is called.
//
// Bad content is no error: the [analysis.Content] says what is wrong and where.
// Decode fails only when ctx ends, when r fails, or with the error of emit.
//
// Memory is bounded by PieceBytes and MaxRecord, not by the object. Whoever takes a
// piece may release it at any time, also before emit returns.
func Decode(ctx context.Context, r io.Reader, opt Options, emit func(analysis.Piece) error) (analysis.Content, error) {
	if opt.MaxRecord <= 0 {
		opt.MaxRecord = 8 << 20
	}
	if opt.PieceBytes <= 0 {
		opt.PieceBytes = 512 << 10
	}
	if opt.Pool == nil {
		opt.Pool = new(Pool)
	}
	d := &decoder{
		ctx:       ctx,
		opt:       opt,
		emit:      emit,
		tools:     opt.Pool.takeTools(),
		damagedAt: math.MaxInt64,
	}
	kind := opt.Object.Kind
	if kind == "" {
		key, _ := ParseKey(opt.Object.Key)
		kind = key.Kind
	}
	d.named, d.config.named = isLogKind(kind), kind.Config() && opt.Item != nil
	d.build.account = opt.Object.AccountID
	d.window = window{pool: opt.Pool, from: d.src, size: opt.PieceBytes, block: opt.Pool.block(blockSizes[0])}
	d.text = d.block.text
	defer func() {
		d.src.close()
		d.build.arena = nil
		opt.Pool.release(d.block)
		opt.Pool.returnTools(d.tools)
	}()
	return d.decode(r)
}

// decoder is the state of decoding one object.
type decoder struct {
	ctx  context.Context
	opt  Options
	emit func(analysis.Piece) error
	*tools
	window

	named bool // the key is that of a log file as CloudTrail names them

	config configFile

	frames    []frame
	salvaging bool
	leads     []string // names that good elements began with

	format                         string
	empty                          bool   // no text but white space
	recognized                     bool   // it is CloudTrail, even if no record is whole
	documents                      int    // JSON documents at the top
	decoy                          string // what it is instead of CloudTrail
	digest                         *analysis.Digest
	number                         int // of the last record or reject
	records                        int64
	insights, networks, aggregates int64             // among the records
	rejects, others                int64             // records that could not be decoded; elements that are no records
	held                           []analysis.Reject // those met before the first record: a decoy has nothing else
	damages                        []analysis.Damage
	// damagedAt is the offset of the first damage; records that end behind it are in doubt.
	damagedAt int64
}

func (d *decoder) decode(r io.Reader) (analysis.Content, error) {
	head, err := d.src.open(r)
	if err != nil {
		return analysis.Content{}, err
	}
	if d.decoy = firstOf(probeOf(d.opt.Object.Key), foreignBytes(head)); d.decoy == "" {
		if err := d.read(); err != nil {
			return analysis.Content{}, err
		}
	}
	if err := d.src.rest(); err != nil {
		return analysis.Content{}, err
	}
	c := d.content()
	if c.Status != analysis.StatusIgnored {
		d.flushHeld()
	}
	c.Rejects = d.rejects
	if c.Status == analysis.StatusIgnored {
		c.Rejects = 0
		return c, nil
	}
	if d.block.empty() {
		return c, nil
	}
	last := d.block
	d.block = d.pool.block(0)
	return c, d.hand(last)
}

// sniffed is how much of the text is looked at to tell what it is, when it does not
// begin as JSON does.
const sniffed = 64 << 10

// read goes through the text by what it turns out to be.
func (d *decoder) read() error {
	if err := d.fill(d.ctx, d.size); err != nil {
		return err
	}
	if c := d.text[skipSpace(d.text, 0)]; c != '{' && c != '[' {
		if err := d.fill(d.ctx, max(d.size, sniffed)); err != nil {
			return err
		}
	}
	if hasPrefix(d.text, "\xef\xbb\xbf") {
		d.pos = 3
	}
	head := d.text[d.pos:min(d.n, d.pos+4096)]
	if d.empty = d.eof && skipSpace(d.text, d.pos) == d.n; d.empty {
		return nil
	}
	if d.decoy = foreignBytes(head); d.decoy != "" {
		return nil
	}
	if header, ok := csvHeader(d.text[d.pos:d.n], d.eof); ok {
		return d.readCSV(header)
	}
	if d.decoy = foreignText(head); d.decoy != "" {
		return nil
	}
	return d.walk()
}

// hand gives a block to the caller as a piece.
func (d *decoder) hand(b *block) error {
	if d.src.suspect {
		for i := range b.events {
			b.events[i].Damaged = true
		}
		for i := range b.items {
			b.items[i].Damaged = true
		}
	}
	pool := d.pool
	return d.emit(analysis.Piece{Events: b.events, Items: b.items, Rejects: b.rejects, SourceRank: d.rank(), Release: func() { pool.release(b) }})
}

// more drops the text before keep and reads on. It returns false when there is no more.
func (d *decoder) more(keep int) (bool, error) {
	if d.eof {
		return false, nil
	}
	return true, d.next(d.ctx, keep, d.hand)
}

// place is where a record stands in the text. Records inside a string all have the
// place of the string.
type place struct {
	at     int64
	length int
	fixed  bool
}

func (p place) of(d *decoder, start, end int) place {
	if p.fixed {
		return p
	}
	return place{at: d.offset(start), length: end - start}
}

// record makes an event of the record that c has cut.
func (d *decoder) record(c *cutter, format string, p place) {
	d.flushHeld()
	if d.format == "" {
		d.format = format
	}
	d.recognized = true
	d.number++
	d.records++
	if c.twice {
		d.damage(p.at, "a field stands twice in a record")
	}
	e := d.block.event()
	e.RecordNumber, e.Offset, e.Length = d.number, p.at, p.length
	d.build.arena = &d.block.arena
	d.build.event(e, c)
	e.Damaged = d.doubtful(p.at + int64(p.length))
	switch e.EventCategory {
	case "Insight":
		d.insights++
	case "NetworkActivity":
		d.networks++
	case "Aggregated":
		d.aggregates++
	}
}

// doubtful reports whether a record that ends there is in doubt.
func (d *decoder) doubtful(end int64) bool {
	if d.src.suspect || end > d.damagedAt || d.spliced() && end > d.src.second {
		return true
	}
	for _, x := range d.src.damages {
		if end > x.Offset {
			return true
		}
	}
	return false
}

// spliced reports whether the object has a second gzip member that should not be
// there. Firehose writes one for every batch of a CloudWatch Logs subscription.
func (d *decoder) spliced() bool { return d.src.second >= 0 && d.format != formatLogEvents }

func (d *decoder) damage(at int64, what string) {
	d.damages = append(d.damages, analysis.Damage{Offset: at, Reason: what})
	d.damagedAt = min(d.damagedAt, at)
}

// maxHeld bounds the rejects that wait for a first record.
const maxHeld = 10_000

// reject notes a record that cannot be decoded.
func (d *decoder) reject(p place, reason string) {
	d.rejects++
	d.passOver(analysis.Reject{Offset: p.at, Length: p.length, Reason: reason})
}

// foreign notes an element that is something else than a record.
func (d *decoder) foreign(p place, what string) {
	d.others++
	if what == "" {
		what = "not a CloudTrail record"
		if d.inItems() {
			what = "not a configuration item"
		}
	}
	d.passOver(analysis.Reject{Offset: p.at, Length: p.length, Reason: what, Foreign: true})
}

func (d *decoder) passOver(r analysis.Reject) {
	d.number++
	r.RecordNumber = d.number
	switch {
	case d.records+d.config.items > 0:
		d.block.rejects = append(d.block.rejects, r)
	case len(d.held) < maxHeld:
		d.held = append(d.held, r)
	}
}

func (d *decoder) flushHeld() {
	if len(d.held) > 0 {
		d.block.rejects = append(d.block.rejects, d.held...)
		d.held = nil
	}
}

// content is what there is to say about the object as a whole.
func (d *decoder) content() analysis.Content {
	c := analysis.Content{
		Format:        d.format,
		ContentSHA256: d.src.contentSHA256(),
		ContentSize:   d.src.size,
		Records:       d.records + d.config.items,
		Status:        analysis.StatusOK,
		DamageOffset:  -1,
		Digest:        d.digest,
		AllSuspect:    d.src.suspect,
	}
	damages := append(d.damages, d.src.damages...)
	if d.spliced() {
		damages = append(damages, analysis.Damage{Offset: d.src.second, Reason: "more than one gzip member; CloudTrail writes one"})
	}
	if d.decoy == "" && d.empty {
		d.decoy = "empty file"
	}
	named := d.named || d.config.named
	if !d.recognized && (!named || d.decoy != "" && !d.empty && !vague(d.decoy)) {
		c.Status, c.Kind, c.Format = analysis.StatusIgnored, analysis.KindOther, ""
		c.Reason = firstOf(d.decoy, "JSON without CloudTrail records")
		if d.decoy == "" && len(damages) > 0 {
			c.Reason = "no CloudTrail records; " + reasons(damages)
		}
		return c
	}
	if !d.recognized && len(damages) == 0 { // named as a log file, with nothing of it inside
		nothing := "no CloudTrail records"
		if d.config.named {
			nothing = "no configuration items"
		}
		damages = append(damages, analysis.Damage{Reason: firstOf(d.decoy, nothing)})
	}
	if len(damages) > 0 {
		slices.SortStableFunc(damages, func(a, b analysis.Damage) int { return int(min(max(a.Offset-b.Offset, -1), 1)) })
		c.Status, c.DamageOffset, c.Reason = analysis.StatusDamaged, damages[0].Offset, reasons(damages)
	} else if d.rejects+d.others > 0 {
		what := "events"
		if d.format == formatConfig {
			what = "configuration items"
		}
		c.Reason = fmt.Sprintf("%d of its elements are not %s", d.rejects+d.others, what)
	}
	d.classify(&c)
	return c
}

// maxReasons is how many kinds of damage are spelled out.
const maxReasons = 8

func reasons(damages []analysis.Damage) string {
	var words []string
	for _, x := range damages {
		if !slices.Contains(words, x.Reason) {
			words = append(words, x.Reason)
		}
	}
	if more := len(words) - maxReasons; more > 0 {
		words = append(words[:maxReasons], fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, "; ")
}

// classify settles format, kind and rank.
func (d *decoder) classify(c *analysis.Content) {
	if c.Format == formatDocument && d.documents > 1 {
		c.Format = formatLines
	}
	c.SourceRank = d.rank()
	switch {
	case d.digest != nil:
		c.Kind = analysis.KindDigest
	case c.Format == formatConfig || c.Format == "" && d.config.named:
		c.Kind = d.configKind()
	case c.Format != formatCloudTrail && c.Format != "":
		c.Kind = analysis.KindExport
	default:
		c.Kind = d.recordKind()
	}
}

// rank is how good a source the object is, as far as it is known by now.
func (d *decoder) rank() uint8 {
	switch d.format {
	case formatCSV, formatFlatCSV, formatLakeCSV, formatLake:
		return 3
	case formatConfig:
		return 1
	case formatCloudTrail, "":
		if d.named || d.digest != nil {
			return 1
		}
	}
	return 2
}

// recordKind is the kind of most records; without any, what the key says.
func (d *decoder) recordKind() analysis.Kind {
	if d.records == 0 {
		if key, ok := ParseKey(d.opt.Object.Key); ok && isLogKind(key.Kind) {
			return key.Kind
		}
		return analysis.KindCloudTrail
	}
	special := max(d.insights, d.networks, d.aggregates)
	switch {
	case d.records-d.insights-d.networks-d.aggregates >= special:
		return analysis.KindCloudTrail
	case d.insights == special:
		return analysis.KindInsight
	case d.networks == special:
		return analysis.KindNetworkActivity
	}
	return analysis.KindAggregated
}
