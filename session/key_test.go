package session_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// leftOut are the fields of a link that are no part of its session's name.
func leftOut() map[string]string {
	return map[string]string{
		"Profile":         "two profiles of one definition share a session; it counts where a command is told it",
		"SecretAccessKey": "the access key id says whose key it is, and no secret goes into the digest",
		"Token":           "the id of a temporary key belongs to one session; a web identity token's digest is in Outside",
		"SignIn":          "whichever way the user signs in, they get the same",
		"Stored":          "the same key, wherever its secret is",
		"Region":          "the same credentials come from every regional endpoint",
		"Browser":         "who signs in is checked where it matters: see package signin, about.go",
		"AccountName":     "what an account is called is for messages: its id counts",
		"NarrowedBy":      "whichever profile says them, the policies are the same, and they count",
		"DualStack":       "the same credentials come from both hosts of a service",
	}
}

// TestKeyHoldsEveryField: a link that differs in one field has another name,
// unless the field is left out for a reason. A new field fails this test.
func TestKeyHoldsEveryField(t *testing.T) {
	why := leftOut()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[session.Link]()) {
		name := field.Name
		if field.Anonymous {
			continue // the fields in it follow
		}
		l := session.Link{Kind: session.AssumeRole}
		change(t, reflect.ValueOf(&l).Elem().FieldByIndex(field.Index))
		differs := session.Chain{l}.Key() != session.Chain{{Kind: session.AssumeRole}}.Key()
		if _, left := why[name]; differs == left {
			t.Errorf("%s: changes the name: %v; left out: %q", name, differs, why[name])
		}
		delete(why, name)
	}
	if len(why) > 0 {
		t.Errorf("left out, and no fields: %v", why)
	}
	for name, pair := range map[string][2]session.Link{
		"scopes and policies":  {{Scopes: []string{"x"}}, {PolicyARNs: []string{"x"}}},
		"policies and outside": {{PolicyARNs: []string{"x"}}, {Outside: []string{"x"}}},
		"outside and tags":     {{Outside: []string{"k", "v", "true"}}, {Tags: []session.Tag{{Key: "k", Value: "v", Transitive: true}}}},
		"two and one":          {{Scopes: []string{"x", "y"}}, {Scopes: []string{"x"}, PolicyARNs: []string{"y"}}},
		"neighbours":           {{RoleARN: "ab", SessionName: "c"}, {RoleARN: "a", SessionName: "bc"}},
	} {
		if (session.Chain{pair[0]}).Key() == (session.Chain{pair[1]}).Key() {
			t.Errorf("%s have one name", name)
		}
	}
	for i := range reflect.TypeFor[session.Tag]().NumField() {
		var tag session.Tag
		change(t, reflect.ValueOf(&tag).Elem().Field(i))
		if (session.Chain{{Tags: []session.Tag{tag}}}).Key() == (session.Chain{{Tags: make([]session.Tag, 1)}}).Key() {
			t.Errorf("field %d of a tag does not change the name", i)
		}
	}
}

func change(t *testing.T, field reflect.Value) {
	t.Helper()
	switch v := field.Addr().Interface().(type) {
	case *string:
		*v = "other"
	case *session.Kind:
		*v = "other"
	case *bool:
		*v = true
	case *time.Duration:
		*v = time.Hour
	case *[]string:
		*v = []string{"other"}
	case *[]session.Tag:
		*v = []session.Tag{{Key: "other"}}
	case *secret.Text:
		*v = secret.New("other")
	default:
		t.Fatalf("say here how a %s is changed", field.Type())
	}
}

// outside is a terminal, folder and machine that a plan is made in.
type outside struct {
	env       map[string]string
	files     map[string]string // tokens
	here      []string          // what is in the folder
	programs  map[string]string // on PATH
	dir, host string
}

