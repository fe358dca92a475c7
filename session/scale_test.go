package session

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// TestOneOfMany: to plan one profile takes as much work among thousands as among a few. It
// is done at each call of an SDK. What is allocated is counted, since time is not to be relied on.
func TestOneOfMany(t *testing.T) {
	const ways = `
[profile deploy]
role_arn = arn:aws:iam::222222222222:role/Deploy
source_profile = ci
services = local

[profile sso]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = Developer

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1

[services local]
sts =
  endpoint_url = https://localhost
`
	among := func(n int, name string) (bytes uint64) {
		var config strings.Builder
		for i := range n {
			fmt.Fprintf(&config, "[profile account-%d]\nrole_arn = arn:aws:iam::222222222222:role/R\nsource_profile = ci\n", i)
		}
		config.WriteString(ways)
		dir := t.TempDir()
		paths := [2]string{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
		for i, text := range []string{config.String(), "[ci]\naws_access_key_id = AKIA\naws_secret_access_key = x\n"} {
			if err := os.WriteFile(paths[i], []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := awsconfig.Read(paths[0], paths[1])
		if err != nil {
			t.Fatal(err)
		}
		d := Defaults{Endpoint: func(p awsconfig.Profile, _ string) string {
			if name := p.Get("services"); name != "" {
				services, _ := f.Services(name)
				return services.Nested("sts")["endpoint_url"]
			}
			return ""
		}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = Resolve(f, name, d)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	for _, name := range []string{"deploy", "sso"} {
		if few, many := among(10, name), among(5000, name); many > few+16<<10 {
			t.Errorf("%s: %d bytes are allocated among ten profiles, %d among 5,000", name, few, many)
		}
	}
}

// TestAllAsEach: profiles that share their sources are planned together as each is by
// itself, those that go in a circle too.
func TestAllAsEach(t *testing.T) {
	const keys = "aws_access_key_id = AKIA\naws_secret_access_key = x\n"
	role := func(name, source, more string) string {
		return "[profile " + name + "]\nrole_arn = arn:aws:iam::222222222222:role/" + name + "\nsource_profile = " + source + "\n" + more
	}
	config := role("g", "e", "") + role("a", "b", "") + role("b", "user", "") + role("c", "b", "mfa_serial = arn:aws:iam::222222222222:mfa/c\n") + role("d", "c", "") +
		role("e", "f", "") + role("f", "e", keys) + role("h", "h", keys) + role("i", "h", "") + role("j", "nobody", "") +
		role("k", "c", "") + role("l", "user", "") + "[profile user]\nmfa_serial = arn:aws:iam::222222222222:mfa/user\n" + keys
	f := configtest.Files(t, config)
	all := ResolveAll(f, Defaults{})
	if len(all) != 13 {
		t.Fatalf("%d profiles", len(all))
	}
	for _, plan := range all {
		chain, err := Resolve(f, plan.Profile.Name, Defaults{})
		if !reflect.DeepEqual(plan.Chain, chain) || !reflect.DeepEqual(plan.Err, err) {
			t.Errorf("%s: %+v, %v among all; %+v, %v by itself", plan.Profile.Name, plan.Chain, plan.Err, chain, err)
		}
	}
}

// TestEndpointsOfMany: where a service is called is found out once for all profiles that say
// the same of it, by each processor.
func TestEndpointsOfMany(t *testing.T) {
	var config strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&config, "[profile account-%d]\nrole_arn = arn:aws:iam::222222222222:role/R\nsource_profile = ci\n", i)
		config.WriteString([]string{"", "services = local\n", "endpoint_url = https://own\n"}[i%3])
	}
	f := configtest.Files(t, config.String()+"[profile ci]\naws_access_key_id = AKIA\naws_secret_access_key = x\n[services local]\nsts =\n  endpoint_url = https://local\n")
	var asked atomic.Int32
	d := Defaults{Endpoint: func(p awsconfig.Profile, service string) string {
		asked.Add(1)
		services, _ := f.Services(p.Get("services"))
		return services.Nested(service)["endpoint_url"] + p.Get("endpoint_url")
	}}
	for i, plan := range ResolveAll(f, d)[:3000] {
		if want := []string{"", "https://local", "https://own"}[i%3]; plan.Err != nil || plan.Chain.Last().Endpoint != want {
			t.Fatalf("%s: %q, not %q (%v)", plan.Profile.Name, plan.Chain.Last().Endpoint, want, plan.Err)
		}
	}
	if most := int32(3 * runtime.GOMAXPROCS(0)); asked.Load() > most {
		t.Errorf("asked %d times, not %d", asked.Load(), most)
	}
}
