package awsapi

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"guise/session"
)

// TestServiceURL: the addresses in the AWS general reference, "IAM Identity Center
// endpoints and quotas" and "AWS sign-in endpoints".
func TestServiceURL(t *testing.T) {
	for _, c := range []struct {
		name, region string
		fips, dual   bool
		want         string
	}{
		{"oidc", "eu-west-1", false, false, "https://oidc.eu-west-1.amazonaws.com"},
		{"portal.sso", "eu-west-1", false, false, "https://portal.sso.eu-west-1.amazonaws.com"},
		{"portal.sso", "cn-north-1", false, false, "https://portal.sso.cn-north-1.amazonaws.com.cn"},
		{"oidc", "us-gov-west-1", false, false, "https://oidc.us-gov-west-1.amazonaws.com"},
		{"oidc", "us-east-1", false, true, "https://oidc.us-east-1.api.aws"},
		{"oidc", "us-east-1", true, false, "https://oidc-fips.us-east-1.amazonaws.com"},
	} {
		client, err := New(Settings{FIPS: c.fips, DualStack: c.dual})
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.serviceURL(session.Place{Region: c.region}, c.name)
		if err != nil || got.String() != c.want {
			t.Errorf("%s in %s: %v %v, want %s", c.name, c.region, got, err, c.want)
		}
	}
	for region, want := range map[string]string{
		"eu-west-1": "https://eu-west-1.signin.aws.amazon.com", "cn-north-1": "https://cn-north-1.signin.amazonaws.cn",
		"us-gov-west-1": "https://us-gov-west-1.signin.amazonaws-us-gov.com",
	} {
		client, _ := New(Settings{Region: func(session.Place, string) string { return region }})
		if got, err := client.consoleURL(session.Place{}); err != nil || got.String() != want {
			t.Errorf("%v %v, want %s", got, err, want)
		}
	}
}

// TestAgain: what may pass is tried again, what will not is not.
func TestAgain(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		calls  int
		reason session.Reason
	}{
		{500, "", 4, session.Refused},
		{429, "TooManyRequestsException", 4, session.Throttled},
		{401, "UnauthorizedException", 1, session.BadSource},
		{400, "AuthorizationPendingException", 1, session.Pending},
	} {
		calls := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.Header().Set("X-Amzn-Errortype", c.code)
			w.WriteHeader(c.status)
		}))
		client, err := New(Settings{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		err = client.SignOut(t.Context(), session.Place{Endpoint: server.URL}, session.Credentials{}.Bearer)
		server.Close()
		refused, ok := errors.AsType[*session.APIError](err)
		if !ok || refused.Reason != c.reason || calls != c.calls {
			t.Errorf("%d: %d calls, %v", c.status, calls, err)
		}
	}
}

// TestProxy: what is asked of this machine and of its metadata services goes through no
// proxy, however the user has set one: their tokens are for nobody else.
func TestProxy(t *testing.T) {
	for address, want := range map[string]string{
		"http://169.254.169.254/x": "", "http://169.254.170.2/x": "", "http://[fd00:ec2::254]/x": "", "http://127.0.0.1:8080/x": "", "http://[::1]/x": "",
		"https://sts.eu-west-1.amazonaws.com/": proxyOfTests, "http://minio.example/": proxyOfTests,
	} {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		through := ""
		if u, err := proxy(request); err != nil {
			t.Error(err)
		} else if u != nil {
			through = u.String()
		}
		if through != want {
			t.Errorf("%s goes through %q, want %q", address, through, want)
		}
	}
}

// TestOriginIsTheHost: what an answer may hold depends on the host that was asked, and
// on nothing else.
func TestOriginIsTheHost(t *testing.T) {
	client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
	if err != nil {
		t.Fatal(err)
	}
	door := doors(t)[0]
	for base, taken := range map[string]bool{
		"https://minio.example": true, "https://sts.eu-west-1.amazonaws.com.example": true, "https://sts.eu-west-1.amazonaws.com": false, "https://x.api.aws": false,
	} {
		client.http.Transport = &wire{status: http.StatusOK, header: http.Header{}, body: with(door.answer, "AccessKeyId", "minio.key-1")}
		if _, err := door.call(t.Context(), client, base); (err == nil) != taken {
			t.Errorf("%s: %v", base, err)
		}
	}
}
