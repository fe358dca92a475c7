package partition

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guise/internal/internet"
)

// TestAsTheSDK: every partition and region of the SDK's, and the host of each service
// there, in each variant.
func TestAsTheSDK(t *testing.T) {
	list, ctx, seen := internet.Partitions(t), t.Context(), 0
	if len(list) != len(all) {
		t.Errorf("the SDK knows %d partitions, and guise %d", len(list), len(all))
	}
	same := func(what string, u url.URL, err error, host string) {
		seen++
		if err != nil || u.Host != host || u.Scheme != "https" {
			t.Errorf("%s: %q, and the SDK: %q, %v", what, host, u.Host, err)
		}
	}
	for _, theirs := range list {
		for region := range theirs.Regions {
			p := OfRegion(region)
			if p.ID != theirs.ID || p.suffix != theirs.Outputs.DNSSuffix || p.dualStack != theirs.Outputs.DualStackDNSSuffix {
				t.Errorf("%s: %+v", region, p)
			}
			for _, v := range []Variant{{}, {FIPS: true}, {DualStack: true}, {true, true}} {
				fips, dual := aws.Bool(v.FIPS), aws.Bool(v.DualStack)
				what := region + " " + strings.Trim(string(map[bool]rune{true: 'F'}[v.FIPS])+string(map[bool]rune{true: 'D'}[v.DualStack]), "\x00")
				e, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{Region: &region, UseFIPS: fips, UseDualStack: dual, UseGlobalEndpoint: aws.Bool(false)})
				same("STS in "+what, e.URI, err, p.Host("sts", region, v))
				e, err = ssooidc.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, ssooidc.EndpointParameters{Region: &region, UseFIPS: fips, UseDualStack: dual})
				same("OIDC in "+what, e.URI, err, p.Host("oidc", region, v))
				e, err = sso.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sso.EndpointParameters{Region: &region, UseFIPS: fips, UseDualStack: dual})
				same("the portal in "+what, e.URI, err, p.Host("portal.sso", region, v))
			}
			e, err := signin.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, signin.EndpointParameters{Region: &region, UseFIPS: aws.Bool(false), UseDualStack: aws.Bool(false)})
			same("the sign-in in "+region, e.URI, err, p.SignIn(region))
		}
	}
	if seen < 500 {
		t.Errorf("%d hosts were compared", seen)
	}
}

// TestOfRegion: regions that are not there yet, and what ARNs say.
func TestOfRegion(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-9": "aws", "xx-new-1": "aws", "": "aws", "us-gov-north-1": "aws-us-gov", "cn-west-2": "aws-cn", "eusc-fr-west-1": "aws-eusc",
		"us-iso-south-1": "aws-iso", "us-isob-west-2": "aws-iso-b", "eu-isoe-east-1": "aws-iso-e", "us-isof-west-1": "aws-iso-f",
	} {
		if got := OfRegion(region).ID; got != want {
			t.Errorf("%s is in %s", region, got)
		}
	}
	for arn, home := range map[string]string{
		"": "us-east-1", "arn:aws:iam::1:role/r": "us-east-1", "arn:aws-cn:iam::1:role/r": "cn-north-1", "arn:aws-us-gov:iam::1:mfa/m": "us-gov-west-1",
		"arn:aws-eusc:iam::1:role/r": "eusc-de-east-1", "arn:aws-iso-b:iam::1:role/r": "us-isob-east-1", "arn:aws-iso:iam::1:role/r": "us-iso-east-1",
	} {
		if got := OfARN(arn).Home; got != home {
			t.Errorf("%s: %s", arn, got)
		}
	}
}

func TestIsRegion(t *testing.T) {
	for _, name := range []string{"", "eu", "eu-west", "eu--1", "EU-WEST-1", "eu-west-1 ", "eu-west-$", "eu-west-1.evil.example/"} {
		if IsRegion(name) {
			t.Errorf("%q", name)
		}
	}
}

// TestConsole: where the console is, and its sign-in by credentials.
func TestConsole(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1": "signin.aws.amazon.com console.aws.amazon.com", "cn-north-1": "signin.amazonaws.cn console.amazonaws.cn",
		"us-gov-east-1":  "signin.amazonaws-us-gov.com console.amazonaws-us-gov.com",
		"eusc-de-east-1": "eusc-de-east-1.signin.amazonaws-eusc.eu eusc-de-east-1.console.amazonaws-eusc.eu",
		"us-iso-east-1":  "us-iso-east-1.signin.c2shome.ic.gov ",
	} {
		p := OfRegion(region)
		console, _ := p.Console(region)
		if got := p.Federation(region) + " " + console; got != want {
			t.Errorf("%s: %s", region, got)
		}
	}
}

