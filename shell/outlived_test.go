package shell

import (
	"strings"
	"testing"
)

// TestRegionOutlives: that the region which guise has set for a profile is still there when
// another is active, or none, is said once, by zsh, bash and fish.
func TestRegionOutlives(t *testing.T) {
	prompting(t, func(t *testing.T, d Dialect, argv []string) {
		hook, _ := d.Hook(HookOptions{})
		set := func(pairs ...string) string {
			var changes []Change
			for _, pair := range pairs {
				name, value, _ := strings.Cut(pair, "=")
				changes = append(changes, Change{Name: name, Value: value, Exported: true, Unset: value == ""})
			}
			return d.script(changes) + "__guise_prompt\n__guise_prompt\n"
		}
		script := hook + set("AWS_PROFILE=a b", "AWS_REGION=us-east-2", "GUISE_REGION_FOR=us-east-2 - a b") +
			set("AWS_PROFILE=dev") + set("AWS_PROFILE=a b") + set("AWS_PROFILE=") + set("AWS_REGION=eu-west-1") +
			set("AWS_PROFILE=x", "AWS_REGION=r", "GUISE_REGION_FOR=r - p\x1b[2J$(id)")
		const said = "guise: the region is still us-east-2, which guise set for a b\nhint: guise off\n"
		_, stderr, _ := run(t, argv, script, "exit 9")
		if want := said + said + "guise: the region is still r, which guise set for p?[2J$(id)\nhint: guise off\n"; stderr != want {
			t.Errorf("%q, want %q", stderr, want)
		}
	})
}
