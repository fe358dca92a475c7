package awsapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"guise/internal/loopback"
	"guise/internal/secret"
	"guise/session"
)

// recorded is a request as a server sees it.
type recorded struct {
	form             url.Values
	path, credential string
	securityT        string
}

// recorder answers nothing that anybody understands, and keeps the first request.
func recorder(t *testing.T) (address string, first func() recorded) {
	t.Helper()
	var kept atomic.Pointer[recorded]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		parts := strings.Split(r.Header.Get("Authorization"), ", ")
		got := recorded{form: form, path: r.URL.Path, securityT: r.Header.Get("X-Amz-Security-Token")}
		if len(parts) == 3 {
			credential := strings.Split(parts[0], "/") // …/DATE/REGION/SERVICE/aws4_request
			got.credential = strings.Join(append(credential[:1:1], credential[2:]...), "/")
		}
		kept.CompareAndSwap(nil, &got)
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() recorded {
		if got := kept.Load(); got != nil {
			return *got
		}
		t.Error("no request")
		return recorded{}
	}
}

// TestAsTheSDK: what guise sends to STS is what the SDK's own client sends.
func TestAsTheSDK(t *testing.T) {
	link := session.Link{
		Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/a/b", PrincipalARN: "arn:aws:iam::111111111111:saml-provider/x", SessionName: "me@x",
		ExternalID: "e &=+", SourceIdentity: "s", Policy: `{"a": "b c"}`, PolicyARNs: []string{"arn:1", "arn:2"}, Serial: "arn:aws:iam::111111111111:mfa/x",
		Tags: []session.Tag{{Key: "k 1", Value: "v"}, {Key: "k2", Value: "", Transitive: true}}, Place: session.Place{Region: "eu-central-2"},
	}
	from := session.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: secret.New("s"), SessionToken: secret.New("token=="), Bearer: secret.New("bearer+/=")}
	policies := []types.PolicyDescriptorType{{Arn: aws.String("arn:1")}, {Arn: aws.String("arn:2")}}
	code, d := secret.New("123456"), aws.Int32(3600)
	for kind, call := range map[session.Kind]func(*sts.Client) error{
		session.AssumeRole: func(c *sts.Client) error {
			_, err := c.AssumeRole(t.Context(), &sts.AssumeRoleInput{
				RoleArn: &link.RoleARN, RoleSessionName: &link.SessionName, ExternalId: &link.ExternalID, SourceIdentity: &link.SourceIdentity, Policy: &link.Policy,
				PolicyArns: policies, SerialNumber: &link.Serial, TokenCode: aws.String("123456"), DurationSeconds: d, TransitiveTagKeys: []string{"k2"},
				Tags: []types.Tag{{Key: aws.String("k 1"), Value: aws.String("v")}, {Key: aws.String("k2"), Value: aws.String("")}},
			})
			return err
		},
		session.SessionToken: func(c *sts.Client) error {
			_, err := c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: &link.Serial, TokenCode: aws.String("123456"), DurationSeconds: d})
			return err
		},
		session.WebIdentity: func(c *sts.Client) error {
			_, err := c.AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
				RoleArn: &link.RoleARN, RoleSessionName: &link.SessionName, WebIdentityToken: aws.String("bearer+/="), Policy: &link.Policy, PolicyArns: policies, DurationSeconds: d,
			})
			return err
		},
		session.SAML: func(c *sts.Client) error {
			_, err := c.AssumeRoleWithSAML(t.Context(), &sts.AssumeRoleWithSAMLInput{
				RoleArn: &link.RoleARN, PrincipalArn: &link.PrincipalARN, SAMLAssertion: aws.String("bearer+/="), Policy: &link.Policy, PolicyArns: policies, DurationSeconds: d,
			})
			return err
		},
	} {
		theirs, wanted := recorder(t)
		if err := call(sts.New(sts.Options{
			Region: link.Region, BaseEndpoint: &theirs, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: from.AccessKeyID, SecretAccessKey: "s", SessionToken: "token=="}, nil
			}),
		})); err == nil {
			t.Fatal("no error")
		}
		ours, got := recorder(t)
		client, err := New(Settings{Now: time.Now, Region: func(at session.Place, _ string) string { return at.Region }})
		if err != nil {
			t.Fatal(err)
		}
		l := link
		l.Kind, l.Endpoint = kind, ours
		if _, err := client.Exchange(t.Context(), l, from, time.Hour, code); err == nil {
			t.Fatal("no error")
		}
		if !reflect.DeepEqual(got(), wanted()) {
			t.Errorf("%s:\n got %+v\nwant %+v", kind, got(), wanted())
		}
	}
}

// TestNoRedirect: what is sent is for the host that was meant. A redirect of any
// kind is an error, and the bearer token goes nowhere else.
func TestNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var elsewhere atomic.Int64
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			elsewhere.Add(1)
			_, _ = io.WriteString(w, `{"accountList":[]}`)
		}))
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/?secret=1", status)
		}))
		client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
		if err != nil {
			t.Fatal(err)
		}
		l := session.Place{Endpoint: server.URL}
		_, _, portal := client.Accounts(t.Context(), l, secret.New("bearer"), "")
		_, sts := client.WhoAmI(t.Context(), l, session.Credentials{AccessKeyID: "a", SecretAccessKey: secret.New("b")})
		for _, err := range []error{portal, sts, client.SignOut(t.Context(), l, secret.New("bearer"))} {
			if err == nil || !strings.Contains(err.Error(), "does not follow") || strings.Contains(err.Error(), "secret=1") {
				t.Errorf("%d: %v", status, err)
			}
		}
		if n := elsewhere.Load(); n != 0 {
			t.Errorf("%d: followed %d times", status, n)
		}
		server.Close()
		other.Close()
	}
}

