package loopback

import (
	"strings"
	"time"
)

// Config is the text of an AWS config and a credentials file.
type Config struct{ ConfigFile, CredentialsFile string }

// Names in the demo's world, for those who play with it.
const (
	DemoAccount = "111111111111"
	DemoSerial  = "arn:aws:iam::" + DemoAccount + ":mfa/alice"
)

// DemoWorld is a world as a person with a few accounts has it, and the files
// that lead into it: an IAM user with MFA, roles with and without, a chain,
// other accounts, a role that is denied, a name with spaces.
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

[profile billing]
role_arn = arn:aws:iam::555555555555:role/Billing
source_profile = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice
external_id = guise-demo
region = us-east-1

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
`
