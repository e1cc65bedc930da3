package awstest

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Proxy stands between a client and a server and injects faults by rule. It passes
// the Host header on, so that signatures stay right.
type Proxy struct {
	URL string

	next *httputil.ReverseProxy
	done chan struct{}

	mu    sync.Mutex
	rules []*rule
	seen  []Request
}

// Request is what the proxy remembers of a request.
type Request struct {
	Line   string // "GET /bucket/key?query"
	Asked  string // the line, and the operation where the protocol has it elsewhere
	Header http.Header
}

// asked is what rules look at: the line, and of the services that are all asked at one
// path the operation and its parameters.
func asked(line string, r *http.Request) string {
	kind := r.Header.Get("Content-Type")
	if r.Body == nil || !strings.HasPrefix(kind, "application/x-www-form-urlencoded") && !strings.HasPrefix(kind, "application/x-amz-json") {
		return line
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return line // who sends half a request is told so by the server
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return line + "\n" + r.Header.Get("X-Amz-Target") + "\n" + string(body)
}

type rule struct {
	match       string
	skip, times int
	fault       Fault
}

// Fault answers a request in the server's stead. server returns what the server itself
// would have answered, for faults that only spoil that.
type Fault func(w http.ResponseWriter, server func() *httptest.ResponseRecorder)

// NewProxy starts a proxy in front of the server at target.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{done: make(chan struct{})}
	p.next = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
		},
		ErrorLog: log.New(io.Discard, "", 0), // clients that hang up are what tests are about
	}
	server := httptest.NewServer(p)
	p.URL = server.URL
	t.Cleanup(func() {
		close(p.done) // lets go of whatever hangs
		server.Close()
	})
	return p
}

// On spoils the requests whose line ("GET /bucket/key?query") contains match, or whose
// operation and parameters do where a service has them in header and body
// ("Action=AssumeRole", ".ListAccounts"): all of them with times 0, else that many, after
// the first skip of them. The first rule that applies is taken.
func (p *Proxy) On(match string, skip, times int, fault Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(p.rules, &rule{match: match, skip: skip, times: times, fault: fault})
}

// Requests returns the requests so far whose line contains match.
func (p *Proxy) Requests(match string) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []Request
	for _, r := range p.seen {
		if strings.Contains(r.Line, match) {
			found = append(found, r)
		}
	}
	return found
}

// Reset forgets rules and requests.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules, p.seen = nil, nil
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := r.Method + " " + r.URL.RequestURI()
	fault := p.take(Request{Line: line, Asked: asked(line, r), Header: r.Header.Clone()})
	if fault == nil {
		p.next.ServeHTTP(w, r)
		return
	}
	fault(w, func() *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		p.next.ServeHTTP(rec, r)
		return rec
	})
}

func (p *Proxy) take(r Request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, r)
	for _, rule := range p.rules {
		if !strings.Contains(r.Asked, rule.match) {
			continue
		}
		if rule.skip > 0 {
			rule.skip--
			continue
		}
		if rule.times < 0 {
			continue
		}
		if rule.times > 0 {
			if rule.times--; rule.times == 0 {
				rule.times = -1
			}
		}
		return rule.fault
	}
	return nil
}

// Refuse answers with an error as S3 words it.
func Refuse(status int, code, message string) Fault {
	return Answer(status, "application/xml", fmt.Sprintf(
		`<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message><RequestId>1</RequestId></Error>`, code, message))
}

// SlowDown is how S3 asks for patience.
func SlowDown() Fault {
	return Refuse(http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
}

// InternalError is how S3 says that it is ill.
func InternalError() Fault {
	return Refuse(http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again.")
}

// LoginPage answers as a captive portal does: 200 and a page.
func LoginPage() Fault {
	return Answer(http.StatusOK, "text/html", "<html><head><title>Sign in</title></head><body><p>Welcome</p></body></html>")
}

// Answer answers with a body of any kind.
func Answer(status int, contentType, body string) Fault {
	return AnswerWith(status, contentType, body, nil)
}

// AnswerWith is [Answer] with more of a header.
func AnswerWith(status int, contentType, body string, header http.Header) Fault {
	return func(w http.ResponseWriter, _ func() *httptest.ResponseRecorder) {
		maps.Copy(w.Header(), header)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// Hang takes the request and never answers.
func (p *Proxy) Hang() Fault {
	return func(http.ResponseWriter, func() *httptest.ResponseRecorder) { <-p.done }
}

// HangAfter sends n bytes of the body and then nothing, leaving the line open.
func (p *Proxy) HangAfter(n int) Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		conn := begin(w, server(), n)
		defer conn.Close()
		<-p.done
	}
}

// CutAfter closes the connection in order after n bytes of the body, although more
// were announced.
func CutAfter(n int) Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		begin(w, server(), n).Close()
	}
}

// ResetAfter tears the connection after n bytes of the body.
func ResetAfter(n int) Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		conn := begin(w, server(), n)
		if tcp, ok := conn.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		conn.Close()
	}
}

// Shorten answers well-formed with only the first n bytes of the body.
func Shorten(n int) Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		rec := server()
		for name, values := range rec.Header() {
			// A checksum would give the lie away before the length is looked at.
			if !strings.HasPrefix(name, "X-Amz-Checksum") {
				w.Header()[name] = values
			}
		}
		body := rec.Body.Bytes()[:min(n, rec.Body.Len())]
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.WriteHeader(rec.Code)
		w.Write(body)
	}
}

// Header adds a field to the header of the server's answer.
func Header(name, value string) Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		rec := server()
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set(name, value)
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	}
}

// Corrupt answers with the body's last byte changed.
func Corrupt() Fault {
	return func(w http.ResponseWriter, server func() *httptest.ResponseRecorder) {
		rec := server()
		maps.Copy(w.Header(), rec.Header())
		body := slices.Clone(rec.Body.Bytes())
		body[len(body)-1] ^= 0x01
		w.WriteHeader(rec.Code)
		w.Write(body)
	}
}

// begin sends the head of the answer and n bytes of its body by hand.
func begin(w http.ResponseWriter, rec *httptest.ResponseRecorder, n int) net.Conn {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", rec.Code, http.StatusText(rec.Code))
	rec.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
	rec.Header().Write(&head)
	head.WriteString("\r\n")
	head.Write(rec.Body.Bytes()[:min(n, rec.Body.Len())])
	conn.Write(head.Bytes())
	return conn
}
