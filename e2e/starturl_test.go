//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/internet"
	"guise/internal/terminaltest"
)

// online is a world without an endpoint of its own: it speaks to AWS's real hosts, as far
// as it knows, by TLS. Its profile corp is of an SSO session of that name.
func online(t *testing.T, center internet.Center, session string, more ...string) (*world, *internet.Internet) {
	t.Helper()
	w := newWorld(t)
	net := internet.Open(t, w.aws, center)
	w.write(".aws/config", corp(session, center.Region, more...))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	browser := filepath.Join(w.home, "browser")
	w.program(browser, "#!/bin/sh\nexport SSL_CERT_FILE="+net.Bundle()+"\nexec "+self+" \"$@\"\n")
	w.env = slices.DeleteFunc(w.env, func(pair string) bool { return strings.HasPrefix(pair, "AWS_ENDPOINT_URL=") })
	w.env = append(w.env, append(net.Env(), "GUISE_BROWSER="+browser)...)
	return w, net
}

// corp is a config file with the profile corp.
func corp(session, region string, more ...string) string {
	return "[sso-session corp]\n" + session + "\n[profile corp]\nsso_session = corp\nsso_account_id = 600000000001\nsso_role_name = Developer\nregion = " + region + "\n" + strings.Join(more, "\n")
}

// at runs lines in a terminal, and gives all that was shown until they end.
func (w *world) at(lines string) *terminaltest.Terminal {
	w.t.Helper()
	return w.open(nil, "sh", "-c", lines+"; echo code $?")
}

// asks fails where a host of these was not asked, or one that nobody has was.
func asks(t *testing.T, net *internet.Internet, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		if !slices.Contains(net.Hosts(), host) {
			t.Errorf("%s was not asked, but %s", host, net.Hosts())
		}
	}
	for _, host := range net.Hosts() {
		if !slices.Contains(hosts, host) {
			t.Errorf("%s was asked", host)
		}
	}
	if unknown := net.Unknown(); len(unknown) > 0 {
		t.Errorf("nobody has these: %s", unknown)
	}
}

// A startURL is what is written in a file, and where it leads.
type startURL struct{ name, written, sso, region, suffix, leads string }

func (c startURL) String() string { return c.name }

// startURLs are one of each kind, in each partition that has it.
func startURLs() []startURL {
	const eu, plain, dual = "eu-west-1", "amazonaws.com", "api.aws"
	return []startURL{
		{"older", "https://acme.awsapps.com/start", eu, eu, plain, ""},
		{"older with a page", "https://d-1234567890.awsapps.com/start/#/", eu, eu, plain, ""},
		{"issuer", "https://identitycenter.amazonaws.com/ssoins-1", eu, eu, plain, ""},
		{"portal", "https://ssoins-1.eu-west-1.portal.amazonaws.com", "", eu, plain, ""},
		{"portal, sso_region is wrong", "https://ssoins-1.eu-west-1.portal.amazonaws.com", "us-east-1", eu, plain, ""},
		{"dual-stack", "https://ssoins-1.portal.eu-west-1.app.aws", "", eu, dual, ""},
		{"dual-stack, sso_region is wrong", "https://ssoins-1.portal.eu-west-1.app.aws/", "us-east-1", eu, dual, ""},
		{"own domain", "https://aws.acme.example", "", eu, plain, "https://ssoins-1.eu-west-1.portal.amazonaws.com"},
		{"own domain, sso_region is wrong", "https://aws.acme.example/", "us-east-1", eu, plain, "https://ssoins-1.eu-west-1.portal.amazonaws.com/"},
		{"own domain, dual-stack", "https://aws.acme.example/start", "", eu, dual, "https://ssoins-1.portal.eu-west-1.app.aws/?from=acme#/"},
		{"own domain, older", "https://aws.acme.example", eu, eu, plain, "https://acme.awsapps.com/start"},
		{"China, older", "https://start.home.awsapps.cn/directory/d-1", "cn-northwest-1", "cn-northwest-1", "amazonaws.com.cn", ""},
		{"China", "https://ssoins-1.cn-north-1.portal.amazonaws.com.cn", "", "cn-north-1", "amazonaws.com.cn", ""},
		{"China, dual-stack", "https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn", "", "cn-north-1", "api.amazonwebservices.com.cn", ""},
		{"GovCloud, older", "https://start.us-gov-home.awsapps.com/directory/d-1", "us-gov-west-1", "us-gov-west-1", plain, ""},
		{"GovCloud, dual-stack", "https://ssoins-1.portal.us-gov-east-1.app.aws", "", "us-gov-east-1", dual, ""},
		{"European Sovereign Cloud", "https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu", "", "eusc-de-east-1", "amazonaws.eu", ""},
		{"European Sovereign Cloud, dual-stack", "https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu", "", "eusc-de-east-1", "api.amazonwebservices.eu", ""},
		{"iso, whose portals nobody has published", "https://start.acme.example/start", "us-iso-east-1", "us-iso-east-1", "c2s.ic.gov", ""},
		{"iso-b", "https://start.acme.example/start", "us-isob-east-1", "us-isob-east-1", "sc2s.sgov.gov", ""},
		{"iso-e", "https://start.acme.example/start", "eu-isoe-west-1", "eu-isoe-west-1", "cloud.adc-e.uk", ""},
		{"iso-f", "https://start.acme.example/start", "us-isof-south-1", "us-isof-south-1", "csp.hci.ic.gov", ""},
	}
}

