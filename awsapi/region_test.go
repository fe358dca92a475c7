package awsapi

import (
	"testing"

	"guise/session"
)

// TestRegionFrom: where STS is called for a link.
func TestRegionFrom(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		link session.Link
		want string
	}{
		{nil, session.Link{}, "us-east-1"},
		{nil, session.Link{Region: "eu-west-1"}, "eu-west-1"},
		{map[string]string{"AWS_DEFAULT_REGION": "b"}, session.Link{Region: "eu-west-1"}, "b"},
		{map[string]string{"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, session.Link{Region: "eu-west-1"}, "a"},
		{nil, session.Link{RoleARN: "arn:aws-cn:iam::1:role/r"}, "cn-north-1"},
		{nil, session.Link{Serial: "arn:aws-us-gov:iam::1:mfa/m"}, "us-gov-west-1"},
	} {
		if got := RegionFrom(func(name string) string { return c.env[name] })(c.link); got != c.want {
			t.Errorf("%v %+v: %s, want %s", c.env, c.link, got, c.want)
		}
	}
}
