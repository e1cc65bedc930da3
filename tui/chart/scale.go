package chart

// scale lays buckets over cells. More buckets than cells are put together in groups of
// equal size: were some cells a bucket more than their neighbours, they would show peaks that
// are not there. Fewer stretch.
type scale struct {
	n      int // buckets
	each   int // in a group
	groups int
	width  int
}

func newScale(n, width int) scale {
	if n <= 0 || width <= 0 {
		return scale{width: max(width, 0)}
	}
	each := (n + width - 1) / width
	return scale{n: n, each: each, groups: (n + each - 1) / each, width: width}
}

// buckets are those that a cell stands for, [from, to).
func (s scale) buckets(x int) (from, to int, ok bool) {
	if x < 0 || x >= s.width || s.n == 0 {
		return 0, 0, false
	}
	from = x * s.groups / s.width * s.each
	return from, min(from+s.each, s.n), true
}

// cell is the first cell of a bucket.
func (s scale) cell(bucket int) int {
	if s.n == 0 {
		return 0
	}
	group := min(max(bucket, 0), s.n-1) / s.each
	return (group*s.width + s.groups - 1) / s.groups
}

// sums are the values of the cells. Values may end early; what is missing is nothing.
func (s scale) sums(values []int64) []int64 {
	all := make([]int64, s.width)
	for x := range all {
		from, to, ok := s.buckets(x)
		for b := from; ok && b < min(to, len(values)); b++ {
			all[x] += max(values[b], 0)
		}
	}
	return all
}

// any says which cells stand for a bucket that is so.
func (s scale) any(values []bool) []bool {
	all := make([]bool, s.width)
	for x := range all {
		from, to, ok := s.buckets(x)
		for b := from; ok && b < min(to, len(values)); b++ {
			all[x] = all[x] || values[b]
		}
	}
	return all
}

// steps is how many of n steps a value takes of the highest: none for nothing, one at
// least for anything.
func steps(value, highest int64, n int) int {
	if value <= 0 || highest <= 0 || n <= 0 {
		return 0
	}
	return min(max(int(float64(value)/float64(highest)*float64(n)), 1), n)
}

func highest(values []int64) int64 {
	var most int64
	for _, v := range values {
		most = max(most, v)
	}
	return most
}
