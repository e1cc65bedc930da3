// Package export writes findings in the forms of other tools.
package export
