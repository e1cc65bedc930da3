// Package samplelogs holds the sample logs of this folder: a handful of incidents,
// each as the log files that CloudTrail would have delivered. See README.md for what
// happened in them, and generate for how they are made.
package samplelogs

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"
)

//go:embed */AWSLogs */*/AWSLogs */truth.jsonl
var stories embed.FS

// Story is one incident.
type Story struct {
	// Name is the folder's, Title says in a line what happened.
	Name, Title string
	// FS holds the log files under their keys, and truth.jsonl.
	FS fs.FS
}

// Stories lists the incidents in the order in which to read them.
func Stories() []Story {
	list := []Story{
		{Name: "leaked-key-to-admin", Title: "A leaked build key becomes administrator and moves into a second account"},
		{Name: "stolen-instance-credentials", Title: "A web server's credentials read a bucket empty from elsewhere"},
		{Name: "s3-ransom", Title: "A stolen backup key encrypts one bucket, deletes the backups and leaves a note"},
		{Name: "console-phishing-to-persistence", Title: "A phished console session digs in at IAM and Identity Center"},
		{Name: "crypto-mining-across-regions", Title: "A stolen key starts mining machines in eight regions"},
		{Name: "snapshot-sharing-logging-off", Title: "Snapshots are given to an outside account and the trail is stopped"},
	}
	for i := range list {
		sub, err := fs.Sub(stories, list[i].Name)
		if err != nil {
			panic(err) // the names are constants, and valid ones
		}
		list[i].FS = sub
	}
	return list
}

// Step is an event that belongs to the attack of a story.
type Step struct {
	EventID   string    `json:"event_id"`
	EventTime time.Time `json:"event_time"`
	Operation string    `json:"operation"`
	Step      string    `json:"step"`   // what the intruder does, in words
	Technique string    `json:"attack"` // ATT&CK technique id
}

// Truth returns the planted events of the story in the order of the script.
func (s Story) Truth() ([]Step, error) {
	text, err := fs.ReadFile(s.FS, "truth.jsonl")
	if err != nil {
		return nil, err
	}
	var steps []Step
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var step Step
		if err := json.Unmarshal(lines.Bytes(), &step); err != nil {
			return nil, fmt.Errorf("read truth of %s: %w", s.Name, err)
		}
		steps = append(steps, step)
	}
	return steps, lines.Err()
}
