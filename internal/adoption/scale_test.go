package adoption

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestWorkPerAdoption: what it costs to adopt many profiles (roles of one user, and users
// with access keys of their own) and to release the roles grows with their number alone.
// What is allocated is counted, since time is not to be relied on.
func TestWorkPerAdoption(t *testing.T) {
	work := func(n int) float64 {
		var config, credentials strings.Builder
		for i := range n {
			fmt.Fprintf(&config, "[profile role-%d]\nrole_arn = arn:aws:iam::%012d:role/Admin\nsource_profile = alice\nregion = eu-west-1\n\n", i, i)
			if i%10 == 0 {
				fmt.Fprintf(&credentials, "[user-%d]\naws_access_key_id = AKIAIOSFODNN7%07d\naws_secret_access_key = secret%d\n\n", i, i, i)
			}
		}
		w := newWorld(t, config.String(), credentials.String()+alice)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if result, err := w.adopter().adoptNow(t.Context(), w.files(), nil, Options{All: true, KeepKeys: true}); err != nil || !strings.Contains(result.Done, "manages") {
			t.Fatalf("%+v, %v", result, err)
		}
		var roles []string
		for _, name := range Managed(w.files()) {
			if strings.HasPrefix(name, "role-") {
				roles = append(roles, name)
			}
		}
		if result, err := w.adopter().releaseNow(t.Context(), w.files(), roles); err != nil || !strings.Contains(result.Done, "released") {
			t.Fatalf("%+v, %v", result, err)
		}
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / float64(n) / 1024
	}
	small, large := work(200), work(2000)
	t.Logf("%.1f KiB for each of 200 profiles, %.1f for each of 2,000", small, large)
	if large > most {
		t.Error("too much: how often are the files read, as text and as SDKs do?")
	}
	if large > 1.2*small {
		t.Error("it grows faster than the profiles: something looks through all for each")
	}
}

const most = 17 // KiB; 15, and what the race detector allocates besides

// TestManyUnfit: profiles that cannot be adopted are found all at once, not each by another
// trial of all; each is named with its reason, and the others are adopted.
func TestManyUnfit(t *testing.T) {
	var config strings.Builder
	for i := range 50 {
		fmt.Fprintf(&config, "[profile both-%d]\nrole_arn = arn:aws:iam::%012d:role/Admin\nguise_role_arn = arn:aws:iam::%012d:role/Admin\nsource_profile = alice\n\n", i, i, i)
	}
	config.WriteString("[profile fit]\nrole_arn = arn:aws:iam::111111111111:role/Admin\nsource_profile = alice\n")
	w := newWorld(t, config.String(), alice)
	a := w.adopter()
	trials, executable := 0, a.Executable
	a.Executable = func() (string, error) { trials++; return executable() }
	change, err := a.Adopt(w.files(), nil, Options{All: true, KeepKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	if trials > 2 {
		t.Errorf("%d trials", trials)
	}
	if left := strings.Join(change.Left, "\n"); !strings.Contains(left, "both-0, ") || !strings.Contains(left, "45 more: it has both role_arn and guise_role_arn") {
		t.Errorf("left: %s", left)
	}
	if result, err := change.Apply(t.Context()); err != nil || !strings.HasPrefix(result.Done, "guise manages 2 profiles now") {
		t.Errorf("%+v, %v", result, err)
	}
}
