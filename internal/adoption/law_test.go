package adoption

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
)

// twoFaced is a profile that botocore and the Go SDK take for two identities.
func twoFaced(name string) string {
	return "[profile " + name + "]\ncredential_process = /bin/creds\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
}

// TestClash: a profile that the SDKs take for two identities is left of all, and said; by
// its name it is adopted, and whose identity changes is said.
func TestClash(t *testing.T) {
	w := newWorld(t, role+twoFaced("b")+twoFaced("a"), alice)
	w.keyring = keyring{}
	if _, err := w.adopt(Options{All: true}); err != nil || !slices.Equal(Managed(w.files()), []string{"admin", "alice"}) {
		t.Errorf("%v, %q", err, Managed(w.files()))
	}
	if len(w.left) != 2 || !strings.HasPrefix(w.left[0], "skipped: b: botocore (AWS CLI, boto3) uses process /bin/creds; the Go SDK uses access-key AKIA1; ") ||
		!strings.HasSuffix(w.left[0], " (guise adopt b asks)") || !w.saidLine("skipped: a: botocore", " (guise adopt a asks)") {
		t.Errorf("%q", w.left)
	}
	w.said = nil
	if _, err := w.adopt(Options{KeepKeys: true}, "a"); err != nil || !strings.Contains(w.both(), "guise_credential_process = /bin/creds\n") {
		t.Errorf("%v\n%s", err, w.both())
	}
	if len(w.said) != 1 || !w.saidLine("a: botocore", ". Once guise manages it, the Go SDK uses the same identity as botocore") {
		t.Errorf("%q", w.said)
	}
}

// viaKeys are profiles whose source has a role and access keys: SDKs go by its keys when
// it is a source, and by its role when it is named. So once it is managed, a profile
// that is not is somebody else. A setting of guise's own that is wrong keeps guise, and
// no SDK, from these.
func viaKeys(names ...string) string {
	config := "[profile source]\nrole_arn = arn:aws:iam::222222222222:role/Own\nsource_profile = alice\n" + pair
	for _, name := range names {
		config += "[profile " + name + "]\nrole_arn = arn:aws:iam::333333333333:role/Dev\nsource_profile = source\nguise_session_tags = wrong\n"
	}
	return config
}

// TestBreach: an adoption by which an SDK would become somebody else is refused by name,
// with nothing written; of all, its source is left, and every profile that it would
// concern is said.
func TestBreach(t *testing.T) {
	for _, others := range [][]string{{"x"}, {"x", "y"}, {"x", "y", "z"}} {
		w := newWorld(t, role+viaKeys(others...), alice)
		before := w.both()
		_, err := w.adopt(Options{KeepKeys: true}, "source")
		one, ok := errors.AsType[*awsconfig.ProfileError](err)
		if !ok || one.Profile != "x" || !errors.As(err, new(*sdk.Breach)) || w.both() != before {
			t.Fatalf("%d: %v", len(others), err)
		}
		if _, err := w.adopt(Options{All: true, KeepKeys: true}); err != nil || !slices.Equal(Managed(w.files()), []string{"admin"}) {
			t.Errorf("%d: %v, %q", len(others), err, Managed(w.files()))
		}
		for _, name := range others {
			if !w.saidLine("skipped: "+name+": botocore takes "+name+" for another identity than guise would: ", "") {
				t.Errorf("%s: %q", name, w.left)
			}
		}
	}
}

// TestEditedMeanwhile: what somebody writes into the files while the user is asked is held
// against the law, too.
func TestEditedMeanwhile(t *testing.T) {
	w := newWorld(t, role+viaKeys(), alice)
	change, err := w.adopter().Adopt(w.files(), []string{"source"}, Options{KeepKeys: true})
	w.must(err)
	w.write(role+viaKeys("x"), alice)
	before := w.both()
	if _, err := change.Apply(t.Context()); !errors.As(err, new(*sdk.Breach)) || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
}

