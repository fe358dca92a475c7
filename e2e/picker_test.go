//go:build unix

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"guise/internal/await"
)

const manyText = `
[profile staging]
role_arn = arn:aws:iam::333333333333:role/Developer
source_profile = alice
region = eu-west-1
[profile devops]
role_arn = arn:aws:iam::777777777777:role/Power
source_profile = alice
[profile "team space ops"]
role_arn = arn:aws:iam::666666666666:role/Operator
source_profile = alice
[profile ops]
role_arn = arn:aws:iam::777777777777:role/Viewer
source_profile = alice
[profile payments-prod.Admin]
role_arn = arn:aws:iam::700000000001:role/Admin
source_profile = alice
[profile payments-prod.Developer]
role_arn = arn:aws:iam::700000000001:role/Developer
source_profile = alice
`

// TestPickerOfSource: each kind of picker says what the profile is for.
func TestPickerOfSource(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	for _, kind := range []string{"fzf", "list"} {
		s.Type("GUISE_PICKER=" + kind + " guise exec --role-arn arn:aws:iam::333333333333:role/Deploy -- guise whoami\r")
		s.See("the profile to assume the role with")
		s.See("PROFILE +KIND +ACCOUNT +ROLE")
		s.Type("ci")
		s.See(`ci +static`)
		if kind == "list" {
			s.See(`▸ ci +static`)
		}
		s.Type("\r")
		s.See(":assumed-role/Deploy/guise-")
		s.See("ready ")
	}
}

// TestPicker: the best match comes first, and Enter takes what fits the query as it
// stands, however fast it was typed. What fits nothing is no cancelling.
func TestPicker(t *testing.T) {
	w := adopted(t, manyText)
	s := w.shell("bash")
	taken := func(name string) {
		t.Helper()
		s.See("ready ")
		s.Type("printenv AWS_PROFILE\r")
		s.See(`(?m)^` + name + `$`)
		s.See("ready ")
	}

	s.Type("guise use --no-login\r")
	s.See("profile> ")
	s.See("PROFILE +KIND +ACCOUNT +ROLE")
	s.Type("ops")
	s.See(`\b3/\d\d?\b`) // of all that there are
	s.Type("\r")
	taken("ops")

	for query, name := range map[string]string{"pay prod dev": "payments-prod.Developer", "pace ops": "team space ops", "stg": "staging"} {
		s.Type("guise use --no-login\r")
		s.See("profile> ")
		s.Type(query + "\r") // at once: the list of it cannot be there
		taken(name)
	}

	// The active profile is marked; ? shows the keys; ctrl-r asks for the region first, and
	// Esc there leads back.
	s.Type("guise use --no-login\r")
	s.See(`\* (staging|team|payments)`)
	s.Type("?")
	s.See(`ctrl-o +open the AWS console`)
	s.Type("ops")
	s.See(`\b3/\d\d?\b`)
	s.Type("\x12")
	s.See("region> ")
	s.See("REGION +PLACE")
	s.Type("\x1b")
	s.See("profile> ops")
	s.See(`\b3/\d\d?\b`)
	s.Type("\x12")
	s.See("region> ")
	s.Type("us west") // parts, not letters in order: eu-west-1 has those
	s.See(`us-gov-west-1`)
	s.See(`\b3/\d+\b`)
	s.Type("\x15eu-north-1")
	s.See(`\b1/\d+\b`)
	s.Type("\r")
	taken("ops")
	s.Type("echo in $AWS_REGION.\r")
	s.See(`in eu-north-1\.`)
	s.See("ready ")

	s.Type("guise use --no-login\r")
	s.See("profile> ")
	s.Type("zzz\r")
	s.See("guise: use: no profile matches zzz")
	s.See("hint: guise list")
	s.See("ready ")
	s.Type("echo status $?\r")
	s.See("status 2")
	await.That(t, "the picker to leave no file", func() bool {
		return !strings.Contains(w.run(nil, "find", w.dir, "-name", "rows-*").out, "rows-")
	})
}

// TestPickSeveral: adopt and release take several profiles from the picker, which keeps
// what was marked while the query changes; the plain list can do it too.
func TestPickSeveral(t *testing.T) {
	w := adopted(t, manyText)
	s := w.shell("bash")
	for _, style := range []string{"fzf", "list"} {
		s.Type("GUISE_PICKER=" + style + " guise release\r")
		if style == "fzf" {
			s.See("tab: mark")
			s.Type("org-de")
			s.See(`\b2/\d+\b`)
			s.Type("\t")
			s.See(`\(1\)`)
			s.Type("\x15federated") // ctrl-u
			s.See(`\b1/\d+ \(1\)`)
			s.Type("\t\r")
		} else {
			s.See(`go on with those that are marked: 0`)
			for i, name := range []string{"org-dev", "federated"} {
				s.Type(name + "\r")
				s.See(fmt.Sprintf(`go on with those that are marked: %d`, i+1))
			}
			s.Type("go on\r")
		}
		s.See(`release 2 profiles`)
		s.Type("y\r")
		s.See(`released 2 profiles`)
		s.See("ready ")
		s.Type("guise adopt --all --yes; echo all\r")
		s.See(`(?m)^all$`)
		s.See("ready ")
	}
}
