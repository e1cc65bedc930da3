package synth

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// generator holds what Write needs from one record to the next.
type generator struct {
	opt      Options
	shape    shape
	random   Random
	words    words
	slots    []slot
	ops      map[string]*operation
	routines [numClasses][]*routine
	chances  [numClasses][]float64 // cumulative
	perGo    [numClasses]float64   // events of an average go
	accounts []*account
	shelves  []*shelf
	shelf    map[[2]string]*shelf // by account and region
	trails   []*trail
	call     call
	plant    []Record
	hosts    map[[2]string]string // by event source and region
	made     int64
	scratch  struct{ request, response, resources, additional, details, identity, id []byte }
}

func newGenerator(opt Options) (*generator, error) {
	opt, s, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	g := &generator{
		opt: opt, shape: s, random: NewRandom(opt.Seed, "events"), words: vocabulary(), slots: slotTable(),
		shelf: map[[2]string]*shelf{}, hosts: map[[2]string]string{}, plant: slices.Clone(opt.Plant),
	}
	slices.SortStableFunc(g.plant, func(a, b Record) int { return a.Time.Compare(b.Time) })
	if g.ops, err = operations(slotIDs(g.slots)); err != nil {
		return nil, err
	}
	if err := g.plan(); err != nil {
		return nil, err
	}
	for _, id := range opt.Accounts {
		g.accounts = append(g.accounts, newAccount(opt.Company, id, g.words))
	}
	g.call = call{g: g, memo: make([]span, len(g.slots))}
	first, err := newTrail(opt, s, opt.Prefix, false)
	if err != nil {
		return nil, err
	}
	g.trails = append(g.trails, first)
	if opt.SecondTrail != "" {
		second, err := newTrail(opt, s, opt.SecondTrail, true)
		if err != nil {
			return nil, err
		}
		g.trails = append(g.trails, second)
	}
	return g, nil
}

// plan looks up the operations of the routines and how often each is started.
func (g *generator) plan() error {
	for _, r := range routines() {
		for _, name := range r.ops {
			o, ok := g.ops[name]
			if !ok {
				return errors.New("no operation " + name)
			}
			r.compiled = append(r.compiled, o)
		}
		starts := r.share / r.mean()
		chances := g.chances[r.class]
		if n := len(chances); n > 0 {
			starts += chances[n-1]
		}
		g.chances[r.class] = append(chances, starts)
		g.routines[r.class] = append(g.routines[r.class], r)
		g.perGo[r.class] += r.share
	}
	for c := range g.perGo {
		g.perGo[c] /= g.chances[c][len(g.chances[c])-1]
	}
	return nil
}

// run generates window after window and delivers each.
func (g *generator) run(ctx context.Context, file func(File) error) error {
	var end int64
	deliver := func(s *shelf) error {
		for _, t := range g.trails {
			if err := t.deliver(s, end, file); err != nil {
				return err
			}
		}
		return nil
	}
	return g.windowsEnding(ctx, &end, deliver)
}

// windows calls full for every account and region with records, window by window.
func (g *generator) windows(ctx context.Context, full func(*shelf) error) error {
	var end int64
	return g.windowsEnding(ctx, &end, full)
}

func (g *generator) windowsEnding(ctx context.Context, end *int64, full func(*shelf) error) error {
	plan := newSchedule(g.opt)
	owed := int64(0)
	err := plan.each(func(w int, events int64, shares [numClasses]float64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		start := plan.start + int64(w)*window
		*end = start + window
		g.place(*end)
		owed += events
		owed = g.fill(w, start, owed, shares, w == plan.count-1 || g.opt.PerHour > 0)
		return g.empty(full)
	})
	if err != nil {
		return err
	}
	for len(g.plant) > 0 { // what lies behind the last window
		t := g.plant[0].Time.Unix()
		*end = t - t%window + window
		g.place(*end)
		if err := g.empty(full); err != nil {
			return err
		}
	}
	return nil
}