// TestAlias: a profile whose command asks guise for another is that other one; a circle
// of such leads nowhere, and is left.
func TestAlias(t *testing.T) {
	const line = "credential_process = /usr/bin/guise credential-process --profile "
	w := newWorld(t, role+"[profile lost]\n"+line+"nobody\n[profile alias]\n"+line+"admin\n[profile round]\n"+line+"about\n[profile about]\n"+line+"round\n", alice)
	before := w.both()
	if _, err := w.adopt(Options{}, "alias"); err != nil || !strings.Contains(w.both(), "\nguise_"+line+"admin\n") {
		t.Errorf("%v\n%s", err, w.both())
	}
	if _, err := w.release("alias"); err != nil || w.both() != before {
		t.Errorf("%v\n%s", err, w.both())
	}
	if _, err := w.adopt(Options{}, "round"); !errors.As(err, new(*sdk.Breach)) || w.both() != before {
		t.Errorf("a circle: %v", err)
	}
}

// TestOwnKinds: what no SDK knows may be adopted where guise knows it: a SAML sign-in,
// and what another tool keeps under a prefix of its own and runs by its own command. A
// profile without such settings is what that command gives.
func TestOwnKinds(t *testing.T) {
	const saml = "[profile saml]\nguise_saml_url = https://idp.example.com/start\nguise_saml_role_arn = arn:aws:iam::222222222222:role/Dev\n"
	const granted = "[profile granted]\ngranted_sso_start_url = https://x.awsapps.com/start\ngranted_sso_region = eu-west-1\ngranted_sso_account_id = 111111111111\n" +
		"granted_sso_role_name = Dev\ncredential_process = granted credential-process --profile granted\n"
	const token = "[profile token]\nrole_arn = arn:aws:iam::222222222222:role/Dev\nweb_identity_token_process = /bin/token\n"
	const above = "[profile above]\nrole_arn = arn:aws:iam::333333333333:role/Dev\nsource_profile = token\n" + token
	const including = "[profile including]\ninclude_profile = shared\nrole_arn = arn:aws:iam::222222222222:role/Dev\n" +
		"[profile shared]\nsource_profile = bare\nexternal_id = x\n[profile bare]\ncredential_process = /bin/creds\n"
	const plain = "[profile plain]\ncredential_process = granted credential-process --profile other\n[profile other]\nregion = x\n"
	for name, config := range map[string]string{"saml": saml, "granted": granted, "token": token, "above": above, "including": including, "plain": plain} {
		w := newWorld(t, config, "")
		before := w.both()
		if _, err := w.adopt(Options{}, name); err != nil || !slices.Equal(Managed(w.files()), []string{name}) {
			t.Errorf("%s: %v\n%s", name, err, w.both())
		}
		if _, err := w.release(name); err != nil || w.both() != before {
			t.Errorf("%s: %v\n%s", name, err, w.both())
		}
	}
}

// TestChainOf: sources are followed to the end, around no circle.
func TestChainOf(t *testing.T) {
	w := newWorld(t, "[profile a]\nsource_profile = b\n[profile b]\nsource_profile = c\n[profile c]\nsource_profile = b\n[profile d]\nsource_profile = nobody\n", alice)
	for name, want := range map[string]string{"a": "a b c", "c": "c b", "d": "d nobody", "alice": "alice"} {
		if got := strings.Join(chainOf(w.files(), name), " "); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestReadableBy: where botocore cannot read a file, and an adoption would have it do so, a
// profile that botocore alone sees would be somebody of a sudden: that is a breach too.
func TestReadableBy(t *testing.T) {
	const unreadable = role + "s3 =\n  addressing_style = path\n [profile below] ; note\n"
	const hidden = "[profile \"pro#d\"]\n" + pair
	for config, refused := range map[string]bool{unreadable + hidden: true, unreadable: false, unreadable + "[profile other]\n" + pair: false} {
		w := newWorld(t, config, alice)
		before := w.both()
		_, err := w.adopt(Options{KeepKeys: true}, "admin")
		if b, is := errors.AsType[*sdk.Breach](err); is != refused || is && (b.Profile != "pro#d" || w.both() != before) || !is && err != nil {
			t.Errorf("%v\n%s", err, w.both())
		}
	}
}
