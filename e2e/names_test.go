//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"guise/internal/loopback"
	"guise/internal/need"
)

// hostileOrganisation has accounts and roles with the names that AWS and people may give,
// the same ones in every run.
func hostileOrganisation(n int) []loopback.Account {
	names := []string{
		"default", "__proto__", "constructor", "toString", "profile x", "sso-session x", "büro", "東京", "עברית", "a b", "a  b", "a=b", "a;b", "a#b", "a]b", "[a", `a"b`, "a'b", `a\b`,
		"$(touch pwned)", "`x`", "{{.RoleName}}", "%(x)s", "${x}", "a,b", "a!b", "-rf", "--help", ".", "..", "../x", "/", ":", "@", "+", "_", "😀", "Ω", "ﬀ", "K", "prod", "prod", "prod-600000000044",
	}
	roles := []string{"Admin", "__proto__", "default", "a=b", "a+b", "a,b", "a.b", "a@b", "a-b", "a_b", "-x", "constructor"}
	letters := []rune("ab-_.=+,@ #;[]\"'\\%$/:üé東😀Ω")
	random := rand.New(rand.NewPCG(1, 2))
	var accounts []loopback.Account
	for i := range n {
		name := ""
		if i < len(names) {
			name = names[i]
		} else {
			for range 1 + random.IntN(8) {
				name += string(letters[random.IntN(len(letters))])
			}
		}
		id := fmt.Sprint(600000000001 + i)
		accounts = append(accounts, loopback.Account{ID: id, Name: name, Email: "x@demo.example", Roles: []string{roles[i%len(roles)], roles[(i+5)%len(roles)]}})
	}
	return accounts
}

// readers print, as JSON, what an SDK reads in the config file: its profiles, by name.
func (w *world) readers() map[string][]string {
	w.t.Helper()
	node := need.Program(w.t, "node")
	dir, err := filepath.Abs("testdata/js")
	need.That(w.t, err)
	_, err = os.Stat(filepath.Join(dir, "node_modules")) // npm ci --prefix e2e/testdata/js
	need.That(w.t, err)
	in := func(script string) []string { return []string{"env", "-C", dir, node, "-e", script} }
	return map[string][]string{
		"botocore":          {need.Program(w.t, "python3"), "-c", "import botocore.session, json; print(json.dumps(botocore.session.Session().full_config['profiles']))"},
		"JavaScript SDK v3": in(`require("@smithy/shared-ini-file-loader").loadSharedConfigFiles().then(f => console.log(JSON.stringify(f.configFile)))`),
		"JavaScript SDK v2": in(`process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1"; console.log(JSON.stringify(require("aws-sdk").util.iniLoader.loadFrom({isConfig: true, filename: process.env.AWS_CONFIG_FILE})))`),
	}
}

// TestSDKsSeeSyncedNames: whatever accounts and roles are called, each has a profile of a name
// of its own that every SDK sees, and that it keeps when others come.
func TestSDKsSeeSyncedNames(t *testing.T) {
	w := adopted(t)
	path := filepath.Join(w.home, ".aws/config")
	w.env = append(w.env, "AWS_CONFIG_FILE="+path)
	readers := w.readers()
	sync := func(accounts []loopback.Account) (added []string) {
		t.Helper()
		w.aws.SetOrganisation(accounts)
		got := w.guise("sso", "sync", "demo", "--json")
		var changes struct {
			Added, Removed, Stale, Taken []string
			Renamed                      [][2]string
		}
		if err := json.Unmarshal([]byte(got.out), &changes); err != nil || got.code != 0 || len(changes.Removed)+len(changes.Stale)+len(changes.Taken)+len(changes.Renamed) != 0 {
			t.Fatalf("%v: %+v", err, got)
		}
		return changes.Added
	}
	w.at("guise sso login demo").See("code 0")
	const first, later = 60, 200
	names := sync(hostileOrganisation(first))
	was := w.read(".aws/config")
	if more := sync(hostileOrganisation(first)); len(names) != 2*first || len(more) != 0 || w.read(".aws/config") != was {
		t.Errorf("%d names, and %d when nothing has changed", len(names), len(more))
	}
	names = append(names, sync(hostileOrganisation(later))...)
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != 2*later {
		t.Errorf("%d names for %d roles", len(names), 2*later)
	}
	now := w.read(".aws/config")
	for section := range strings.SplitSeq(was, "\n[") {
		if body, _, _ := strings.Cut(section, "\n# guise sso sync"); !strings.Contains(now, strings.TrimSpace(body)) {
			t.Errorf("not there any more: %s", section)
		}
	}
	for sdk, words := range readers {
		got := w.run(nil, words[0], words[1:]...)
		var profiles map[string]map[string]any
		if err := json.Unmarshal([]byte(got.out), &profiles); err != nil {
			t.Errorf("%s: %v: %+v", sdk, err, got)
		}
		for _, name := range names {
			if process, _ := profiles[name]["credential_process"].(string); !strings.Contains(process, "credential-process --profile") {
				t.Errorf("%s does not see %q: %q", sdk, name, process)
			}
		}
	}
	for _, name := range names {
		p, err := config.LoadSharedConfigProfile(t.Context(), name, func(o *config.LoadSharedConfigOptions) {
			o.ConfigFiles, o.CredentialsFiles = []string{path}, []string{}
		})
		if err != nil || !strings.Contains(p.CredentialProcess, "credential-process --profile") {
			t.Errorf("Go does not see %q: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(w.dir, "work", "pwned")); err == nil {
		t.Error("a name was run")
	}
}
