package loopback

import (
	"strconv"
	"strings"
	"time"
)

// Config is the text of an AWS config and a credentials file.
type Config struct{ ConfigFile, CredentialsFile string }

// At returns the files for a world that listens at an address.
func (c Config) At(url string) Config {
	c.ConfigFile = strings.ReplaceAll(c.ConfigFile, demoURL, url)
	return c
}

// demoURL is in the config for the address at which the world listens.
const demoURL = "DEMO_URL"

// Names in the demo's world, for those who play with it.
const (
	DemoAccount = "111111111111"
	DemoSerial  = "arn:aws:iam::" + DemoAccount + ":mfa/alice"
)

// DemoWorld is a world as a user with a few accounts has it, and the files
// that lead into it: an IAM user with MFA, roles with and without, a chain,
// other accounts, a role that is denied, a name with spaces; and an organisation
// of forty accounts behind SSO, a SAML identity provider, a console sign-in.
func DemoWorld(now func() time.Time) (*AWS, Config) {
	a := New(now)
	alice := a.AddUser(User{Account: DemoAccount, Name: "alice", MFASerial: DemoSerial})
	ci := a.AddUser(User{Account: DemoAccount, Name: "ci"})
	role := func(account, name string, r Role) {
		r.ARN = "arn:aws:iam::" + account + ":role/" + name
		if r.Trusts == nil {
			r.Trusts = []string{alice.ARN()}
		}
		a.AddRole(r)
	}
	const admin = "arn:aws:iam::222222222222:role/Admin"
	role("222222222222", "Admin", Role{RequireMFA: true, MaxDuration: 4 * time.Hour})
	role("222222222222", "Operator", Role{RequireMFA: true})
	role("333333333333", "Developer", Role{RequireMFA: true, MaxDuration: 12 * time.Hour})
	role("444444444444", "audit/ReadOnly", Role{Trusts: []string{admin}})
	role("555555555555", "Billing", Role{RequireMFA: true, ExternalID: "guise-demo"})
	role("222222222222", "Owner", Role{Trusts: []string{"999999999999"}})
	role("222222222222", "Vault", Role{RequireMFA: true, OwnCode: true})
	role(DemoAccount, "Sandbox", Role{})
	role("333333333333", "Deploy", Role{Trusts: []string{ci.ARN()}})
	role("333333333333", "Federated", Role{Trusts: []string{SAMLProvider}, MaxDuration: 4 * time.Hour})
	role("444444444444", "Federated", Role{Trusts: []string{SAMLProvider}})
	role("666666666666", "OrgDeploy", Role{Trusts: []string{SSORole("600000000001", "Developer")}})
	a.SetSAMLRoles(0, "arn:aws:iam::333333333333:role/Federated", "arn:aws:iam::444444444444:role/Federated")
	a.SetOrganisation(DemoOrganisation(40))
	credentials := strings.NewReplacer(
		"ALICE_ID", alice.AccessKeyID, "ALICE_SECRET", alice.SecretAccessKey, "CI_ID", ci.AccessKeyID, "CI_SECRET", ci.SecretAccessKey,
	).Replace(demoCredentials)
	return a, Config{demoConfig, credentials}
}

const demoCredentials = `[alice]
aws_access_key_id = ALICE_ID
aws_secret_access_key = ALICE_SECRET

[ci]
aws_access_key_id = CI_ID
aws_secret_access_key = CI_SECRET
`

const demoConfig = `# The demo's profiles: change them, break them, nothing here is real.

[profile alice]
region = eu-west-1
mfa_serial = arn:aws:iam::111111111111:mfa/alice
guise_description = Alice herself, an IAM user with MFA

[profile prod]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
duration_seconds = 14400
region = eu-west-1
guise_description = production: be careful

[profile staging]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = eu-west-1

[profile staging-us]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = us-east-1

[profile dev]
role_arn = arn:aws:iam::111111111111:role/Sandbox
source_profile = alice
region = eu-west-1
guise_alias = d

# Assumed from prod's role: a chain.
[profile audit]
role_arn = arn:aws:iam::444444444444:role/audit/ReadOnly
source_profile = prod
region = eu-central-1

# A program gets its credentials only after your yes.
[profile billing]
role_arn = arn:aws:iam::555555555555:role/Billing
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
external_id = guise-demo
guise_mfa_command = guise mfa code
region = us-east-1
guise_approve = 15m
guise_description = asks before a program gets its credentials

# Its code comes from a command, so it needs nobody.
[profile operator]
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
guise_mfa_command = guise mfa code
region = eu-west-1

# Asks for twelve hours, and may have one.
[profile short]
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
duration_seconds = 43200
region = eu-west-1

# The role's trust policy wants a code of its own.
[profile vault]
role_arn = arn:aws:iam::222222222222:role/Vault
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = eu-west-1

# The role does not trust alice.
[profile denied]
role_arn = arn:aws:iam::222222222222:role/Owner
source_profile = alice
region = eu-west-1

[profile ci]
region = eu-west-1
guise_description = a user without MFA

[profile deploy]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = ci
region = eu-west-1

[profile "team space ops"]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = ap-southeast-2
guise_description = a name with spaces

[sso-session demo]
sso_start_url = DEMO_URL/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

# By the organisation's sign-in: guise sso sync demo writes all forty accounts.
[profile org-dev]
sso_session = demo
sso_account_id = 600000000001
sso_role_name = Developer
region = eu-west-1

[profile org-deploy]
role_arn = arn:aws:iam::666666666666:role/OrgDeploy
source_profile = org-dev
region = eu-west-1

# By the demo's identity provider: alice, demo. It needs a Chromium or Chrome.
[profile federated]
guise_saml_url = DEMO_URL/idp
guise_saml_role_arn = arn:aws:iam::333333333333:role/Federated
region = eu-west-1

# As "aws login" makes it.
[profile console]
login_session = arn:aws:iam::111111111111:user/alice
region = eu-west-1
`

// DemoOrganisation returns the accounts of an organisation.
func DemoOrganisation(n int) []Account {
	teams := []string{"platform", "payments", "search", "mobile", "data", "security", "billing", "support", "labs", "archive"}
	stages := []string{"dev", "staging", "prod", "sandbox"}
	accounts := make([]Account, n)
	for i := range accounts {
		team, stage := teams[i/len(stages)%len(teams)], stages[i%len(stages)]
		name := team + "-" + stage
		if round := i / (len(teams) * len(stages)); round > 0 {
			name += "-" + strconv.Itoa(round+1)
		}
		accounts[i] = Account{
			ID: strconv.Itoa(600000000001 + i), Name: name, Email: name + "@demo.example", Roles: []string{"Developer", "ReadOnly"},
		}
		if stage == "sandbox" {
			accounts[i].Roles = append(accounts[i].Roles, "Admin")
		}
	}
	return accounts
}
