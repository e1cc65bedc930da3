package store

import (
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// A page of events is the same wherever it is found from: the begin, the end, a page
// before or behind it, or the counts over time. One event of the case has no time.
func TestPagesOfEvents(t *testing.T) {
	st := askCase(t)
	f := func(orders string) {
		t.Helper()
		a := Asked{List: analysis.List{Of: analysis.ListEvents, Sort: analysis.ParseOrders(orders)}}
		a.Fields = fields("event_id", "event_time", "source_ip", "error_code")
		whole, err := st.Lists().Rows(t.Context(), a, 0, 0)
		if err != nil || len(whole) != 5 {
			t.Fatalf("%s: %d rows, %v", orders, len(whole), err)
		}
		check := func(l *Lists, offset, n int) {
			t.Helper()
			want := whole[min(offset, len(whole)):min(offset+n, len(whole))]
			got, err := l.Rows(t.Context(), a, int64(offset), n)
			if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
				t.Errorf("%s: rows %d+%d are %v, want %v (%v)", orders, offset, n, got, want, err)
			}
		}
		fresh, known := st.Lists(), st.Lists()
		if n, err := known.Count(t.Context(), a); err != nil || n != 5 {
			t.Errorf("%d events, %v", n, err)
		}
		counted := st.Lists()
		err = counted.with(t.Context(), a, func(r *Reader) error {
			terms, err := orderTerms(a)
			if err == nil && terms[0].sql == `"event_time"` {
				err = counted.countTime(t.Context(), r, a, counted.pager(a), terms)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 3; n++ {
			for offset := 6; offset >= 0; offset-- {
				check(st.Lists(), offset, n)
				check(fresh, offset, n)
				check(known, offset, n)
				check(counted, offset, n)
			}
		}
	}
	for _, orders := range []string{"", "-event_time", "source_ip", "-source_ip", "error_code,-operation", "-error_code,event_time"} {
		f(orders)
	}
}

func TestNetworksAreShown(t *testing.T) {
	st := askCase(t)
	l := st.Lists()
	a := Asked{List: analysis.List{Of: analysis.ListIPs, Sort: analysis.ParseOrders("source_ip")}}
	for _, name := range []string{"source_ip", "tag", "asn", "country", "private"} {
		f, _ := ListField(a.Of, name)
		a.Fields = append(a.Fields, f)
	}
	values := func() (all [][]any) {
		t.Helper()
		rows, err := l.Rows(t.Context(), a, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all = append(all, row.Values)
		}
		return all
	}
	want := [][]any{{"198.51.100.4", nil, nil, nil, nil}, {"203.0.113.7", nil, nil, nil, nil}}
	if got := values(); !reflect.DeepEqual(got, want) {
		t.Errorf("nothing is known, and it says %v", got)
	}
	addresses, err := st.Addresses(t.Context())
	if err != nil || !slices.Equal(addresses, []string{"198.51.100.4", "203.0.113.7"}) {
		t.Errorf("addresses %v, %v", addresses, err)
	}
	known := map[string]analysis.Network{"203.0.113.7": {Tag: "o'ffice", ASN: 64500, Country: "NL"}}
	if err := st.ShowNetworks(t.Context(), maps.All(known)); err != nil {
		t.Fatal(err)
	}
	want[1] = []any{"203.0.113.7", "o'ffice", int64(64500), "NL", false}
	if got := values(); !reflect.DeepEqual(got, want) {
		t.Errorf("networks are %v, want %v", got, want)
	}
}

// Evidence of the program before networks is read as it is.
func TestListsOfOldEvidence(t *testing.T) {
	dir := askCase(t).Dir()
	w, err := Open(t.Context(), dir, ModeWrite, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{"DROP VIEW ev.networks", "UPDATE ev.meta SET value = '4' WHERE key = 'schema_version'"} {
		if _, err := w.db.ExecContext(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := Open(t.Context(), dir, ModeRead, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	n, err := st.Lists().Count(t.Context(), Asked{List: analysis.List{Of: analysis.ListPrincipals}})
	if err != nil || n != 3 {
		t.Errorf("%d principals, %v", n, err)
	}
}

func TestBaseline(t *testing.T) {
	l := askCase(t).Lists()
	f := func(since time.Time, want time.Time) {
		t.Helper()
		got, why, err := l.Baseline(t.Context(), analysis.Scope{Since: since})
		if err != nil || !got.Equal(want) || why == "" {
			t.Errorf("since %v: %v (%s), want %v: %v", since, got, why, want, err)
		}
	}
	at := func(hour, minute int) time.Time { return time.Date(2026, 1, 15, hour, minute, 0, 0, time.UTC) }
	f(time.Time{}, at(1, 0).Add(at(5, 31).Sub(at(1, 0))/2))
	f(at(2, 0), at(2, 0))
	f(at(0, 0), at(1, 0).Add(at(5, 31).Sub(at(1, 0))/2)) // nothing lies before it
}

func TestHistogram(t *testing.T) {
	l := askCase(t).Lists()
	a := Asked{List: analysis.List{Of: analysis.ListEvents}, Where: Condition{SQL: "operation <> ?", Args: []any{"sts:GetCallerIdentity"}}}
	h, err := l.Histogram(t.Context(), a, 5)
	if err != nil {
		t.Fatal(err)
	}
	if h.Step != time.Hour || !h.From.Equal(time.Date(2026, 1, 15, 1, 0, 0, 0, time.UTC)) ||
		!slices.Equal(h.Counts, []int64{0, 1, 0, 0, 2}) || !slices.Equal(h.Failed, []int64{0, 1, 0, 0, 0}) {
		t.Errorf("histogram %+v", h)
	}
	field, _ := ListField(analysis.ListEvents, "source_ip")
	rows, err := l.Heat(t.Context(), a, field, 2, 5)
	want := []HeatRow{
		{Value: "198.51.100.4", Total: 2, Counts: []int64{0, 0, 0, 0, 2}, New: true},
		{Value: "", Total: 1, Counts: []int64{0, 0, 0, 0, 0}},
	}
	if err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("heat %+v, %v", rows, err)
	}
}

func TestSilences(t *testing.T) {
	f := func(has, want string) {
		t.Helper()
		bits := make([]bool, len(has))
		for i := range has {
			bits[i] = has[i] == 'x'
		}
		got := make([]byte, len(has))
		for i, gap := range silences(bits) {
			got[i] = '.'
			if gap {
				got[i] = 'G'
			}
		}
		if string(got) != want {
			t.Errorf("silences(%s) is %s, want %s", has, got, want)
		}
	}
	f("xxxxxxxxxx.xxxxxxxxxx", "..........G..........")
	f("xxxxxxxxxx", "..........")
	f("xxxxxx....", "..........") // nothing after it: it ended
	f("....xxxxxx", "..........")
	f("x..x..x..x..x", ".............") // not usually active
}

func TestRoundStep(t *testing.T) {
	f := func(least, want time.Duration) {
		t.Helper()
		if got := roundStep(least); got != want {
			t.Errorf("roundStep(%v) is %v, want %v", least, got, want)
		}
	}
	f(0, time.Second)
	f(61*time.Second, 2*time.Minute)
	f(time.Hour, time.Hour)
	f(25*time.Hour, 48*time.Hour)
	f(8*24*time.Hour, 30*24*time.Hour)
	f(31*24*time.Hour, 60*24*time.Hour)
}
