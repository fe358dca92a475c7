package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/loopback"
)

const credentialsFile = `[alice]
aws_access_key_id = ALICE_ID
aws_secret_access_key = ALICE_SECRET

[carol]
aws_access_key_id = CAROL_ID
aws_secret_access_key = CAROL_SECRET
`

// configFile has a profile of each kind that is signed in to in another way.
const configFile = `# mine
[profile alice]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = alice
region = eu-west-1

[profile deploy]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = carol

[profile ops]
role_arn = arn:aws:iam::333333333333:role/Ops
source_profile = carol
mfa_serial = arn:aws:iam::111111111111:mfa/carol

[sso-session corp]
sso_start_url = AWS_URL/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile corp-dev]
sso_session = corp
sso_account_id = 600000000001
sso_role_name = Developer

[profile saml]
guise_saml_command = cat HOME/assertion
guise_saml_role_arn = arn:aws:iam::333333333333:role/Federated

[profile runner]
role_arn = arn:aws:iam::333333333333:role/Runner
web_identity_token_file = HOME/token

[profile console]
login_session = arn:aws:iam::111111111111:user/alice
region = eu-west-1
`

// secretOf are the access keys of the users, as no real one looks.
func secretOf(name string) (id, secret string) {
	return "AKIA" + strings.ToUpper((name + strings.Repeat("X", 16))[:16]), (name + "/Secret+" + strings.Repeat("k", 40))[:40]
}

func users() []string { return []string{"alice", "bob", "carol"} }

// filled puts what is this world's into a text of a file.
func (w *world) filled(text string) string {
	text = strings.NewReplacer("AWS_URL", w.url, "ELSEWHERE_URL", w.elsewhere, "HOME", w.home()).Replace(text)
	for _, name := range users() {
		id, secret := secretOf(name)
		text = strings.NewReplacer(strings.ToUpper(name)+"_ID", id, strings.ToUpper(name)+"_SECRET", secret).Replace(text)
	}
	return text
}

// fresh makes the world again: three users, their roles, an organisation, and files.
func (w *world) fresh() error {
	aws := loopback.New(time.Now)
	for _, name := range users() {
		id, secret := secretOf(name)
		u := loopback.User{Account: account, Name: name, AccessKeyID: id, SecretAccessKey: secret, KeysWithoutMFA: true}
		if name == "carol" {
			u.MFASerial, u.MFASeed = carolSerial, []byte(carolSeed)
		}
		aws.AddUser(u)
	}
	for _, r := range []loopback.Role{
		{ARN: "arn:aws:iam::222222222222:role/Admin", Trusts: []string{alice}},
		{ARN: "arn:aws:iam::333333333333:role/Deploy", Trusts: []string{carol}},
		{ARN: "arn:aws:iam::333333333333:role/Ops", Trusts: []string{carol}, RequireMFA: true},
		{ARN: "arn:aws:iam::333333333333:role/Federated", Trusts: []string{loopback.SAMLProvider}},
		{ARN: "arn:aws:iam::333333333333:role/Runner", Trusts: []string{"sub:repo:faults"}},
	} {
		aws.AddRole(r)
	}
	aws.SetSAMLRoles(0, "arn:aws:iam::333333333333:role/Federated")
	aws.SetOrganisation(loopback.DemoOrganisation(4))
	w.use(aws)
	if err := os.RemoveAll(w.dir()); err != nil {
		return err
	}
	for _, sub := range []string{"home/.aws", "home/.config", "home/.local", "home/.cache", "tmp", "run"} {
		if err := os.MkdirAll(filepath.Join(w.dir(), sub), 0o700); err != nil {
			return err
		}
	}
	return errors.Join(
		w.write(awsCredentials, w.filled(credentialsFile)),
		w.write(awsConfig, w.filled(configFile)),
		w.write("bob.csv", w.filled("Access key ID,Secret access key\nBOB_ID,BOB_SECRET\n")),
		w.proofs(),
	)
}

// proofs puts what others give guise to sign in with into the home, good from now on.
func (w *world) proofs() error {
	return errors.Join(
		w.write("assertion", w.aws.Assertion()),
		w.write("token", w.aws.WebToken("repo:faults", time.Hour)),
		w.giveAway(),
	)
}

// giveAway returns all of the world to the user, if that is not we.
func (w *world) giveAway() error {
	if w.user == 0 {
		return nil
	}
	return filepath.WalkDir(w.dir(), func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, person, person))
	})
}
