package export

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Defang writes the value of an indicator so that nobody opens it by accident: addresses
// and names of hosts with [.] and [:], links with hxxp.
func Defang(e analysis.Entity) string {
	switch e.Kind {
	case analysis.EntitySourceIP:
		return strings.NewReplacer(".", "[.]", ":", "[:]").Replace(e.Value)
	case analysis.EntityUserAgent:
		return strings.NewReplacer("https://", "hxxps[://]", "http://", "hxxp[://]").Replace(e.Value)
	}
	return e.Value
}