// fill starts routines until the window has its events, and returns what is owed
// to the next: a burst is not cut, the following windows pay for it, unless the
// window has to be exact.
func (g *generator) fill(w int, start, events int64, shares [numClasses]float64, exact bool) int64 {
	if events <= 0 {
		return events
	}
	var chances [numClasses]float64
	total := 0.0
	for c := range shares {
		total += shares[c] / g.perGo[c]
		chances[c] = total
	}
	if total == 0 {
		return events
	}
	before := g.made
	for {
		done := g.made - before
		if done >= events {
			return events - done
		}
		limit := 1 << 30
		if exact {
			limit = int(events - done)
		}
		class := g.random.weighted(chances[:])
		r := g.routines[class][g.random.weighted(g.chances[class])]
		a := g.accounts[0]
		if len(g.accounts) > 1 {
			a = g.accounts[g.random.skewed(len(g.accounts))]
		}
		// Starts move on with the window, so that no session is used before it is issued.
		at := start + int64(float64(done)/float64(events)*(window-1))
		g.act(a, r, g.region(w), at, limit)
	}
}

// region is where something happens: mostly at home, sometimes in the second
// region, and in a quiet one only while it is awake.
func (g *generator) region(w int) string {
	regions := g.opt.Regions
	if len(regions) == 1 {
		return regions[0]
	}
	x := g.random.Float64()
	if len(regions) > 2 && x > 0.97 {
		i := 2 + w%(len(regions)-2)
		if w/(len(regions)-2)%(g.shape.quietEvery/(len(regions)-2)+1) == 0 {
			return regions[i]
		}
	}
	if x < 0.14 {
		return regions[1]
	}
	return regions[0]
}

// act lets an actor carry out a routine.
func (g *generator) act(a *account, r *routine, region string, at int64, limit int) {
	stop := g.made + int64(limit)
	staff := a.actors[r.kind]
	who := staff[g.random.skewed(len(staff))]
	if r.kind == byLinked && r.via != "" {
		who = staff[slices.IndexFunc(staff, func(x *actor) bool { return x.service == r.via })]
	}
	var s *session
	if r.issuing {
		s = g.issue(who, choose(g.random, who.names), region, at)
	} else {
		s = g.enter(who, region, at)
	}
	n := r.limit
	if !r.inOrder {
		n = g.random.lognormal(r.median, r.sigma, r.limit)
	}
	c := &g.call
	c.account, c.actor, c.session, c.time = a, who, s, at
	if s.console {
		c.time += 5 // after the sign-in
	}
	for i := range n {
		if g.made >= stop {
			return
		}
		o := r.compiled[i%len(r.compiled)]
		if !r.inOrder {
			o = choose(g.random, r.compiled)
		}
		c.region = region
		g.record(o, r)
		if r.seconds > 0 {
			c.time += int64(g.random.IntN(r.seconds + 1))
		}
	}
}

// emit puts a finished event on its shelf.
func (g *generator) emit(e *Event, a *account, isData bool) {
	g.made++
	if len(g.opt.Silence) > 0 && silenced(g.opt.Silence, a.id, e.Time) {
		return
	}
	s := g.shelfOf(a.id, e.Region)
	start := len(s.data)
	s.data = e.Append(s.data)
	s.records = append(s.records, placed{e.Time, uint32(start), uint32(len(s.data)), isData})
}

// place puts the planted records before end on their shelves.
func (g *generator) place(end int64) {
	for len(g.plant) > 0 && g.plant[0].Time.Unix() < end {
		r := g.plant[0]
		g.plant = g.plant[1:]
		if silenced(g.opt.Silence, r.Account, r.Time.Unix()) {
			continue
		}
		s := g.shelfOf(r.Account, r.Region)
		start := len(s.data)
		s.data = append(s.data, r.JSON...)
		s.records = append(s.records, placed{r.Time.Unix(), uint32(start), uint32(len(s.data)), r.Data})
	}
}

func (g *generator) shelfOf(account, region string) *shelf {
	key := [2]string{account, region}
	s := g.shelf[key]
	if s == nil {
		s = &shelf{account: account, region: region}
		g.shelf[key] = s
		g.shelves = append(g.shelves, s)
		slices.SortFunc(g.shelves, func(a, b *shelf) int {
			return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.region, b.region))
		})
	}
	return s
}

// empty hands the shelves over and clears them.
func (g *generator) empty(full func(*shelf) error) error {
	for _, s := range g.shelves {
		if len(s.records) == 0 {
			continue
		}
		if err := full(s); err != nil {
			return err
		}
		s.clear()
	}
	return nil
}
