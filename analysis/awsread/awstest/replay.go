package awstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"golang.org/x/tools/txtar"
)

// Answers are the answers of AWS to the operations of a test, as a txtar file keeps
// them: a section an answer, named "IAM.GetUser", "IAM.GetUser 2" for the second answer
// to the same operation, and so on; the last one is repeated. Its first line is the
// HTTP status and the content type, the rest the body.
//
// They stand in the place of the network, so that the SDK signs, sends, reads and
// tries again as it does with AWS.
type Answers struct {
	t testing.TB

	mu    sync.Mutex
	all   map[string][]answer
	made  []string
	asked map[string]int
	// Otherwise answers operations without a section; nil fails the test.
	Otherwise http.RoundTripper
}

type answer struct {
	status int
	kind   string
	body   string
}

// Replay answers with the sections of files whose names begin with prefix, which is cut.
func Replay(t testing.TB, files []txtar.File, prefix string) *Answers {
	t.Helper()
	a := &Answers{t: t, all: map[string][]answer{}, asked: map[string]int{}}
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name, prefix)
		if !ok || !strings.Contains(name, ".") || strings.HasSuffix(name, ".json") || strings.Contains(name, "/") {
			continue
		}
		operation := name // ListFindingsV2 is one, "ListFindingsV2 2" the second answer to it
		if i := strings.LastIndexByte(name, ' '); i >= 0 && strings.Trim(name[i:], " 0123456789") == "" {
			operation = name[:i]
		}
		head, body, _ := strings.Cut(string(f.Data), "\n")
		status, kind, _ := strings.Cut(head, " ")
		code, err := strconv.Atoi(status)
		if err != nil {
			t.Fatalf("%s: the first line is the status and the content type, not %q", f.Name, head)
		}
		a.all[operation] = append(a.all[operation], answer{code, kind, strings.TrimRight(body, "\n")})
	}
	return a
}

// Made are the operations so far, sorted, each once, as "IAM:GetUser".
func (a *Answers) Made() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := slices.Clone(a.made)
	slices.Sort(all)
	return slices.Compact(all)
}

// RoundTrip implements [http.RoundTripper].
func (a *Answers) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := operationOf(r)
	a.mu.Lock()
	answers, n := a.all[operation], a.asked[operation]
	a.asked[operation]++
	a.made = append(a.made, strings.Replace(operation, ".", ":", 1))
	a.mu.Unlock()
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	if len(answers) == 0 {
		if a.Otherwise != nil {
			return a.Otherwise.RoundTrip(r)
		}
		a.t.Errorf("no answer is recorded for %s (%s %s)", operation, r.Method, r.URL)
		return nil, fmt.Errorf("no answer to %s", operation)
	}
	return respond(r, answers[min(n, len(answers)-1)]), nil
}

func operationOf(r *http.Request) string {
	return awsmiddleware.GetServiceID(r.Context()) + "." + awsmiddleware.GetOperationName(r.Context())
}

func respond(r *http.Request, a answer) *http.Response {
	id := []string{"00000000-0000-4000-8000-000000000000"}
	header := http.Header{"X-Amzn-Requestid": id, "X-Amz-Request-Id": id} // the second is S3's
	if a.kind != "" {
		header.Set("Content-Type", a.kind)
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}
}

// Refusal answers every operation with an error, in the form of the service's protocol.
type Refusal struct {
	Status        int
	Code, Message string
	// Action, if set, words the message as IAM does, for each operation.
	Action func(operation string) string
}

// RoundTrip implements [http.RoundTripper].
func (f Refusal) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := operationOf(r)
	service, _, _ := strings.Cut(operation, ".")
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	message := f.Message
	if f.Action != nil {
		message = "User: arn:aws:sts::111122223333:assumed-role/ir-readonly/trailbench is not authorized to perform: " +
			f.Action(strings.Replace(operation, ".", ":", 1)) + " because no identity-based policy allows it"
	}
	quoted, _ := json.Marshal(message)
	a := answer{status: f.Status}
	switch {
	case service == "EC2":
		a.kind = "text/xml"
		a.body = "<Response><Errors><Error><Code>" + f.Code + "</Code><Message>" + message + "</Message></Error></Errors><RequestID>1</RequestID></Response>"
	case service == "S3":
		a.kind = "application/xml"
		a.body = "<Error><Code>" + f.Code + "</Code><Message>" + message + "</Message></Error>"
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"), service == "Route 53", service == "S3 Control":
		a.kind = "text/xml"
		a.body = "<ErrorResponse><Error><Type>Sender</Type><Code>" + f.Code + "</Code><Message>" + message + "</Message></Error><RequestId>1</RequestId></ErrorResponse>"
	default:
		a.kind = "application/json"
		a.body = `{"__type":"` + f.Code + `","message":` + string(quoted) + `}`
	}
	response := respond(r, a)
	response.Header.Set("X-Amzn-Errortype", f.Code)
	return response, nil
}

// Recorder passes requests on and keeps the answers, to be replayed later.
type Recorder struct {
	Next http.RoundTripper

	mu    sync.Mutex
	files []txtar.File
	asked map[string]int
}

// RoundTrip implements [http.RoundTripper].
func (c *Recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := operationOf(r)
	response, err := c.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil {
		c.asked = map[string]int{}
	}
	c.asked[operation]++
	name := operation
	if n := c.asked[operation]; n > 1 {
		name += " " + strconv.Itoa(n)
	}
	text := fmt.Sprintf("%d %s\n%s\n", response.StatusCode, response.Header.Get("Content-Type"), bytes.TrimSpace(body))
	c.files = append(c.files, txtar.File{Name: name, Data: []byte(text)})
	return response, nil
}

// Files are the answers so far, as sections of a txtar file.
func (c *Recorder) Files() []txtar.File {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.files)
}