// ownDomain is that of a company whose start URL leads to AWS.
const ownDomain = "aws.acme.example"

// session is the text of its section.
func (c startURL) session() string {
	session := "sso_start_url = " + c.written
	if c.sso != "" {
		session += "\nsso_region = " + c.sso
	}
	return session
}

// center is the IAM Identity Center that it is of.
func (c startURL) center() internet.Center {
	known := c.written
	if c.leads != "" {
		known, _, _ = strings.Cut(strings.TrimSuffix(c.leads, "/"), "/?")
	}
	return internet.Center{StartURL: known, Region: c.region, DualStack: strings.HasPrefix(c.suffix, "api.")}
}

// TestStartURLs: each kind of start URL, in each partition that has it. The region is
// the host's, whatever sso_region says.
func TestStartURLs(t *testing.T) {
	besides(t)
	for _, c := range startURLs() {
		t.Run(c.name, func(t *testing.T) {
			w, net := online(t, c.center(), c.session())
			hosts := []string{"oidc." + c.region + "." + c.suffix, "portal.sso." + c.region + "." + c.suffix}
			if c.leads != "" {
				net.Leads(ownDomain, c.leads)
				hosts = append(hosts, ownDomain)
			}
			w.at("guise login corp && guise logout corp").See("signed out of corp.*\\s+code 0")
			asks(t, net, hosts...)
			for _, r := range net.Requests() {
				if r.Host == ownDomain && (r.Body || len(r.Header) > 2 || r.Header.Get("User-Agent") == "") { // Accept-Encoding, too
					t.Errorf("%+v", r)
				}
			}
			w.noSecrets()
		})
	}
}

// TestStartURLByCode: the same where there is no browser.
func TestStartURLByCode(t *testing.T) {
	const portal = "https://ssoins-1.portal.eu-west-1.app.aws"
	w, net := online(t, internet.Center{StartURL: portal, Region: "eu-west-1", DualStack: true}, "sso_start_url = https://aws.acme.example")
	net.Leads("aws.acme.example", portal+"/")
	s := w.at("guise login --device corp")
	s.See(`https://oidc\.eu-west-1\.api\.aws/device`)
	if !slices.Contains(net.Hosts(), "oidc.eu-west-1.api.aws") {
		t.Errorf("%s", net.Hosts())
	}
}

