package awsapi

import (
	"strconv"
	"strings"
	"testing"

	"guise/session"
)

// TestRegionFrom: where STS is called.
func TestRegionFrom(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		at   session.Place
		arn  string
		want string
	}{
		{nil, session.Place{}, "", "us-east-1"},
		{nil, session.Place{Region: "eu-west-1"}, "", "eu-west-1"},
		{map[string]string{"AWS_DEFAULT_REGION": "b"}, session.Place{Region: "eu-west-1"}, "", "b"},
		{map[string]string{"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, session.Place{Region: "eu-west-1"}, "", "a"},
		{nil, session.Place{}, "arn:aws-cn:iam::111111111111:role/r", "cn-north-1"},
		{nil, session.Place{}, "arn:aws-us-gov:iam::1:mfa/m", "us-gov-west-1"},
	} {
		if got := RegionFrom(func(name string) string { return c.env[name] })(c.at, c.arn); got != c.want {
			t.Errorf("%v %+v: %s, want %s", c.env, c.at, got, c.want)
		}
	}
}

// TestRegionOfHeader: a region goes into the signature's header, also where calls go to an
// address of the user's: one with a space or a control character is refused before that.
func TestRegionOfHeader(t *testing.T) {
	for _, region := range []string{"eu-west-1\nX-Other: y", "eu west", "eu\x00", "\u202eeu"} {
		c := &Client{settings: Settings{Region: func(session.Place, string) string { return region }}}
		for _, endpoint := range []string{"", "http://127.0.0.1:1"} {
			_, err := c.stsPlace(session.Place{Endpoint: endpoint}, "")
			if err == nil || !strings.Contains(err.Error(), "not a region name: "+strconv.Quote(region)) {
				t.Errorf("%q: %v", region, err)
			}
		}
	}
}
