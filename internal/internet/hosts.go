package internet

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A host is a name of AWS's.
type host struct {
	service, region string
	dualStack       bool
}

// does reports whether a request is one for the host's service.
func (h host) does(r *http.Request) bool {
	paths := map[string][]string{
		"sts":        {"/"},
		"oidc":       {"/client/register", "/device_authorization", "/token", "/authorize", "/device", "/decide"},
		"portal.sso": {"/assignment/accounts", "/assignment/roles", "/federation/credentials", "/logout"},
		"signin":     {"/v1/authorize", "/v1/token", "/decide", "/federation", "/saml"},
	}
	for _, path := range paths[h.service] {
		if r.URL.Path == path || r.URL.Path == "" && path == "/" {
			return true
		}
	}
	return false
}

// A Partition is one of those that the SDK knows.
type Partition struct {
	ID      string
	Regions map[string]any // by their names
	Outputs struct{ DNSSuffix, DualStackDNSSuffix string }
}

// Partitions is the SDK's own list.
func Partitions(t testing.TB) []Partition {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal/endpoints/awsrulesfn/partitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Partitions []Partition }
	if err := json.Unmarshal(data, &list); err != nil || len(list.Partitions) == 0 {
		t.Fatal(err)
	}
	return list.Partitions
}

// hostsOf are the names that the SDK calls the services by, in every region, and those of
// the console's sign-in that have no region in them ("AWS Sign-In endpoints" in the AWS
// general reference).
func hostsOf(t testing.TB) map[string]host {
	t.Helper()
	hosts := map[string]host{
		"signin.aws.amazon.com": {service: "signin"}, "signin.amazonaws.cn": {service: "signin"}, "signin.amazonaws-us-gov.com": {service: "signin"},
	}
	ctx := t.Context()
	take := func(service, region string, dual bool, u url.URL, err error) {
		if err != nil {
			t.Fatal(service, region, err)
		}
		hosts[u.Host] = host{service, region, dual}
	}
	for _, p := range Partitions(t) {
		for region := range p.Regions {
			for _, dual := range []bool{false, true} {
				e, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{Region: &region, UseFIPS: aws.Bool(false), UseDualStack: &dual, UseGlobalEndpoint: aws.Bool(false)})
				take("sts", region, dual, e.URI, err)
				e, err = ssooidc.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, ssooidc.EndpointParameters{Region: &region, UseFIPS: aws.Bool(false), UseDualStack: &dual})
				take("oidc", region, dual, e.URI, err)
				e, err = sso.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sso.EndpointParameters{Region: &region, UseFIPS: aws.Bool(false), UseDualStack: &dual})
				take("portal.sso", region, dual, e.URI, err)
			}
			e, err := signin.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, signin.EndpointParameters{Region: &region, UseFIPS: aws.Bool(false), UseDualStack: aws.Bool(false)})
			take("signin", region, false, e.URI, err)
		}
	}
	return hosts
}