func (o outside) defaults() session.Defaults {
	return session.Defaults{
		SessionName: "guise-alice",
		Getenv:      func(name string) string { return o.env[name] },
		Environ: func() (all []string) {
			for name, value := range o.env {
				all = append(all, name+"="+value)
			}
			return all
		},
		Exists:   func(path string) bool { return slices.Contains(o.here, path) },
		LookPath: func(name string) string { return o.programs[name] },
		Dir:      func() string { return o.dir },
		Host:     func() string { return o.host },
		Token:    func(path string) secret.Text { return secret.New(o.files[path]) },
	}
}

func (o outside) with(change func(*outside)) outside {
	o.env, o.files, o.programs = maps.Clone(o.env), maps.Clone(o.files), maps.Clone(o.programs)
	change(&o)
	return o
}

// TestKeyHoldsTheOutside: what a result depends on and no file says. For each
// kind of source, each outside input is changed alone; it must change the name
// exactly where the source goes by it.
func TestKeyHoldsTheOutside(t *testing.T) {
	set := func(name, value string) func(*outside) { return func(o *outside) { o.env[name] = value } }
	inputs := map[string]func(*outside){
		"profile":          set("AWS_PROFILE", "other"),
		"default profile":  set("AWS_DEFAULT_PROFILE", "other"),
		"config file":      set("AWS_CONFIG_FILE", "/other"),
		"credentials file": set("AWS_SHARED_CREDENTIALS_FILE", "/other"),
		"key id":           set("AWS_ACCESS_KEY_ID", "AKIAOTHER"),
		"endpoint":         set("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
		"STS endpoint":     set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
		"role":             set("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/Other"),
		"role session":     set("AWS_ROLE_SESSION_NAME", "other"),
		"web token file":   set("AWS_WEB_IDENTITY_TOKEN_FILE", "/other"),
		"token file":       set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/none/other"),
		"beanstalk":        set("AWS_EB_PROFILE", "other"),
		"unheard-of":       set("AWS_WHO_TO_BE", "other"),
		"home":             set("HOME", "/other"),
		"search path":      set("PATH", "bin:/bin"),
		"other program":    func(o *outside) { o.programs["creds"] = "/other/creds" },
		"named variable":   set("WHERE", "/other"),
		"region":           set("AWS_REGION", "eu-west-1"),
		"pager":            set("AWS_PAGER", "less"),
		"secret":           set("AWS_SECRET_ACCESS_KEY", "other"),
		"session token":    set("AWS_SESSION_TOKEN", "other"),
		"a tool's secret":  set("AWS_VAULT_FILE_PASSPHRASE", "other"),
		"login folder":     set("AWS_LOGIN_CACHE_DIRECTORY", "/other"),
		"container":        set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/other"),
		"task":             set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/other"),
		"container token":  set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other"),
		"pod's token":      func(o *outside) { o.files["/pod/token"] = "other" },
		"instance address": set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1/other"),
		"web token":        func(o *outside) { o.files["/web/token"] = "other" },
		"folder":           func(o *outside) { o.dir = "/other" },
		"host":             func(o *outside) { o.host = "other" },
	}
	toCommands := "profile, default profile, config file, credentials file, key id, endpoint, STS endpoint, search path, login folder, container, task, " +
		"instance address, role, role session, web token file, token file, beanstalk, unheard-of, home"
	inFolder := strings.ReplaceAll(toCommands, "search path", "folder") // it is relative already
	here := outside{
		env:   map[string]string{"PATH": "/bin", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/pod/token"},
		files: map[string]string{"/pod/token": "t", "/web/token": "t"}, dir: "/home/alice", programs: map[string]string{"creds": "/bin/creds"}, host: "laptop",
	}
	noFile := here.with(func(o *outside) { delete(o.env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") })
	for _, c := range []struct {
		name, settings, wants string
		here                  outside
	}{
		{"keys", "aws_access_key_id = AKIA1\naws_secret_access_key = s", "", here},
		{"role", "role_arn = arn:aws:iam::222222222222:role/A\nsource_profile = user", "", here},
		{"SSO", "sso_session = s\nsso_account_id = 111111111111\nsso_role_name = R", "", here},
		{"SAML", "guise_saml_url = https://idp/", "", here},
		{"SAML command", "guise_saml_command = /bin/assert", toCommands, here},
		{"process", "credential_process = /bin/creds --for me", toCommands, here},
		{"process on PATH", "credential_process = creds --for me", toCommands + ", other program", here},
		{"process in a shell", "credential_process = sh -c 'exec creds'", toCommands + ", other program", here},
		{"process with a variable", "credential_process = /bin/creds $WHERE", toCommands + ", named variable", here},
		{"process in the folder", "credential_process = ./creds", inFolder, here},
		{"script in the folder", "credential_process = python3 creds.py", inFolder, here},
		{"web identity", "role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_file = /web/token", "web token", here},
		{"web identity of a command", "role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_process = creds token", toCommands + ", other program", here},
		{"web identity in the folder", "role_arn = arn:aws:iam::222222222222:role/A\nweb_identity_token_process = ./token", inFolder, here},
		{"environment", "role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = Environment", "key id", here},
		{"container", "role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = EcsContainer", "container, task, pod's token, token file", here},
		{"container without a file", "role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = EcsContainer", "container, task, container token", noFile},
		{"instance", "role_arn = arn:aws:iam::222222222222:role/A\ncredential_source = Ec2InstanceMetadata", "instance address, host", here},
		{"login", "login_session = arn:aws:iam::1:user/me", "login folder", here},
	} {
		files := read(t, "[profile p]\n"+c.settings+"\n[sso-session s]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n", keys)
		key := func(o outside) string {
			chain, err := session.Resolve(files, "p", o.defaults())
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			return chain.Key()
		}
		for input, change := range inputs {
			want := strings.Contains(", "+c.wants+",", ", "+input+",")
			if got := key(c.here.with(change)) != key(c.here); got != want {
				t.Errorf("%s: another %s is another session: %v, want %v", c.name, input, got, want)
			}
		}
	}
}

// TestRelative: which commands another folder may make another of.
func TestRelative(t *testing.T) {
	in := func(command, dir string) string {
		f := read(t, "[profile p]\ncredential_process = "+command+"\n", "")
		o := outside{env: map[string]string{"PATH": "/usr/bin:/bin", "WHERE": "here", "ROOT": "/opt"}, dir: dir, here: []string{"here", "my own", "/etc/here"}}
		chain, err := session.Resolve(f, "p", o.defaults())
		if err != nil {
			t.Fatal(err)
		}
		return chain.Key()
	}
	many := func(n int) string { return "creds" + strings.Repeat(" x", n-1) }
	for command, relative := range map[string]bool{
		many(32): false, many(33): true, "creds -": false, "creds -- -x": false, "creds xxhere": false, "creds /etc/here": false, `creds "x"`: false,
		"cat here": true, "sh here": true, `sh -c "cat here"`: true, "sh -c 'cat < here'": true, "sh -c 'cat <here'": true, "creds --file=here": true,
		"creds -fhere": true, "creds @here": true, "creds 'my own'": true, "creds file://here": true, "cat $WHERE": true, "cat ${UNSET:-here}": true,
		"cat *.creds": true, "/bin/cat here": true, "aws configure export-credentials --profile there": false, "$ROOT/creds": false, "creds file:///here": false,
		"creds": false, "/usr/local/bin/creds --profile a": false, "~/bin/creds": false, `"/opt/my tools/creds" x`: false,
		"$HOME/bin/creds": false, "creds --url https://idp.example.com/x": false, "creds --as me@example.com": false, "C:/tools/creds.exe": false,
		"./creds": true, "bin/creds": true, "../creds": true, "python3 creds.py": true, "sh -c 'cd .. && creds'": true,
		"creds --config team.toml": true, "creds --config=conf/team": true, `creds "$PWD"`: true, "creds `pwd`": true, `bin\creds`: true,
	} {
		if got := in(command, "/a") != in(command, "/b"); got != relative {
			t.Errorf("%s: relative: %v, want %v", command, got, relative)
		}
	}
}
