package synth

import (
	"math"
	"time"
)

// window is the length in seconds of the time that one delivery covers.
const window = 300

// schedule spreads the events over the windows: services run day and night, people
// and deployments by day and on workdays, and no minute is like the next.
type schedule struct {
	opt   Options
	start int64
	count int // windows
}

func newSchedule(opt Options) schedule {
	return schedule{opt: opt, start: opt.Start.Unix(), count: opt.Days * 24 * 3600 / window}
}

// weights are what each class has of a window, as a share of an average one.
func (s schedule) weights(w int, r Random) [numClasses]float64 {
	t := time.Unix(s.start+int64(w)*window, 0).UTC()
	hour := float64(t.Hour()) + float64(t.Minute())/60
	day := 0.5 + 1.0*math.Max(0, math.Sin((hour-5)/14*math.Pi)) // 0.5 by night, 1.5 at noon
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		day *= 0.4
	}
	shares := classShares()
	for c := range shares {
		shares[c] *= 1 - s.opt.DataShare
	}
	shares[dataPlane] = s.opt.DataShare
	for c, f := range [numClasses]float64{serviceToService: 1, workload: 0.7 + 0.3*day, monitoring: 1, delivery: day, people: day, broken: 1, dataPlane: 0.7 + 0.3*day} {
		shares[c] *= f * math.Exp(0.35*r.NormFloat64())
	}
	if s.asleep(w) || s.silent(s.start+int64(w)*window, window) {
		return [numClasses]float64{}
	}
	return shares
}

// asleep reports whether a quiet account does nothing in window w. The factors
// spread the waking windows over the hour and differently over each.
func (s schedule) asleep(w int) bool {
	const inHour = 3600 / window
	return s.opt.PerHour > 0 && (5*w+7*(w/inHour))%inHour >= s.opt.PerHour
}

// silent reports whether no account records anything in the length seconds from t on.
func (s schedule) silent(t, length int64) bool {
	for _, a := range s.opt.Accounts {
		if !silenced(s.opt.Silence, a, t) || !silenced(s.opt.Silence, a, t+length-1) {
			return false
		}
	}
	return true
}

func silenced(all []Silence, account string, t int64) bool {
	for _, q := range all {
		if q.Account == account && t >= q.From.Unix() && t < q.To.Unix() {
			return true
		}
	}
	return false
}

// each calls f for every window with the number of events that fall into it; the
// numbers add up to the events asked for. It draws the weights twice rather than
// holding them.
func (s schedule) each(f func(w int, events int64, shares [numClasses]float64) error) error {
	total := 0.0
	r := NewRandom(s.opt.Seed, "schedule")
	for w := range s.count {
		total += sum(s.weights(w, r))
	}
	if total == 0 {
		return nil
	}
	r = NewRandom(s.opt.Seed, "schedule")
	given, done := 0.0, int64(0)
	for w := range s.count {
		shares := s.weights(w, r)
		given += sum(shares)
		upTo := int64(math.Round(given / total * float64(s.opt.Events)))
		if w == s.count-1 {
			upTo = s.opt.Events
		}
		if err := f(w, upTo-done, shares); err != nil {
			return err
		}
		done = upTo
	}
	return nil
}

func sum(shares [numClasses]float64) float64 {
	total := 0.0
	for _, s := range shares {
		total += s
	}
	return total
}
