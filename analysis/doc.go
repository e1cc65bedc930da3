// Package analysis holds the nouns of trailbench: log objects, events, sessions,
// resource references, scope, progress and errors. It imports the standard
// library only, and every other package speaks in its terms.
//
// It does not read, store or show anything. To see how an event comes to be, read
// package cloudtrail (bytes → [Event]); to see where it goes, package store.
package analysis