// TestPortalAt: the start URLs that there are, and what only looks like one.
func TestPortalAt(t *testing.T) {
	for address, want := range map[string]Portal{
		"https://acme.awsapps.com/start":                                       {},
		"https://d-1234567890.awsapps.com/start/#/":                            {},
		"https://ACME.awsapps.com.:443/start":                                  {},
		"https://start.us-gov-home.awsapps.com/directory/d-1":                  {},
		"https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/d-1":    {},
		"https://start.home.awsapps.cn/directory/d-1":                          {},
		"https://start.cn-north-1.home.awsapps.cn/directory/d-1":               {},
		"https://identitycenter.amazonaws.com/ssoins-1":                        {},
		"https://identitycenter.us-gov.amazonaws.com/ssoins-1":                 {},
		"https://identitycenter.amazonaws.com.cn/ssoins-1":                     {},
		"https://identitycenter.amazonaws.eu/ssoins-1":                         {},
		"https://ssoins-1.eu-west-1.portal.amazonaws.com":                      {Region: "eu-west-1"},
		"https://ssoins-1.us-gov-west-1.portal.amazonaws.com/":                 {Region: "us-gov-west-1"},
		"https://ssoins-1.cn-north-1.portal.amazonaws.com.cn":                  {Region: "cn-north-1"},
		"https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu":                  {Region: "eusc-de-east-1"},
		"https://ssoins-1.portal.eu-west-1.app.aws":                            {Region: "eu-west-1", DualStack: true},
		"https://ssoins-1.portal.us-gov-east-1.app.aws":                        {Region: "us-gov-east-1", DualStack: true},
		"https://ssoins-1.portal.cn-northwest-1.app.amazonwebservices.com.cn":  {Region: "cn-northwest-1", DualStack: true},
		"https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu/?a=b": {Region: "eusc-de-east-1", DualStack: true},
		"https://ssoins-1.portal.xx-new-7.app.aws":                             {Region: "xx-new-7", DualStack: true},
		"https://ssoins-1.PORTAL.Eu-West-1.app.aws":                            {Region: "eu-west-1", DualStack: true},
	} {
		u, err := url.Parse(address)
		if got, ok := PortalAt(u); err != nil || !ok || got != want {
			t.Errorf("%s: %+v, %v", address, got, ok)
		}
	}
	for _, address := range []string{
		"http://acme.awsapps.com/start", "https://awsapps.com/start", "https://a.b.awsapps.com/start", "https://.awsapps.com", "https://acme.awsapps.com.evil.example/start",
		"https://acme.awsapps.com:8443/start", "https://me@acme.awsapps.com/start", "https://aws.acme.example", "https://evilawsapps.com", "https://acme.awsapps.cn/start",
		"https://ssoins-1.portal.eu-west-1.app.aws.evil.example", "https://portal.eu-west-1.app.aws", "https://x.ssoins-1.portal.eu-west-1.app.aws", "https://ssoins-1.app.aws",
		"https://ssoins-1.portal.evil.app.aws", "https://ssoins-1.portal.cn-north-1.app.aws", "https://ssoins-1.eusc-de-east-1.portal.amazonaws.com",
		"https://ssoins-1.eu-west-1.portal.amazonaws.eu", "https://bucket.s3.amazonaws.com", "https://x.eu-west-1.execute-api.amazonaws.com", "https://signin.aws.amazon.com",
		"https://start.us-gov-west-1.home.awsapps.cn", "https://portal.sso.eu-west-1.amazonaws.com/start",
	} {
		u, err := url.Parse(address)
		if got, ok := PortalAt(u); err != nil || ok {
			t.Errorf("%s is taken for a portal: %+v", address, got)
		}
	}
}

// TestAnswers: the hosts that AWS's word comes from.
func TestAnswers(t *testing.T) {
	for _, p := range all {
		for _, host := range []string{p.Host("sts", p.Home, Variant{}), p.Host("oidc", p.Home, Variant{true, true}), p.SignIn(p.Home), p.Federation(p.Home), p.IAM()} {
			if !Answers(host) || !Answers(strings.ToUpper(host)+".") || Answers(host+".evil.example") || Answers("evil"+strings.TrimLeft(p.suffix, ".")) {
				t.Errorf("%s", host)
			}
		}
	}
}
