package export

import (
	"strings"
	"testing"
	"time"

	"guise/internal/awsenv"
	"guise/internal/secret"
	"guise/session"
)

// TestText: each format has the session and its region, and refuses a control character.
func TestText(t *testing.T) {
	s := Session{
		Credentials: session.Credentials{
			AccessKeyID: "ASIAX", SecretAccessKey: secret.New("s/ecret"), SessionToken: secret.New("tok+en="), Expires: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		},
		Profile: "p", Region: "eu-west-3", Env: awsenv.Env{"GUISE_REGION_FOR=x", "AWS_REGION=r"},
	}
	for _, format := range Formats() {
		if format == File {
			continue
		}
		text, err := s.Text(format, "p")
		if err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for _, want := range []string{"ASIAX", "s/ecret", "tok+en=", "2026-01-02T03:04:05Z", "eu-west-3"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s:\n%s", format, want, text)
			}
		}
		if noted := strings.Contains(text, awsenv.RegionFor); noted != (format == "env" || format == "fish" || format == "powershell") {
			t.Errorf("%s: %s", format, text)
		}
		if strings.HasPrefix(text, "[p]\n") != HasSection(format) {
			t.Errorf("%s: %s", format, text)
		}
		bad := s
		bad.SessionToken = secret.New("a\nb")
		if text, err := bad.Text(format, "p"); format != jsons && (err == nil || text != "") {
			t.Errorf("%s takes a newline: %s", format, text)
		}
	}
}
