package secret

import (
	"strings"
	"testing"
)

// TestHide: what a command names as a secret is not shown, however it is written; the
// rest is as it was.
func TestHide(t *testing.T) {
	for command, want := range map[string]string{
		"op read op://aws/key":                         "op read op://aws/key",
		"aws secretsmanager get-secret-value --name x": "aws secretsmanager get-secret-value --name x",
		"creds --password LEAK --role x":               "creds --password [redacted] --role x",
		"creds --password=LEAK --role x":               "creds --password=[redacted] --role x",
		"creds --token-file /run/token --token --x":    "creds --token-file /run/token --token --x",
		`creds --password 'two LEAK' --role x`:         `creds --password '[redacted]' --role x`,
		`creds --password a@b,LEAK"LEAK --role`:        `creds --password [redacted] --role`,
		`creds --token "x LEAK`:                        `creds --token "[redacted]`,
		"creds --token":                                "creds --token",
		"creds ://:@ https://me@host/ x:":              "creds ://:[redacted]@ https://me@host/ x:",
		"API_TOKEN=LEAK creds":                         "API_TOKEN=[redacted] creds",
		`creds --token "LEAK"`:                         `creds --token "[redacted]"`,
		`echo {"AccessKeyId":"AKIA1","SecretAccessKey":"LEAK","SessionToken":"LEAK"}`: `echo {"AccessKeyId":"AKIA1","SecretAccessKey":"[redacted]","SessionToken":"[redacted]"}`,
		`sh -c "echo {\"SecretAccessKey\": \"LEAK\"}"`:                                `sh -c "echo {\"SecretAccessKey\": \"[redacted]\"}"`,
		"echo {Version:1,SecretAccessKey:LEAK}":                                       "echo {Version:1,SecretAccessKey:[redacted]}",
		`curl -H "Authorization: Bearer LEAK" https://me:LEAK@example.com/x`:          `curl -H "Authorization: Bearer [redacted]" https://me:[redacted]@example.com/x`,
	} {
		if got := Hide(command); got != want || strings.Contains(got, "LEAK") {
			t.Errorf("%s\n got %s\nwant %s", command, got, want)
		}
	}
}
