package synth

// record makes one record of the call in progress.
func (g *generator) record(o *operation, r *routine) {
	c, b := &g.call, &g.scratch
	c.reset()
	if o.global {
		c.region = "us-east-1"
	}
	s := c.session
	e := Event{
		Version: o.version, Identity: s.identity, Time: c.time, Source: o.source, Name: o.event, Region: c.region,
		Address: s.address, Agent: agentFor(o, s.agent), ReadOnly: o.readOnly, Type: o.kind, APIVersion: o.api, Account: c.account.id,
		ID: g.random.UUID(),
	}
	if o.isS3 {
		b.id = g.random.letters(b.id[:0], base32, 16)
	} else {
		b.id = g.random.UUID().append(b.id[:0])
	}
	e.RequestID = b.id
	if o.data {
		e.Category = "Data"
	}
	b.request = c.fill(b.request[:0], o.requestT)
	e.Request = b.request
	b.resources = c.fill(b.resources[:0], o.resourcesT)
	e.Resources = b.resources
	b.additional = c.fill(b.additional[:0], o.additionT)
	e.Additional = b.additional
	if o.kind != "" {
		b.details = c.fill(b.details[:0], o.detailsT)
		e.ServiceDetails = b.details
		e.RequestID = nil
		e.Address, e.Agent = o.source, o.source
	}

	byHand := true // not made by a service
	switch {
	case r.via != "":
		b.identity = append(b.identity[:0], s.identity[:len(s.identity)-1]...)
		if c.actor.kind != byLinked {
			b.identity = append(append(append(b.identity, `,"invokedBy":"`...), r.via...), '"')
		}
		e.Identity = append(b.identity, '}')
		e.Address, e.Agent = r.via, r.via
		byHand = false
	case c.actor.kind == byService, c.actor.kind == byNameless, c.actor.kind == byLinked, c.actor.kind == byRecorder:
		byHand = false
	case s.console && g.random.IntN(6) == 0:
		e.Address, e.Agent = "AWS Internal", "AWS Internal"
		byHand = false
	}
	switch c.actor.kind {
	case byService, byPartner:
		e.Shared = g.random.UUID()
	case byInstance:
		if byHand {
			e.Endpoint = c.actor.endpoint
		}
	}
	if byHand && o.kind == "" {
		e.TLSHost = g.host(o, c)
	}
	e.FromConsole = s.console

	if !g.refuse(o, r, &e) {
		b.response = c.fill(b.response[:0], o.responseT)
		e.Response = b.response
	}
	g.emit(&e, c.account, o.data)
}

func (g *generator) host(o *operation, c *call) string {
	key := [2]string{o.source, c.region}
	h, ok := g.hosts[key]
	if !ok {
		h = host(o.source, c.region)
		g.hosts[key] = h
	}
	return h
}

// refuse decides whether the call fails, and how its service says so.
func (g *generator) refuse(o *operation, r *routine, e *Event) bool {
	x := g.random.Float64()
	if x >= r.failure {
		if o.missing == "" || g.random.IntN(12) > 0 {
			return false
		}
		e.ErrorCode, e.ErrorMessage = o.missing, "The specified configuration does not exist."
		return true
	}
	if r.failure < 0.5 && g.random.IntN(3) > 0 {
		e.ErrorCode, e.ErrorMessage = "ThrottlingException", "Rate exceeded"
		if o.source == "ec2.amazonaws.com" {
			e.ErrorCode, e.ErrorMessage = "Client.RequestLimitExceeded", "Request limit exceeded."
		}
		return true
	}
	e.ErrorCode, e.ErrorMessage = Denied(o.source, o.event, g.call.session.arn)
	return true
}
