//go:build unix

package e2e

import (
	"strings"
	"testing"

	"guise/internal/need"
	"guise/shell"
)

const (
	// fish sets USER to what the system says, so the session's name may differ.
	adminARN     = `arn:aws:sts::222222222222:assumed-role/Admin/guise-\w+`
	developerARN = `arn:aws:sts::333333333333:assumed-role/Developer/guise-\w+`
)

// set is an exported variable in a shell's language.
func set(t *testing.T, name, variable, value string) string {
	t.Helper()
	d, err := shell.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	code, err := d.Script([]shell.Change{{Name: variable, Value: value, Exported: true}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(code)
}

func status(shell string) string {
	if shell == "fish" {
		return "$status"
	}
	return "$?"
}

// TestADay: two windows, two accounts, one code.
func TestADay(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		one := w.shell(name)
		one.Type(set(t, name, "AWS_ACCESS_KEY_ID", "AKIAEXPORTED") + "; " + set(t, name, "AWS_PROFILE", "dev") + "; " + set(t, name, "AWS_REGION", "eu-north-1") + "\r")
		one.See("<dev>ready ")

		// The code is refused: nothing changes.
		one.Type("guise use prod\r")
		one.See("MFA code for prod")
		one.Type("\x1b")
		one.See("cancelled")
		one.Type("echo \"ended $AWS_PROFILE $AWS_ACCESS_KEY_ID\" " + status(name) + "\r")
		one.See("ended dev AKIAEXPORTED 130\\b")

		// A part of a name, a wrong code, a right one.
		one.Type("guise use pro\r")
		one.See("MFA code for prod")
		one.Type("000000\r")
		one.See("that code was wrong; 2 tries left")
		one.See("MFA code for prod")
		code := w.code()
		one.Type(code + "\r")
		one.See("removed from this terminal.*AWS_ACCESS_KEY_ID")
		one.See("prod: Admin, 222222222222, eu-north-1")
		one.See("<prod .*>ready ")
		one.Type("guise whoami\r")
		one.See(adminARN)

		// Another window: another account, no code.
		two := w.shell(name)
		two.Type("guise use staging-us -r us-west-2\r")
		two.See("staging-us: Developer, 333333333333, us-west-2")
		two.Type("guise whoami; echo region=$AWS_REGION\r")
		two.See(developerARN)
		two.See("region=us-west-2")
		two.Type("guise use -; guise use prod; guise use -; guise current\r")
		two.See(`profile  staging-us\s+account  333333333333\s+role     Developer`)

		one.Type("env | grep -c -E '^(AWS_ACCESS|AWS_SEC|AWS_SESS|GUISE_(STATE|PROMPT)|__guise)' | sed 's/^/found /'\r")
		one.See(`found 0\n`)
		one.Type("guise off; echo \"back $AWS_PROFILE $AWS_REGION\"\r")
		one.See("not restored.*AWS_ACCESS_KEY_ID")
		one.See("back dev eu-north-1")

		if n := w.aws.Done("GetSessionToken"); n != 1 {
			t.Errorf("%d MFA sessions for one day", n)
		}
		w.noSecrets(code)
	})
}

// TestClients: the AWS CLI and boto3 in a switched terminal.
func TestClients(t *testing.T) {
	w := adopted(t)
	// Older versions do not know AWS_ENDPOINT_URL, so all are told.
	const cli = ` --endpoint-url "$AWS_ENDPOINT_URL" sts get-caller-identity --query Arn --output text`
	type client struct{ name, command string }
	clients := []client{{"aws", need.Program(t, "aws") + cli}}
	if path := "/usr/bin/aws"; w.run(nil, "sh", "-c", path+" --version | grep -q aws-cli/2").code == 0 {
		clients = append(clients, client{"aws v2", path + cli})
	}
	if hasBoto3() == nil || need.Everything() {
		clients = append(clients, client{"boto3", `python3 -c 'import boto3, os; print(boto3.client("sts", region_name="eu-west-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).get_caller_identity()["Arn"])'`})
	}
	clients = need.Turn(t, clients) // TestEveryClient has them all, outside a terminal
	s := w.shell("bash")
	s.Type("guise use prod\r")
	s.See("MFA code")
	s.Type(w.code() + "\r")
	s.See("<prod .*>ready ")
	for _, c := range clients {
		s.Type(c.command + "\r")
		t.Log(c.name, s.See(adminARN))
		s.See("ready ")
	}
	s.Type("guise use staging\r")
	s.See("staging: Developer")
	for _, c := range clients {
		s.Type(c.command + "\r")
		s.See(developerARN)
	}
	w.noSecrets()
}

const (
	hostile     = "$(touch pwned)`id>pwned`'\";& é"
	hostileText = "\n[profile " + hostile + "]\nrole_arn = arn:aws:iam::111111111111:role/Sandbox\nsource_profile = ci2\nguise_description = two\\nlines \x1b[31mred $(touch pwned)\n" +
		"\n[profile ci2]\nrole_arn = arn:aws:iam::333333333333:role/Deploy\nsource_profile = ci\n"
)

// TestHostileName: a name is data, in every shell and everywhere that it is shown.
func TestHostileName(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t, hostileText)
		s := w.shell(name)
		d, _ := shell.Named(name)

		s.Type("guise use --no-login " + d.Quote(hostile) + "\r")
		s.See("ready ")
		s.Type("printenv AWS_PROFILE\r")
		s.See(`(?m)^` + quoteMeta(hostile) + `$`)

		// Completed from its first letter, which the shell must have quoted.
		first := map[string]string{"zsh": `\$`, "bash": `\$`, "fish": `\$`}[name]
		s.Type("guise off\r")
		s.See("off; no profile is set")
		s.See("ready ")
		s.Type("guise use --no-login " + first + "\t")
		s.See("touch")
		s.Type("\r")
		s.See("ready ")
		s.Type("printenv AWS_PROFILE\r")
		s.See(`(?m)^` + quoteMeta(hostile) + `$`)

		// Picked, with its preview open.
		s.Type("guise off\r")
		s.See("off; no profile is set")
		s.Type("guise use --no-login\r")
		s.See("profile> ")
		s.Type("touch")
		s.See(`\b1/\d+\b`)
		s.Type("\x1f")
		s.See("How guise gets")
		s.Type("\r")
		s.See("ready ")
		s.Type("printenv AWS_PROFILE; guise list; guise explain\r")
		s.See(`(?m)^` + quoteMeta(hostile) + `$`)
		s.See("In this terminal:")

		if got := w.run(nil, "sh", "-c", "find "+w.dir+" -name pwned"); got.out != "" {
			t.Errorf("something ran: %s", got.out)
		}
		if strings.Contains(s.Raw(), "\x1b[31mred") {
			t.Error("an escape sequence from a description reached the terminal")
		}
	})
}

func quoteMeta(s string) string {
	return strings.NewReplacer("$", `\$`, "(", `\(`, ")", `\)`).Replace(s)
}
