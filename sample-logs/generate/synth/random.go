package synth

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Random draws everything that is random. PCG is specified, so that the same seed
// gives the same records with every version of Go.
type Random struct{ *rand.Rand }

// NewRandom makes a stream of its own for each label, so that drawing more in one
// place does not shift what another draws.
func NewRandom(seed uint64, label string) Random {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(label) {
		h = (h ^ uint64(label[i])) * 1099511628211
	}
	return Random{rand.New(rand.NewPCG(seed, h))}
}

const (
	lowerHex = "0123456789abcdef"
	base32   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// letters appends n characters of alphabet, whose length is a power of two.
func (r Random) letters(dst []byte, alphabet string, n int) []byte {
	mask := uint64(len(alphabet) - 1)
	var bits uint64
	for i := range n {
		if i%10 == 0 { // ten characters of six bits fit into one draw
			bits = r.Uint64()
		}
		dst = append(dst, alphabet[bits&mask])
		bits >>= 6
	}
	return dst
}

// Hex is n hexadecimal digits.
func (r Random) Hex(n int) string { return string(r.letters(nil, lowerHex, n)) }

// UUID is a random (version 4) id.
func (r Random) UUID() UUID {
	var u UUID
	binary.LittleEndian.PutUint64(u[0:], r.Uint64())
	binary.LittleEndian.PutUint64(u[8:], r.Uint64())
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u
}

// KeyID makes an access key id of documentation shape: AKIA or ASIA, nine letters, EXAMPLE.
func (r Random) KeyID(prefix string) string {
	return string(r.letters([]byte(prefix), base32, 9)) + "EXAMPLE"
}

// UniqueID makes a principal id of documentation shape: AIDA or AROA, ten letters, EXAMPLE.
func (r Random) UniqueID(prefix string) string {
	return string(r.letters([]byte(prefix), base32, 10)) + "EXAMPLE"
}

// skewed draws from 0 to n-1, small numbers far more often: few things get most of the use.
func (r Random) skewed(n int) int {
	u := r.Float64()
	return int(u * u * float64(n))
}

// lognormal draws a size around median, at most limit.
func (r Random) lognormal(median, sigma float64, limit int) int {
	n := int(math.Round(median * math.Exp(sigma*r.NormFloat64())))
	return max(1, min(n, limit))
}

func choose[T any](r Random, from []T) T { return from[r.IntN(len(from))] }

// weighted draws an index in proportion to the differences of cumulative.
func (r Random) weighted(cumulative []float64) int {
	x := r.Float64() * cumulative[len(cumulative)-1]
	for i, c := range cumulative {
		if x < c {
			return i
		}
	}
	return len(cumulative) - 1
}
