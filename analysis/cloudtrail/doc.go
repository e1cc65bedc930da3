// Package cloudtrail turns the bytes of one log object into events. It knows
// CloudTrail's own delivery, the shapes in which people export it, and what only
// looks like it; see [Decode]. [ParseKey] reads what an object's key tells.
//
// It does not list, fetch or store objects, and it does not interpret events beyond
// their fields: package session finds the credentials they issue, package
// resourceref the resources they name.
//
// To follow one object: text.go opens the compression and the encoding, window.go
// holds a piece of the text in memory, walk.go finds the records in it, cut.go cuts
// a record into its fields, event.go makes the event. Everything that is not
// CloudTrail's own layout is in unwrap.go, csv.go and lake.go.
package cloudtrail
