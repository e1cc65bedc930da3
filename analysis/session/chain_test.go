package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// events is a [Lookup] over decoded events, as the store is over its tables.
type events struct {
	rows []Row
	uses []Use
}

func lookupOf(list ...*analysis.Event) *events {
	l := &events{}
	uses := map[string]*Use{}
	var order []string
	for _, e := range list {
		when := time.UnixMicro(e.EventTime).UTC()
		if s := Of(e); s != nil {
			l.rows = append(l.rows, Row{
				EventID: e.EventID, SharedEventID: e.SharedEventID, Time: when, AccountID: e.AccountID, Region: e.Region,
				Operation: e.Operation, Session: *s, IdentityType: e.IdentityType, PrincipalARN: e.PrincipalARN,
				CallerAccountID: e.CallerAccountID, InvokedBy: e.InvokedBy,
			})
		}
		if e.AccessKeyID == "" {
			continue
		}
		u := uses[e.AccessKeyID]
		if u == nil {
			u = &Use{Key: e.AccessKeyID, IdentityType: e.IdentityType, IdentityARN: e.IdentityARN, PrincipalARN: e.PrincipalARN, AccountID: e.CallerAccountID, SourceIdentity: e.SourceIdentity, First: when, Last: when}
			u.SignInSession = text(e.UserIdentity, "sessionContext", "signInSessionArn")
			if e.SessionCreated != 0 {
				u.Created = time.UnixMicro(e.SessionCreated).UTC()
			}
			uses[u.Key] = u
			order = append(order, u.Key)
		}
		u.Events++
		u.Last = when
	}
	for _, key := range order {
		l.uses = append(l.uses, *uses[key])
	}
	return l
}

