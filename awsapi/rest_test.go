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
		got, err := client.serviceURL(t.Context(), session.Link{Region: c.region}, c.name)
		if err != nil || got.String() != c.want {
			t.Errorf("%s in %s: %v %v, want %s", c.name, c.region, got, err, c.want)
		}
	}
	for region, want := range map[string]string{
		"eu-west-1": "https://eu-west-1.signin.aws.amazon.com", "cn-north-1": "https://cn-north-1.signin.amazonaws.cn",
		"us-gov-west-1": "https://us-gov-west-1.signin.amazonaws-us-gov.com",
	} {
		client, _ := New(Settings{Region: func(session.Link) string { return region }})
		if got, err := client.consoleURL(t.Context(), session.Link{}); err != nil || got.String() != want {
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
		err = client.SignOut(t.Context(), session.Link{Endpoint: server.URL}, session.Credentials{}.Bearer)
		server.Close()
		refused := (*session.APIError)(nil)
		if !errors.As(err, &refused) || refused.Reason != c.reason || calls != c.calls {
			t.Errorf("%d: %d calls, %v", c.status, calls, err)
		}
	}
}
