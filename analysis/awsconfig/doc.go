// Package awsconfig reads the items of AWS Config's snapshot and history files: what a
// resource was configured like at a time before anybody looked. [Decode] takes the JSON
// text of one item. Finding the items in a file is the work of package cloudtrail, which
// does it as it finds records: by pieces, and past what is damaged.
//
// It knows no database, asks AWS nothing, and never fails for what it does not know: a
// type that is not in shapes.go has its recorded configuration alone.
//
// To follow one item: item.go reads its members, mask.go hides what could be a secret,
// shapes.go makes the parts that a live look at the type has.
package awsconfig
