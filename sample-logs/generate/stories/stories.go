// Package stories writes the attacks of the sample logs: each is a script of calls,
// event by event as public incident reports tell them, among the ordinary noise of
// the account that package synth makes.
//
// The records carry no mark. What was planted, and why, goes into the story's
// truth.jsonl; what it means is told in the README of the sample logs.
package stories

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// Story is one incident. Name is its folder.
type Story struct {
	Name string
	play func(*script)
}

// All lists the stories, in the order in which to read them.
func All() []Story {
	return []Story{
		{"leaked-key-to-admin", leakedKey},
		{"stolen-instance-credentials", stolenInstanceCredentials},
		{"s3-ransom", s3Ransom},
		{"console-phishing-to-persistence", consolePhishing},
		{"crypto-mining-across-regions", cryptoMining},
		{"snapshot-sharing-logging-off", snapshotSharing},
	}
}

// Truth is one line of truth.jsonl: an event that belongs to the attack.
type Truth struct {
	EventID   string `json:"event_id"`
	EventTime string `json:"event_time"`
	Operation string `json:"operation"`
	Step      string `json:"step"`
	Technique string `json:"attack"`
}

// Build makes the story's files by path, always the same.
func (s Story) Build(ctx context.Context) (map[string][]byte, error) {
	p := newScript(s.Name)
	s.play(p)
	p.options.Plant = p.planted
	files := map[string][]byte{}
	var delivered []synth.File
	_, err := synth.Write(ctx, p.options, func(f synth.File) error {
		f.Body, f.JSON = slices.Clone(f.Body), slices.Clone(f.JSON)
		files[f.Key] = f.Body
		delivered = append(delivered, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", s.Name, err)
	}
	for _, extra := range p.extras {
		key, body, err := extra(delivered)
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", s.Name, err)
		}
		files[key] = body
	}
	var truth bytes.Buffer
	enc := json.NewEncoder(&truth)
	enc.SetEscapeHTML(false)
	for _, t := range p.truth {
		if err := enc.Encode(t); err != nil {
			return nil, err
		}
	}
	files["truth.jsonl"] = truth.Bytes()
	return files, nil
}

// company is the seed of what the accounts own. It is the same in every story, so
// that all of them put together are one company over some days.
const company = 20260115

// script writes down what happens in a story while its clock moves on.
type script struct {
	random  synth.Random
	options synth.Options
	now     time.Time
	steps   [2]int // seconds between two calls of the attacker
	planted []synth.Record
	truth   []Truth
	extras  []func([]synth.File) (key string, body []byte, err error)
}

func newScript(name string) *script {
	r := synth.NewRandom(company, name)
	return &script{
		random: r,
		steps:  [2]int{2, 14},
		options: synth.Options{
			Seed: r.Uint64(), Company: company, Profile: synth.ProfileSmall, PerHour: 1,
			Regions: []string{"us-east-1", "eu-west-1"},
		},
	}
}

// at sets the clock: "2026-01-16 02:11:07".
func (p *script) at(clock string) {
	t, err := time.Parse(time.DateTime, clock)
	if err != nil {
		panic(err) // the scripts are constants of this package
	}
	p.now = t
}

// wait lets some seconds pass.
func (p *script) wait(from, to int) {
	p.now = p.now.Add(time.Duration(from+p.random.IntN(to-from+1)) * time.Second)
}

// pace sets how many seconds the attacker takes from one call to the next.
func (p *script) pace(from, to int) { p.steps = [2]int{from, to} }

// who is somebody with credentials at an address.
type who struct {
	identity       synth.Identity
	address, agent string
	console        bool
	endpoint       string
}

func (w who) account() string { return w.identity.Account }

// from is the same credentials in other hands.
func (w who) from(address, agent string) who {
	w.address, w.agent = address, agent
	return w
}

// through is a service calling on behalf of w.
func (w who) through(service string) who {
	w.identity.InvokedBy = service
	w.address, w.agent, w.endpoint, w.console = service, service, "", false
	return w
}

// call is one API call. JSON fields are written as they are.
type call struct {
	op         string
	region     string // us-east-1 when empty
	request    string
	response   string
	additional string
	resources  string
	details    string // serviceEventDetails
	code       string
	message    string
	account    string // that records it; the caller's when empty
	data       bool
	kind       string // eventType
	shared     synth.UUID
	requestID  string
}

// refused is the call denied for lack of permission.
func (c call) refused(w who) call {
	service, name := split(c.op)
	c.code, c.message = synth.Denied(service+".amazonaws.com", name, w.identity.ARN)
	c.response = ""
	return c
}

// ordinary records a call that is part of no attack.
func (p *script) ordinary(w who, c call) synth.UUID {
	service, _ := split(c.op)
	region := c.region
	if region == "" {
		region = "us-east-1"
	}
	e := synth.NewEvent(p.random, c.op, region)
	c = p.filled(c, e.Region)
	e.Identity = w.identity.Append(nil)
	e.Time = p.now.Unix()
	e.Address, e.Agent, e.Endpoint, e.FromConsole = w.address, w.agent, w.endpoint, w.console
	e.ErrorCode, e.ErrorMessage = c.code, c.message
	e.Request, e.Response = []byte(c.request), []byte(c.response)
	e.Additional, e.Resources, e.ServiceDetails = []byte(c.additional), []byte(c.resources), []byte(c.details)
	e.Account, e.Shared, e.Type = w.account(), c.shared, c.kind
	if c.account != "" {
		e.Account = c.account
	}
	if c.requestID != "" {
		e.RequestID = []byte(c.requestID)
	}
	if service == "s3" {
		e.Agent = "[" + w.agent + "]"
	}
	if w.identity.InvokedBy != "" || c.kind == "AwsServiceEvent" {
		e.TLSHost = ""
	}
	if c.kind == "AwsServiceEvent" || c.kind == "AwsConsoleSignIn" {
		e.RequestID = nil
	}
	if c.data {
		e.Category = "Data"
	}
	if !json.Valid(e.Append(nil)) {
		panic(fmt.Sprintf("%s: not JSON: %s", c.op, e.Append(nil)))
	}
	p.planted = append(p.planted, synth.Record{
		Time: p.now, Account: e.Account, Region: e.Region, Data: c.data, JSON: e.Append(nil),
	})
	return e.ID
}

// attack records a call of the attacker and notes it in the truth, with the ATT&CK
// technique that it is an instance of.
func (p *script) attack(w who, c call, technique, step string) {
	id := p.ordinary(w, c)
	p.truth = append(p.truth, Truth{
		EventID: id.String(), EventTime: p.now.Format(time.RFC3339), Operation: c.op, Step: step, Technique: technique,
	})
	p.wait(p.steps[0], p.steps[1])
}
