package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/session"
)

const twoSessions = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1

[sso-session other]
sso_start_url = https://other.awsapps.com/start
sso_region = eu-west-1
`

// syncing is a sync of a session that opens some roles, in a home with a config file.
func syncing(t *testing.T, config string) (x *syncCommand, out, said *bytes.Buffer) {
	t.Helper()
	w, out, said := here(t, nil)
	if err := os.MkdirAll(filepath.Join(w.Home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.Home, ".aws/config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	w.Executable = func() (string, error) { return "/usr/bin/guise", nil }
	a := newApp(w)
	return &syncCommand{streams: a.streams, plans: a.plans}, out, said
}

// acme syncs the session of that name, which grants some roles.
func (x *syncCommand) acme(t *testing.T, granted ...awsconfig.Grant) error {
	t.Helper()
	files, err := x.files()
	if err != nil {
		t.Fatal(err)
	}
	return x.run(files, session.Link{Session: "acme"}, func() ([]awsconfig.Grant, string, error) { return granted, "eu-west-1", nil })
}

func (x *syncCommand) written(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(x.world.Home, ".aws/config"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestSync: a dry run writes nothing; the template is remembered; what is no longer
// granted is told, and goes with --prune.
func TestSync(t *testing.T) {
	admin := awsconfig.Grant{AccountID: "111111111111", AccountName: "Main", Role: "Admin"}
	x, out, said := syncing(t, twoSessions)
	dry := *x
	dry.dryRun = true
	if err := dry.acme(t, admin); err != nil || x.written(t) != twoSessions || !strings.Contains(out.String(), "+[profile Main.Admin]") || !strings.Contains(said.String(), "acme: would add 1 profile (dry run, nothing was written)") {
		t.Errorf("%v\n%s\n%s", err, out, said)
	}
	named := *x
	named.template, named.region = "{{.RoleName}}", "us-east-1"
	if err := named.acme(t, admin); err != nil || !strings.Contains(x.written(t), "[profile Admin]") || !strings.Contains(x.written(t), "region = us-east-1") {
		t.Errorf("%v\n%s", err, x.written(t))
	}
	said.Reset()
	if err := x.acme(t, admin); err != nil || !strings.Contains(said.String(), "acme: 1 profile unchanged") {
		t.Errorf("the template was not remembered: %v\n%s", err, said)
	}
	if err := x.acme(t); err != nil || !strings.Contains(said.String(), "guise: Admin is no longer granted (--prune removes it)") {
		t.Errorf("%v\n%s", err, said)
	}
	out.Reset()
	x.prune, x.asJSON = true, true
	if err := x.acme(t); err != nil || strings.Contains(x.written(t), "[profile Admin]") || !strings.Contains(out.String(), `"written": true`) {
		t.Errorf("%v\n%s\n%s", err, out, x.written(t))
	}
}