// TestClockOfIAM: every signed call makes up for a clock that is off, and says so
// once; the next call is dated rightly from the start.
func TestClockOfIAM(t *testing.T) {
	for _, skew := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		world := loopback.New(time.Now)
		world.SetSkew(skew)
		user := world.AddUser(loopback.User{Account: "111111111111", Name: "x"})
		server, err := world.Start()
		if err != nil {
			t.Fatal(err)
		}
		var told []time.Duration
		client, err := New(Settings{
			Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }, ClockOff: func(d time.Duration) { told = append(told, d) },
		})
		if err != nil {
			t.Fatal(err)
		}
		l := session.Place{Endpoint: server.URL()}
		keys := session.Credentials{AccessKeyID: user.AccessKeyID, SecretAccessKey: secret.New(user.SecretAccessKey)}
		if _, err := client.IAM(l, keys).AccessKeys(t.Context()); err != nil {
			t.Errorf("%s: %v", skew, err)
		}
		id, _, err := client.IAM(l, keys).CreateAccessKey(t.Context())
		if err != nil {
			t.Errorf("%s: %v", skew, err)
		}
		err = errors.Join(client.IAM(l, keys).DeactivateAccessKey(t.Context(), id), client.IAM(l, keys).DeleteAccessKey(t.Context(), id))
		if _, whoami := client.WhoAmI(t.Context(), l, keys); err != nil || whoami != nil {
			t.Errorf("%s: %v, %v", skew, err, whoami)
		}
		if n := len(world.Calls("")); n != 6 {
			t.Errorf("%s: %d calls, want five and the first one refused", skew, n)
		}
		if len(told) != 1 || (told[0]-skew).Abs() > time.Minute {
			t.Errorf("%s: told %v", skew, told)
		}
		_ = server.Close()
	}
}

// TestPassing: what may go well a little later is marked so, and asked for again; a
// key is not made twice where AWS may have made one.
func TestPassing(t *testing.T) {
	for _, c := range []struct {
		fault       loopback.Fault
		again       bool
		calls, once int
	}{
		{loopback.Fault{Status: 500, Code: "InternalFailure"}, true, 4, 1},
		{loopback.Fault{Status: 503, Code: "ServiceUnavailable"}, true, 4, 4},
		{loopback.Fault{Status: 429, Code: "Throttling"}, true, 4, 4},
		{loopback.Fault{Status: 400, Code: "Throttling"}, true, 4, 4},
		{loopback.Fault{Drop: true}, true, 4, 1},
		{loopback.Fault{Lie: loopback.Lie{Body: loopback.Cut}}, true, 4, 1},
		{loopback.Fault{Lie: loopback.Lie{Body: loopback.HTML}}, true, 4, 1},
		{loopback.Fault{Status: 403, Code: "AccessDenied"}, false, 1, 1},
	} {
		world := loopback.New(time.Now)
		user := world.AddUser(loopback.User{Account: "111111111111", Name: "x"})
		server, err := world.Start()
		if err != nil {
			t.Fatal(err)
		}
		client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
		if err != nil {
			t.Fatal(err)
		}
		client.settings.BackOff = time.Millisecond
		l := session.Link{Place: session.Place{Endpoint: server.URL()}, Kind: session.SessionToken}
		keys := session.Credentials{AccessKeyID: user.AccessKeyID, SecretAccessKey: secret.New(user.SecretAccessKey)}
		world.Fail(c.fault)
		_, err = client.Exchange(t.Context(), l, keys, 0, secret.Text{})
		failed, ok := errors.AsType[*session.APIError](err)
		if !ok || failed.Temporary != c.again || len(world.Calls("")) != c.calls {
			t.Errorf("%+v: %d calls, %+v", c.fault, len(world.Calls("")), failed)
		}
		world.Forget()
		if _, _, err = client.IAM(l.Place, keys).CreateAccessKey(t.Context()); err == nil || len(world.Calls("")) != c.once {
			t.Errorf("%+v: %d calls, %v", c.fault, len(world.Calls("")), err)
		}
		_ = server.Close()
	}
}

// TestAnswerWithoutEnd: an answer is read up to 1 MiB, however good it begins.
func TestAnswerWithoutEnd(t *testing.T) {
	const longest = 32 << 20
	var sent atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.WriteString(w, inXML("GetCallerIdentity", "<Arn>arn:aws:iam::111111111111:user/x</Arn><Account>111111111111</Account><UserId>AIDAEXAMPLE</UserId>"))
		for spaces := strings.Repeat(" ", 1<<16); err == nil && n < longest; {
			var more int
			more, err = io.WriteString(w, spaces)
			n += more
		}
		sent.Store(max(sent.Load(), int64(n)))
	}))
	client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
	if err != nil {
		t.Fatal(err)
	}
	client.settings.BackOff = time.Millisecond
	_, err = client.WhoAmI(t.Context(), session.Place{Endpoint: server.URL}, session.Credentials{AccessKeyID: "a", SecretAccessKey: secret.New("b")})
	if err == nil || !strings.Contains(err.Error(), "is longer than 1 MiB") {
		t.Errorf("%v", err)
	}
	client.http.CloseIdleConnections()
	server.Close() // waits for the handler
	if n := sent.Load(); n >= longest {
		t.Errorf("%d MiB were sent: nobody hung up", n>>20)
	}
}