func (l *events) Sessions(_ context.Context, by Field, values []string) ([]Row, error) {
	var out []Row
	for _, r := range l.rows {
		is := map[Field]string{
			ByIssuedKey: r.IssuedKey, ByParentKey: r.ParentKey, BySessionARN: r.SessionARN,
			BySignInSession: r.SignInSession, BySourceIdentity: r.SourceIdentity, BySharedEvent: r.SharedEventID,
		}[by]
		if is != "" && slices.Contains(values, is) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (l *events) Uses(_ context.Context, by Field, values []string) ([]Use, error) {
	var out []Use
	for _, u := range l.uses {
		is := map[Field]string{ByAccessKey: u.Key, ByIdentityARN: u.IdentityARN}[by]
		if is != "" && slices.Contains(values, is) {
			out = append(out, u)
		}
	}
	return out, nil
}

var _ Lookup = (*events)(nil)

// Keys of the tests, readable in what they print.
func asia(name string) string { return "ASIA" + strings.ToUpper(name) }

// at makes an event at a minute of 2026-01-15 12:00 UTC.
func at(t *testing.T, minute int, operation, fields string) *analysis.Event {
	t.Helper()
	service, name, _ := strings.Cut(operation, ":")
	return parse(t, fmt.Sprintf(`{"eventID":"%s-%d","eventTime":"%s","eventSource":"%s.amazonaws.com","eventName":"%s","awsRegion":"us-east-1","recipientAccountId":"111122223333",%s}`,
		name, minute, clock(minute), service, name, fields))
}

func clock(minute int) string {
	return time.Date(2026, 1, 15, 12, minute, 0, 0, time.UTC).Format(time.RFC3339)
}

// assume is an AssumeRole that issues a key for role/session of an account.
func assume(caller, account, role, session, issued string) string {
	return fmt.Sprintf(`"userIdentity":%s,"requestParameters":{"roleArn":"arn:aws:iam::%[2]s:role/%[3]s","roleSessionName":"%[4]s"},
		"responseElements":{"credentials":{"accessKeyId":"%[5]s","expiration":"Jan 15, 2026, 11:00:00 PM"},"assumedRoleUser":{"arn":"arn:aws:sts::%[2]s:assumed-role/%[3]s/%[4]s"}}`,
		caller, account, role, session, issued)
}

const (
	longKey = "AKIAIOSFODNN7EXAMPLE"
	alice   = `{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"` + longKey + `"}`
)

// inRole is the identity of a role session with a key, begun at a minute.
func inRole(account, role, session, key string, created int) string {
	return fmt.Sprintf(`{"type":"AssumedRole","arn":"arn:aws:sts::%[1]s:assumed-role/%[2]s/%[3]s","accountId":"%[1]s","accessKeyId":"%[4]s","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::%[1]s:role/%[2]s"},"attributes":{"creationDate":"%[5]s"}}}`,
		account, role, session, key, clock(created))
}

// draw prints a tree, a link a line: proof and what it is.
func draw(l *Link) string {
	var b strings.Builder
	var walk func(*Link, int)
	walk = func(l *Link, depth int) {
		b.WriteString(strings.Repeat("  ", depth))
		if l.Proof != "" {
			b.WriteString("[" + string(l.Proof) + "] ")
		}
		if l.Asked {
			b.WriteString("*")
		}
		b.WriteString(l.Key)
		if l.Key == "" {
			b.WriteString(l.Identity)
		}
		var ids []string
		for _, r := range l.Rows {
			ids = append(ids, r.EventID)
		}
		if ids != nil {
			b.WriteString(" " + strings.Join(ids, "+"))
		}
		b.WriteByte('\n')
		for _, c := range l.Children {
			walk(c, depth+1)
		}
	}
	walk(l, 0)
	return b.String()
}

func chainIs(t *testing.T, lookup Lookup, key, want string) *Tree {
	t.Helper()
	tree, err := Chain(context.Background(), lookup, key)
	if err != nil {
		t.Fatal(err)
	}
	want = strings.ReplaceAll(strings.TrimPrefix(want, "\n"), "\t", "")
	if got := draw(tree.Root); got != want {
		t.Errorf("chain of %s\n--- got\n%s--- want\n%s", key, got, want)
	}
	return tree
}

// A role chain over two accounts: both log the second call, one edge keeps both.
func TestChainTwoAccounts(t *testing.T) {
	shared := `"sharedEventID":"5b1a9d2c-0f5e-4a57-9a1e-9a1d6f0c0001",`
	caller := at(t, 2, "sts:AssumeRole", shared+assume(inRole("111122223333", "jump", "alice", asia("one"), 1), "444455556666", "app", "alice", asia("two")))
	owner := at(t, 2, "sts:AssumeRole", shared+assume(`{"type":"AWSAccount","accountId":"111122223333"}`, "444455556666", "app", "alice", asia("two")))
	owner.EventID, owner.AccountID = "Owner-2", "444455556666"
	lookup := lookupOf(
		owner,
		at(t, 1, "sts:AssumeRole", assume(alice, "111122223333", "jump", "alice", asia("one"))),
		caller,
		at(t, 3, "sts:AssumeRole", assume(inRole("444455556666", "app", "alice", asia("two"), 2), "444455556666", "db", "x", asia("three"))),
		at(t, 4, "sts:AssumeRole", assume(inRole("444455556666", "app", "alice", asia("two"), 2), "444455556666", "db", "y", asia("four"))),
	)
	whole := `
	AKIAIOSFODNN7EXAMPLE
	  [issued key] %sASIAONE AssumeRole-1
	    [issued key] %sASIATWO AssumeRole-2+Owner-2
	      [issued key] ASIATHREE AssumeRole-3
	      [issued key] ASIAFOUR AssumeRole-4
`
	tree := chainIs(t, lookup, asia("one"), fmt.Sprintf(whole, "*", ""))
	if tree.Cut != "" || tree.Root.Identity != "arn:aws:iam::111122223333:user/alice" || tree.Root.Reason != "a long-term key" {
		t.Errorf("top: %+v, cut %q", tree.Root, tree.Cut)
	}
	chainIs(t, lookup, asia("two"), fmt.Sprintf(whole, "", "*"))
	chainIs(t, lookup, asia("four"), `
	AKIAIOSFODNN7EXAMPLE
	  [issued key] ASIAONE AssumeRole-1
	    [issued key] ASIATWO AssumeRole-2+Owner-2
	      [issued key] *ASIAFOUR AssumeRole-4
`)

	// Only the owner's account is in the case.
	tree = chainIs(t, lookupOf(owner), asia("two"), `
	111122223333
	  [record] *ASIATWO Owner-2
`)
	if !strings.Contains(tree.Root.Reason, "account 111122223333") {
		t.Errorf("reason %q", tree.Root.Reason)
	}
}

// The caller's copy lost its response: the owner's names the key.
func TestChainSharedEvent(t *testing.T) {
	shared := `"sharedEventID":"5b1a9d2c-0f5e-4a57-9a1e-9a1d6f0c0002",`
	lookup := lookupOf(
		at(t, 1, "sts:AssumeRole", shared+`"userIdentity":`+alice+`,"requestParameters":{"roleArn":"arn:aws:iam::444455556666:role/app","roleSessionName":"s"},"responseElements":null`),
		at(t, 2, "sts:AssumeRole", shared+assume(`{"type":"AWSAccount","accountId":"111122223333"}`, "444455556666", "app", "s", asia("one"))),
	)
	chainIs(t, lookup, asia("one"), `
	AKIAIOSFODNN7EXAMPLE
	  [shared event ID] *ASIAONE AssumeRole-1+AssumeRole-2
`)
	chainIs(t, lookup, longKey, `
	*AKIAIOSFODNN7EXAMPLE
	  [shared event ID] ASIAONE AssumeRole-1+AssumeRole-2
`)
}

// Console work: the sign-in names no key; the keys of the session begin at its time.
func TestChainConsole(t *testing.T) {
	console := fmt.Sprintf(`{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"%s","sessionContext":{"attributes":{"creationDate":"%s"}}}`, asia("console"), clock(1))
	lookup := lookupOf(
		at(t, 0, "signin:ConsoleLogin", `"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},"responseElements":{"ConsoleLogin":"Success"}`),
		at(t, 1, "signin:ConsoleLogin", `"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},"responseElements":{"ConsoleLogin":"Success"}`),
		at(t, 2, "iam:ListUsers", `"userIdentity":`+console),
		at(t, 3, "sts:AssumeRole", assume(console, "111122223333", "admin", "alice", asia("one"))),
	)
	chainIs(t, lookup, asia("one"), `
	arn:aws:iam::111122223333:user/alice ConsoleLogin-1
	  [creation time] ASIACONSOLE
	    [issued key] *ASIAONE AssumeRole-3
`)
	chainIs(t, lookup, asia("console"), `
	arn:aws:iam::111122223333:user/alice ConsoleLogin-1
	  [creation time] *ASIACONSOLE
	    [issued key] ASIAONE AssumeRole-3
`)
}

// GetFederationToken, then the console: the way of many intruders to a browser.
func TestChainFederation(t *testing.T) {
	helper := func(key string, created int) string {
		return fmt.Sprintf(`{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/helper","accountId":"111122223333","accessKeyId":"%s","sessionContext":{"attributes":{"creationDate":"%s"}}}`, key, clock(created))
	}
	token := func(minute int, key string) *analysis.Event {
		return at(t, minute, "sts:GetFederationToken", `"userIdentity":`+alice+`,"requestParameters":{"name":"helper"},
			"responseElements":{"credentials":{"accessKeyId":"`+key+`","expiration":"Jan 15, 2026, 11:00:00 PM"},"federatedUser":{"arn":"arn:aws:sts::111122223333:federated-user/helper"}}`)
	}
	lookup := lookupOf(
		token(1, asia("early")),
		token(5, asia("fed")),
		at(t, 6, "signin:GetSigninToken", `"userIdentity":`+helper(asia("fed"), 5)+`,"responseElements":{"credentials":{"accessKeyId":"`+asia("signin")+`"},"GetSigninToken":"Success"}`),
		at(t, 7, "signin:ConsoleLogin", `"userIdentity":{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/helper"},"responseElements":{"ConsoleLogin":"Success"}`),
		at(t, 8, "ec2:RunInstances", `"userIdentity":`+helper(asia("browser"), 7)),
		token(20, asia("late")),
	)
	chainIs(t, lookup, longKey, `
	*AKIAIOSFODNN7EXAMPLE
	  [issued key] ASIAEARLY GetFederationToken-1
	  [issued key] ASIAFED GetFederationToken-5
	    [issued key] ASIASIGNIN GetSigninToken-6
	      [session name] arn:aws:sts::111122223333:federated-user/helper ConsoleLogin-7
	        [creation time] ASIABROWSER
	  [issued key] ASIALATE GetFederationToken-20
`)
	chainIs(t, lookup, asia("browser"), `
	AKIAIOSFODNN7EXAMPLE
	  [issued key] ASIAFED GetFederationToken-5
	    [issued key] ASIASIGNIN GetSigninToken-6
	      [session name] arn:aws:sts::111122223333:federated-user/helper ConsoleLogin-7
	        [creation time] *ASIABROWSER
`)
}

func TestChainSAML(t *testing.T) {
	lookup := lookupOf(at(t, 1, "sts:AssumeRoleWithSAML", `"userIdentity":{"type":"SAMLUser","principalId":"idp:alice@example.com","userName":"alice@example.com"},
		"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/sso","roleSessionName":"alice@example.com"},
		"responseElements":{"subject":"alice@example.com","credentials":{"accessKeyId":"`+asia("saml")+`"},"assumedRoleUser":{"arn":"arn:aws:sts::111122223333:assumed-role/sso/alice@example.com"}}`),
		at(t, 2, "signin:ConsoleLogin", `"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/sso/alice@example.com"},"responseElements":{"ConsoleLogin":"Success"}`),
		at(t, 3, "s3:ListBuckets", `"userIdentity":`+inRole("111122223333", "sso", "alice@example.com", asia("web"), 2)),
		at(t, 9, "sts:AssumeRole", assume(`{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`, "111122223333", "app", "i-0123456789abcdef0", asia("instance"))),
	)
	chainIs(t, lookup, asia("web"), `
	alice@example.com
	  [record] ASIASAML AssumeRoleWithSAML-1
	    [session name] arn:aws:sts::111122223333:assumed-role/sso/alice@example.com ConsoleLogin-2
	      [creation time] *ASIAWEB
`)
	chainIs(t, lookup, asia("instance"), `
	ec2.amazonaws.com
	  [record] *ASIAINSTANCE AssumeRole-9
`)
}

// Inferred from less and less: the sign-in session, the session's name, the source
// identity.
func TestChainInferred(t *testing.T) {
	signIn := `"sessionContext":{"signInSessionArn":"arn:aws:signin:us-east-1:111122223333:session/1"}`
	lookup := lookupOf(
		at(t, 1, "signin:ConsoleLogin", `"userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root",`+signIn+`},"responseElements":{"ConsoleLogin":"Success"}`),
		at(t, 9, "iam:CreateUser", `"userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root","accessKeyId":"`+asia("root")+`",`+signIn+`}`),
	)
	chainIs(t, lookup, asia("root"), `
	arn:aws:iam::111122223333:root ConsoleLogin-1
	  [sign-in session] *ASIAROOT
`)

	lookup = lookupOf(
		at(t, 1, "sts:AssumeRole", assume(alice, "111122223333", "app", "deploy", asia("old"))),
		at(t, 5, "sts:AssumeRole", assume(alice, "111122223333", "app", "deploy", asia("new"))),
		at(t, 9, "s3:ListBuckets", `"userIdentity":`+inRole("111122223333", "app", "deploy", asia("other"), 8)),
	)
	chainIs(t, lookup, asia("other"), `
	AKIAIOSFODNN7EXAMPLE
	  [issued key] ASIANEW AssumeRole-5
	    [session name] *ASIAOTHER
`)

	identity := strings.Replace(inRole("111122223333", "app", "x", asia("far"), 8), `"attributes"`, `"sourceIdentity":"alice","attributes"`, 1)
	first := at(t, 1, "sts:AssumeRole", strings.Replace(assume(alice, "111122223333", "jump", "alice", asia("jump")), `"roleSessionName"`, `"sourceIdentity":"alice","roleSessionName"`, 1))
	chainIs(t, lookupOf(first, at(t, 9, "s3:ListBuckets", `"userIdentity":`+identity)), asia("far"), `
	AKIAIOSFODNN7EXAMPLE
	  [issued key] ASIAJUMP AssumeRole-1
	    [source identity] *ASIAFAR
`)
}

func TestChainBroken(t *testing.T) {
	// The session began before the logs do.
	lookup := lookupOf(at(t, 9, "s3:ListBuckets", `"userIdentity":`+inRole("111122223333", "app", "x", asia("orphan"), 1)))
	tree := chainIs(t, lookup, asia("orphan"), "\n\t*ASIAORPHAN\n")
	if !strings.Contains(tree.Root.Reason, "no event in the case issued this key") {
		t.Errorf("reason %q", tree.Root.Reason)
	}
	// A session that was over when the key was used is not where it came from.
	ended := at(t, 1, "sts:AssumeRole", strings.Replace(assume(alice, "111122223333", "app", "x", asia("ended")), "11:00:00 PM", "12:05:00 PM", 1))
	chainIs(t, lookupOf(ended, at(t, 9, "s3:ListBuckets", `"userIdentity":`+inRole("111122223333", "app", "x", asia("orphan"), 8))), asia("orphan"), "\n\t*ASIAORPHAN\n")

	_, err := Chain(context.Background(), lookup, "AKIAI44QH8DHBEXAMPLE")
	if !errors.Is(err, analysis.ErrNotFound) || len(analysis.Hints(err)) == 0 {
		t.Errorf("error %v, hints %v", err, analysis.Hints(err))
	}
}

// Circles and endless chains are no more than a hostile log, and must end.
func TestChainEnds(t *testing.T) {
	circle := lookupOf(
		at(t, 1, "sts:AssumeRole", assume(inRole("111122223333", "b", "s", asia("b"), 0), "111122223333", "a", "s", asia("a"))),
		at(t, 2, "sts:AssumeRole", assume(inRole("111122223333", "a", "s", asia("a"), 0), "111122223333", "b", "s", asia("b"))),
	)
	tree := chainIs(t, circle, asia("a"), `
	*ASIAA AssumeRole-1
	  [issued key] ASIAB AssumeRole-2
`)
	if tree.Cut == "" {
		t.Error("a circle is not said to be one")
	}

	var long []*analysis.Event
	for i := range 100 {
		long = append(long, at(t, i, "sts:AssumeRole", assume(inRole("111122223333", "r", "s", fmt.Sprintf("ASIA%03d", i), 0), "111122223333", "r", "s", fmt.Sprintf("ASIA%03d", i+1))))
	}
	tree, err := Chain(context.Background(), lookupOf(long...), "ASIA050")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(draw(tree.Root), "\n"); n != 2*maxDepth+1 || tree.Cut == "" {
		t.Errorf("%d links, cut %q", n, tree.Cut)
	}
}

// failing is a lookup that breaks at its n-th question.
type failing struct {
	Lookup
	left int
}

var errBroken = errors.New("broken")

func (f *failing) Sessions(ctx context.Context, by Field, values []string) ([]Row, error) {
	if f.left--; f.left < 0 {
		return nil, errBroken
	}
	return f.Lookup.Sessions(ctx, by, values)
}

func (f *failing) Uses(ctx context.Context, by Field, values []string) ([]Use, error) {
	if f.left--; f.left < 0 {
		return nil, errBroken
	}
	return f.Lookup.Uses(ctx, by, values)
}

func TestChainError(t *testing.T) {
	lookup := lookupOf(
		at(t, 1, "sts:AssumeRole", assume(alice, "111122223333", "jump", "alice", asia("one"))),
		at(t, 2, "sts:AssumeRole", assume(inRole("111122223333", "jump", "alice", asia("one"), 1), "111122223333", "app", "alice", asia("two"))),
	)
	for n := 0; ; n++ {
		f := &failing{lookup, n}
		_, err := Chain(context.Background(), f, asia("one"))
		if f.left >= 0 {
			return // as many questions as it takes
		}
		if !errors.Is(err, errBroken) {
			t.Fatalf("question %d failed, and the error is %v", n, err)
		}
	}
}