// TestStartURLThatLies: a domain that leads elsewhere is told nothing, and nobody is
// registered with.
func TestStartURLThatLies(t *testing.T) {
	besides(t)
	for _, c := range []struct{ name, leads, sso, says string }{
		{"elsewhere", "https://evil.example/start", "eu-west-1", "aws.acme.example leads to evil.example, which is no AWS access portal"},
		{"a name that looks like one", "https://ssoins-1.portal.eu-west-1.app.aws.evil.example", "", "which is no AWS access portal"},
		{"not by TLS", "http://acme.awsapps.com/start", "eu-west-1", "leads to http://acme.awsapps.com, and guise follows https alone"},
		{"itself", "https://aws.acme.example/start", "eu-west-1", "aws.acme.example leads to itself, and to no AWS access portal"},
		{"a port", "https://acme.awsapps.com:8443/start", "eu-west-1", "which is no AWS access portal"},
		{"a region of another partition", "https://ssoins-1.portal.cn-north-1.app.aws", "eu-west-1", "which is no AWS access portal"},
		{"nowhere, and no sso_region", "", "", "https://aws.acme.example does not tell the region of the IAM Identity Center"},
		{"a portal without a region, and no sso_region", "https://acme.awsapps.com/start", "", "does not tell the region"},
	} {
		t.Run(c.name, func(t *testing.T) {
			session := "sso_start_url = https://aws.acme.example"
			if c.sso != "" {
				session += "\nsso_region = " + c.sso
			}
			w, net := online(t, internet.Center{StartURL: "https://acme.awsapps.com/start", Region: "eu-west-1"}, session)
			net.Leads("aws.acme.example", c.leads)
			s := w.at("guise login corp 2>said")
			s.See("code 1")
			if said, _ := os.ReadFile(filepath.Join(w.dir, "work", "said")); !strings.Contains(strings.ReplaceAll(string(said), "\r\n", " "), c.says) {
				t.Errorf("%s", said)
			}
			asks(t, net, "aws.acme.example")
		})
	}
}

// TestStartURLMoves: a company's domain leads to another region one day. The token at
// hand is good where it was given; the next sign-in is made at the new place, by a
// registration of its own; and the AWS CLI finds it under what is written in the file.
func TestStartURLMoves(t *testing.T) {
	first := internet.Center{StartURL: "https://ssoins-1.eu-west-1.portal.amazonaws.com", Region: "eu-west-1"}
	next := internet.Center{StartURL: "https://ssoins-1.portal.us-east-1.app.aws", Region: "us-east-1", DualStack: true}
	w, net := online(t, first, "sso_start_url = https://aws.acme.example\nsso_region = eu-west-1")
	w.env = append(w.env, "GUISE_SSO_SHARE_TOKEN=true")
	net.Leads("aws.acme.example", first.StartURL)
	w.at("guise login corp").See("code 0")
	net.Leads("aws.acme.example", next.StartURL)
	if got := w.guise("sso", "sync", "corp", "--dry-run"); got.code != 0 || !slices.Contains(net.Hosts(), "portal.sso.eu-west-1.amazonaws.com") {
		t.Errorf("%+v", got)
	}
	net.Forget()
	net.Move(next)
	w.at("guise login --force corp && guise whoami corp").See("AWSReservedSSO_Developer(?s:.*)code 0")
	asks(t, net, "aws.acme.example", "portal.sso.eu-west-1.amazonaws.com", "oidc.us-east-1.api.aws", "portal.sso.us-east-1.api.aws", "sts.eu-west-1.amazonaws.com")
	if n := w.aws.Done("RegisterClient"); n != 2 {
		t.Errorf("%d registrations", n)
	}
	var file struct{ StartURL, Region string }
	paths, _ := filepath.Glob(filepath.Join(w.home, ".aws/sso/cache/*.json"))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil || json.Unmarshal(data, &file) != nil {
			t.Error(err)
		}
	}
	corp := "ee0bfd2552fbd840c02cc48b6e823320543c450f.json" // SHA-1 of the session's name
	if len(paths) != 1 || filepath.Base(paths[0]) != corp || file.StartURL != "https://aws.acme.example" || file.Region != "us-east-1" {
		t.Errorf("%s: %+v", paths, file)
	}
}

