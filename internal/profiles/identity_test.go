package profiles

import (
	"testing"

	"guise/internal/configtest"
)

// TestIdentity: an account is called by its name where the answer is of the very account
// that the profile's name is of.
func TestIdentity(t *testing.T) {
	f := configtest.Files(t, "[profile dev]\nguise_sso_account_id = 123456789012\nguise_sso_account_name = Dev\x1b & Co\n")
	p, err := f.Profile("dev")
	if err != nil {
		t.Fatal(err)
	}
	for account, want := range map[string]string{
		"123456789012": "dev: arn in Dev� & Co (123456789012)",
		"210987654321": "dev: arn", // a role in another account, from there
		"":             "dev: arn",
	} {
		if got := NewIdentity("dev", p, nil, account, "arn", "id").Line(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	none, _ := f.Profile("nobody")
	if got := NewIdentity("", none, nil, "", "arn", "id").Line(); got != "the credentials here: arn" {
		t.Error(got)
	}
}
