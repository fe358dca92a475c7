//go:build unix

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // it names the AWS CLI's files
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guise/internal/loopback"
)

// A portal is an access portal, with who has signed in there; empty: nobody.
type portal struct {
	session  string // the [sso-session]'s name; empty: of profiles of the older kind
	startURL string
	person   string
}

const (
	ssoRegion = "eu-west-1"
	// noInstance keeps SDKs from the metadata of an instance.
	noInstance = "AWS_EC2_METADATA_DISABLED"
	// notMade is a login_session that nobody has signed in for.
	notMade = "arn:aws:iam::111111111111:user/nobody"
)

// accounts and permissionSets are what the access portals open.
func accounts() []string       { return []string{"111111111111", "222222222222"} }
func permissionSets() []string { return []string{"Admin", "ReadOnly"} }

// signIn has people sign in, at access portals and with `aws login`, and writes what the
// AWS CLI keeps of that below a home.
func (c *cast) signIn(a *loopback.AWS, home, url string) error {
	var all []loopback.Account
	for _, id := range accounts() {
		all = append(all, loopback.Account{ID: id, Name: id, Roles: permissionSets()})
	}
	a.SetOrganisation(all)
	c.portals = []portal{
		{"corp", "https://corp.awsapps.com/start", "ann"},
		{"branch", "https://branch.awsapps.com/start", "ben"},
		{"", "https://corp.awsapps.com/start", "cleo"},
		{"later", "https://later.awsapps.com/start", ""},
	}
	for _, p := range c.portals {
		if err := p.keep(a, home); err != nil {
			return err
		}
	}
	c.logins = map[string]string{}
	for _, u := range c.users[:2] {
		if err := keepLogin(u, home, url); err != nil {
			return err
		}
		c.logins[u.ARN()] = u.ARN()
	}
	return nil
}

// keep writes the token of who has signed in.
func (p portal) keep(a *loopback.AWS, home string) error {
	if p.person == "" {
		return nil
	}
	a.SetPerson(p.person)
	of := p.session
	if of == "" {
		of = p.startURL
	}
	sum := sha1.Sum([]byte(of)) //nolint:gosec // see above
	return keepJSON(filepath.Join(home, ".aws/sso/cache", hex.EncodeToString(sum[:])+".json"), map[string]any{
		"startUrl": p.startURL, "region": ssoRegion, "accessToken": a.SignedIn(), "expiresAt": time.Now().Add(6 * time.Hour).UTC().Format("2006-01-02T15:04:05Z"),
	})
}

// keepLogin writes a sign-in of `aws login`, with a session that the AWS at a URL gives.
func keepLogin(u loopback.User, home, url string) error {
	client := sts.New(sts.Options{Region: ssoRegion, BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider(u.AccessKeyID, u.SecretAccessKey, "")})
	out, err := client.GetSessionToken(context.Background(), &sts.GetSessionTokenInput{})
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(u.ARN()))
	return keepJSON(filepath.Join(home, ".aws/login/cache", hex.EncodeToString(sum[:])+".json"), map[string]any{
		"accessToken": map[string]string{
			"accessKeyId": *out.Credentials.AccessKeyId, "secretAccessKey": *out.Credentials.SecretAccessKey, "sessionToken": *out.Credentials.SessionToken,
			"accountId": u.Account, "expiresAt": out.Credentials.Expiration.UTC().Format(time.RFC3339),
		},
		"tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "refresh-" + u.Name, "idToken": "id",
		"dpopKey": string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})),
	})
}

func keepJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// ofMachine gives the instance a role and the container another, and to each of the two a role
// that no one else may assume.
func (c *cast) ofMachine(a *loopback.AWS, url string) {
	const account = "arn:aws:iam::222222222222:role/"
	for _, name := range []string{"instance", "container"} {
		a.AddRole(loopback.Role{ARN: account + name})
		a.AddRole(loopback.Role{ARN: account + "from-" + name, Trusts: []string{account + name}})
	}
	token := a.SetMachine(account + "instance")
	a.SetTask(account + "container")
	c.machines = map[string]string{"instance": assumedAs(account+"instance", "i-0123456789abcdef0"), "container": assumedAs(account+"container", "task")}
	c.onlyFrom = map[string]string{"instance": account + "from-instance", "container": account + "from-container"}
	c.own = map[string]string{
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
	}
}

// ofPortals are sections of all access portals, as they are written down.
func (g *generator) ofPortals() {
	for _, p := range g.portals {
		if p.session == "" {
			continue
		}
		settings := []string{"sso_start_url", p.startURL, "sso_region", ssoRegion, "sso_registration_scopes", "sso:account:access"}
		if g.oddly(8) {
			settings = settings[2:]
		}
		header := "[sso-session " + p.session + "]"
		if g.oddly(8) {
			header = g.one(`[sso-session "`+p.session+`"]`, "[sso-session  "+p.session+"]", "[sso-session\t"+p.session+"]", "["+p.session+"]", "[ sso-session "+p.session+" ]")
		}
		g.section(&g.config, header+g.afterHeader(), g.settings(settings))
	}
}

// further are the settings of a profile for which somebody signs in, of a role that the
// machine assumes, and of a narrower form of another, which SDKs know nothing of.
func (g *generator) further(kind int, role []string, other string) []string {
	switch kind {
	case 16:
		return []string{"guise_of", other, "guise_policy_arns", readOnly, "region", "eu-west-1"}
	case 17, 18:
		return g.signedIn()
	case 19:
		return g.login()
	}
	return g.byMachine(role)
}

// signedIn are the settings of a profile whose user signs in at an access portal, of the
// newer or the older kind.
func (g *generator) signedIn() []string {
	p := g.portals[g.IntN(len(g.portals))]
	role := []string{"sso_account_id", g.one(accounts()...), "sso_role_name", g.one(permissionSets()...)}
	if g.oddly(10) {
		role = strings.Fields(g.one("sso_account_id 333333333333 sso_role_name Admin", "sso_role_name Admin", "sso_account_id 111111111111", "sso_account_id 111111111111 sso_role_name Other"))
	}
	older := []string{"sso_start_url", p.startURL, "sso_region", ssoRegion}
	switch {
	case p.session == "":
		return append(older, role...)
	case g.chance(5): // of both kinds, for older tools
		return append(append(role, older...), "sso_session", p.session)
	case g.oddly(8):
		return append(role, "sso_session", g.one("nowhere", "", p.session+" "))
	}
	return append([]string{"sso_session", p.session}, role...)
}

// login is that of a profile whose user signs in with `aws login`.
func (g *generator) login() []string {
	arn := g.one(g.users[0].ARN(), g.users[1].ARN(), g.users[0].ARN(), g.users[1].ARN(), notMade)
	return []string{"login_session", arn}
}

// byMachine are the settings of a role whose source is the machine.
func (g *generator) byMachine(role []string) []string {
	kind, source := "instance", "Ec2InstanceMetadata"
	if g.chance(2) {
		kind, source = "container", "EcsContainer"
	}
	if !g.chance(4) {
		role = append([]string{"role_arn", g.onlyFrom[kind]}, role[2:]...)
	}
	if g.oddly(8) {
		source = strings.ToLower(source)
	}
	return append(role, "credential_source", source)
}