// TestPartitions: the console, its sign-in and `aws login`, in each partition.
func TestPartitions(t *testing.T) {
	besides(t)
	for _, c := range []struct{ region, federation, signIn, console string }{
		{"eu-west-1", "signin.aws.amazon.com", "eu-west-1.signin.aws.amazon.com", "console.aws.amazon.com"},
		{"cn-north-1", "signin.amazonaws.cn", "cn-north-1.signin.amazonaws.cn", "console.amazonaws.cn"},
		{"us-gov-east-1", "signin.amazonaws-us-gov.com", "us-gov-east-1.signin.amazonaws-us-gov.com", "console.amazonaws-us-gov.com"},
		{"eusc-de-east-1", "eusc-de-east-1.signin.amazonaws-eusc.eu", "eusc-de-east-1.signin.amazonaws-eusc.eu", "eusc-de-east-1.console.amazonaws-eusc.eu"},
		{"us-iso-east-1", "us-iso-east-1.signin.c2shome.ic.gov", "us-iso-east-1.signin.c2shome.ic.gov", ""},
		{"us-isob-east-1", "us-isob-east-1.signin.sc2shome.sgov.gov", "us-isob-east-1.signin.sc2shome.sgov.gov", ""},
		{"eu-isoe-west-1", "eu-isoe-west-1.signin.csphome.adc-e.uk", "eu-isoe-west-1.signin.csphome.adc-e.uk", ""},
		{"us-isof-south-1", "us-isof-south-1.signin.csphome.hci.ic.gov", "us-isof-south-1.signin.csphome.hci.ic.gov", ""},
	} {
		t.Run(c.region, func(t *testing.T) {
			w, net := online(
				t, internet.Center{StartURL: "https://acme.awsapps.com/start", Region: c.region}, "sso_start_url = https://acme.awsapps.com/start\nsso_region = "+c.region,
				"[profile own]\nlogin_session = arn:aws:iam::111111111111:user/alice\nregion = "+c.region,
				"[profile deploy]\nrole_arn = arn:aws:iam::333333333333:role/Deploy\nsource_profile = ci\nregion = "+c.region,
			)
			w.at("guise login own && guise whoami own").See("user/alice(?s:.*)code 0")
			sts := net.Hosts()[len(net.Hosts())-1]
			if !strings.HasPrefix(sts, "sts."+c.region+".") {
				t.Errorf("%s", net.Hosts())
			}
			asks(t, net, c.signIn, sts)
			net.Forget()
			page := []string{}
			if c.console == "" { // nobody says where it is
				if got := w.guise("console", "deploy", "--print"); got.code != 2 || !strings.Contains(got.err, "name a page of it by --destination") {
					t.Errorf("%+v", got)
				}
				page, c.console = []string{"--destination", "https://console.example/s3/home"}, "console.example"
			} else {
				page = append(page, "--service", "s3")
			}
			got := w.guise(append([]string{"console", "deploy", "--print"}, page...)...)
			if got.code != 0 || !strings.HasPrefix(got.out, "https://"+c.federation+"/federation?") || !strings.Contains(got.out, "Destination=https%3A%2F%2F"+c.console+"%2Fs3") {
				t.Errorf("%+v", got)
			}
			asks(t, net, c.federation, sts)
		})
	}
}

// TestAddFromOwnDomain: an SSO session from the address of a company's own domain alone,
// and none from one that leads elsewhere.
func TestAddFromOwnDomain(t *testing.T) {
	const portal = "https://ssoins-1.portal.eusc-de-east-1.api.amazonwebservices.eu"
	w, net := online(t, internet.Center{StartURL: portal, Region: "eusc-de-east-1", DualStack: true}, "sso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1")
	before := w.read(".aws/config")
	net.Leads("aws.acme.example", "https://evil.example/start")
	got := w.guise("sso", "add", "https://aws.acme.example/")
	if got.code != 1 || !strings.Contains(got.err, "leads to evil.example, which is no AWS access portal") || w.read(".aws/config") != before {
		t.Errorf("%+v", got)
	}
	net.Leads("aws.acme.example", portal+"/")
	if got := w.guise("sso", "add", "https://aws.acme.example/"); got.code != 0 || !strings.Contains(got.err, "acme: added https://aws.acme.example (eusc-de-east-1)") {
		t.Errorf("%+v", got)
	}
	if !strings.HasSuffix(w.read(".aws/config"), "\n[sso-session acme]\nsso_start_url = https://aws.acme.example\nsso_region = eusc-de-east-1\nsso_registration_scopes = sso:account:access\n") {
		t.Errorf("%s", w.read(".aws/config"))
	}
	asks(t, net, "aws.acme.example")
	net.Forget()
	w.at("guise sso login acme").See("acme: signed in as alice, 8h left, then renewed, 90 roles in 40 accounts\\s+code 0")
	asks(t, net, "aws.acme.example", "oidc.eusc-de-east-1.api.amazonwebservices.eu", "portal.sso.eusc-de-east-1.api.amazonwebservices.eu", "sts.eusc-de-east-1.amazonaws.eu")
}
