package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
)

// job is work in the background that outlives screens: sync, ingest, detections.
type job struct {
	Job
	cancel  context.CancelFunc
	steps   chan JobProgress // holds the latest one only
	latest  JobProgress
	started time.Time
}

// jobStepMsg says that a job went on.
type jobStepMsg struct {
	job      *job
	progress JobProgress
}

// jobDoneMsg says that a job ended.
type jobDoneMsg struct {
	job    *job
	result JobResult
	err    error
}

// startJob begins a job. One runs at a time.
func (m *Model) startJob(j Job) tea.Cmd {
	if m.job != nil {
		m.say("the " + m.job.Kind.noun() + " is still running; ctrl+c stops it")
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	run := &job{Job: j, cancel: cancel, steps: make(chan JobProgress, 1), started: m.now()}
	run.latest = JobProgress{Kind: j.Kind, Started: run.started}
	m.job = run
	m.say(begun(j.Kind))
	b := m.backend
	work := func() tea.Msg {
		defer cancel()
		if !m.site.begin() {
			return nil
		}
		defer m.site.done()
		result, err := b.Run(ctx, j, run.report)
		close(run.steps)
		return jobDoneMsg{job: run, result: result, err: err}
	}
	return tea.Batch(work, run.wait(), m.tick(slowMsg{}))
}

func begun(k JobKind) string {
	switch k {
	case JobDetect:
		return "the detections run; keep working"
	case JobLook:
		return "asking AWS, reads only; keep working · ctrl+c stops it"
	case JobPosture:
		return "the posture checks run; keep working"
	}
	return "the " + string(k) + " has begun; keep working, events appear as they come"
}

// noun is a kind of job in a sentence.
func (k JobKind) noun() string {
	switch k {
	case JobLook:
		return "look-up"
	case JobPosture:
		return "posture run"
	}
	return string(k)
}

// report keeps the latest progress where the screen fetches it, and never waits.
func (j *job) report(p JobProgress) {
	for {
		select {
		case j.steps <- p:
			return
		default:
		}
		select {
		case <-j.steps:
		default:
		}
	}
}

// wait fetches the next progress, ten times a second at most.
func (j *job) wait() tea.Cmd {
	return func() tea.Msg {
		p, ok := <-j.steps
		if !ok {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
		return jobStepMsg{job: j, progress: p}
	}
}

func (m *Model) jobStep(msg jobStepMsg) tea.Cmd {
	if m.job != msg.job {
		return nil
	}
	before := msg.job.latest
	msg.job.latest = msg.progress
	cmds := []tea.Cmd{msg.job.wait(), m.tell(msg)}
	// New events appear while they come in, but not more often than one can look.
	if msg.progress.Ingest.Events > before.Ingest.Events && m.now().Sub(m.refreshed) > 5*time.Second {
		m.refreshed = m.now()
		cmds = append(cmds, m.refreshInfo(), m.tell(evidenceChangedMsg{}))
	}
	return tea.Batch(cmds...)
}

func (m *Model) jobDone(msg jobDoneMsg) tea.Cmd {
	if m.job != msg.job {
		return nil
	}
	m.job = nil
	m.lastJob = &msg
	switch {
	case errors.Is(msg.err, context.Canceled) && msg.job.Kind == JobLook:
		m.say("the look-up was stopped; " + m.keys.key(actLive) + " asks anew")
	case errors.Is(msg.err, context.Canceled):
		m.say("the " + msg.job.Kind.noun() + " was stopped; what was committed stays, run it again to go on")
	case msg.err != nil:
		m.complain(fmt.Errorf("%s: %w", msg.job.Kind.noun(), msg.err))
	default:
		m.say(msg.result.Summary)
	}
	var next tea.Cmd
	switch msg.job.Kind {
	case JobLook, JobPosture:
		m.history.forget()
		if msg.err == nil && msg.job.Kind == JobLook && len(msg.job.Keys) == 0 {
			// What the checks need was looked up for the checks.
			next = m.startJob(Job{Kind: JobPosture})
		}
	}
	return tea.Batch(m.refreshInfo(), m.tell(msg), m.tell(evidenceChangedMsg{}), next)
}

// share is how much of a job is done, where that can be said.
func (j *job) share(time.Time) (float64, bool) {
	p := j.latest
	switch {
	case p.Total > 0:
		return float64(p.Done) / float64(p.Total), true
	case p.Ingest.ListingDone && p.Ingest.BytesTotal > 0:
		return float64(p.Ingest.BytesDone) / float64(p.Ingest.BytesTotal), true
	}
	return 0, false
}

// word is a job in a few words, for the title line.
func (j *job) word(now time.Time) string {
	p := j.latest
	switch {
	case j.Kind == JobLook && p.Total > 0:
		return fmt.Sprintf("L %d/%d", p.Done, p.Total)
	case j.Kind == JobPosture && p.Total > 0:
		return fmt.Sprintf("R %d/%d checks", p.Done, p.Total)
	case p.Total > 0:
		return fmt.Sprintf("R %d/%d detections", p.Done, p.Total)
	case j.Kind == JobLook || j.Kind == JobPosture:
		return "▶ " + j.Kind.noun()
	}
	text := "▶ " + string(j.Kind)
	if share, ok := j.share(now); ok {
		text += fmt.Sprintf(" %.0f %%", share*100)
		if left, ok := p.Ingest.Left(now); ok {
			text += "  " + shortDuration(left) + " left"
		}
		return text
	}
	if n := p.Ingest.Listed; n > 0 {
		return text + " " + plural(n, "object")
	}
	return text
}

func shortDuration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes())+1)
	}
	return fmt.Sprintf("%dh", int(d.Hours())+1)
}
