package chart

import (
	"math"
	"strings"
	"time"
)

// Axis is the line of times below n buckets of step from a time on, in UTC, and the
// cells that the times begin at. The first says its day, too, and so does every new day.
func Axis(from time.Time, step time.Duration, n, width int) (ticks []int, labels string) {
	sc := newScale(n, width)
	if sc.n == 0 || step <= 0 {
		return nil, strings.Repeat(" ", sc.width)
	}
	from = from.UTC()
	span := step.Seconds() * float64(sc.groups*sc.each)
	at := func(t time.Time) int {
		passed := float64(t.Unix()-from.Unix()) + float64(t.Nanosecond()-from.Nanosecond())/1e9
		return int(math.Ceil(passed*float64(width)/span - 1e-9))
	}
	every := chooseInterval(step, span, width)
	line := make([]byte, 0, width)
	var last time.Time
	for t := every.first(from); ; t = every.next(t) {
		x := at(t)
		if x >= width {
			break
		}
		if len(ticks) == 0 || x > ticks[len(ticks)-1] {
			ticks = append(ticks, x)
		}
		text := every.label(t, last)
		if len(line) > 0 && x <= len(line) || x+len(text) > width {
			continue
		}
		line = append(line, strings.Repeat(" ", x-len(line))...)
		line = append(line, text...)
		last = t
	}
	return ticks, string(line) + strings.Repeat(" ", width-len(line))
}

// interval is a distance between times that people count in: a duration that divides a
// day or is of whole days, or months.
type interval struct {
	every  time.Duration
	months int
	cells  int // of the usual label
}

const day = 24 * time.Hour

// chooseInterval takes the shortest interval whose labels have room. None is shorter
// than a bucket.
func chooseInterval(step time.Duration, span float64, width int) interval {
	all := []interval{
		{every: time.Second, cells: 8},
		{every: 5 * time.Second, cells: 8},
		{every: 15 * time.Second, cells: 8},
		{every: 30 * time.Second, cells: 8},
		{every: time.Minute, cells: 5},
		{every: 2 * time.Minute, cells: 5},
		{every: 5 * time.Minute, cells: 5},
		{every: 10 * time.Minute, cells: 5},
		{every: 15 * time.Minute, cells: 5},
		{every: 30 * time.Minute, cells: 5},
		{every: time.Hour, cells: 5},
		{every: 2 * time.Hour, cells: 5},
		{every: 3 * time.Hour, cells: 5},
		{every: 6 * time.Hour, cells: 5},
		{every: 12 * time.Hour, cells: 6},
		{every: day, cells: 4},
		{every: 2 * day, cells: 4},
		{every: 7 * day, cells: 6},
		{months: 1, cells: 4},
		{months: 3, cells: 4},
		{months: 12, cells: 4},
		{months: 120, cells: 4},
	}
	for _, v := range all {
		seconds := v.every.Seconds()
		if v.months > 0 {
			seconds = float64(v.months) * 30 * day.Seconds()
		}
		if seconds >= step.Seconds() && seconds*float64(width)/span >= float64(v.cells+2) {
			return v
		}
	}
	return all[len(all)-1]
}

// first is the first time of the interval that is not before from.
func (v interval) first(from time.Time) time.Time {
	var t time.Time
	if v.months == 0 {
		t = from.Truncate(v.every)
	} else {
		months := from.Year()*12 + int(from.Month()) - 1
		months -= months % v.months
		t = time.Date(months/12, time.Month(months%12+1), 1, 0, 0, 0, 0, time.UTC)
	}
	if t.Before(from) {
		t = v.next(t)
	}
	return t
}

func (v interval) next(t time.Time) time.Time {
	if v.months == 0 {
		return t.Add(v.every)
	}
	return t.AddDate(0, v.months, 0)
}

// label is a time with as much of its date as the last label does not say.
func (v interval) label(t, last time.Time) string {
	switch {
	case v.months > 0 && last.IsZero() && v.months < 12:
		return t.Format("Jan 2006")
	case v.months > 0 && t.Year() != last.Year():
		return t.Format("2006")
	case v.months > 0:
		return t.Format("Jan")
	case v.every >= day && t.Month() == last.Month():
		return t.Format("02")
	case v.every >= day:
		return t.Format("Jan 02")
	}
	clock := "15:04"
	if v.every < time.Minute {
		clock = "15:04:05"
	}
	switch {
	case t.Equal(t.Truncate(day)):
		return t.Format("Jan 02")
	case t.Truncate(day) != last.Truncate(day):
		return t.Format("Jan 02 " + clock)
	}
	return t.Format(clock)
}
