package awsenv

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// FuzzTrace: what exec has set for a command is undone as a whole, whatever it was; and
// whatever the trace's variable holds, only a variable that has the value which the
// trace tells becomes another.
func FuzzTrace(f *testing.F) {
	f.Add("prod", "eu-west-1", []byte(`{"AWS_PROFILE":{"set":"prod","was":"dev"},"AWS_REGION":{"set":"x"}}`))
	f.Add("", "a=b\n", []byte(`{"GUISE_EXEC":{"set":"x","was":"y"},"":{"set":""}}`))
	f.Add("\xff", "", []byte(`{"AWS_PROFILE":null}`))
	f.Add("", "", []byte("null"))
	f.Fuzz(func(t *testing.T, profile, region string, data []byte) {
		was := Env{"HOME=/home/me", Profile + "=" + profile, "EMPTY="}
		inside := was.WithTraced(Variable{ConfigFile, strings.ToValidUTF8(region, "?")}, Variable{Region, "new"})
		if got, want := slices.Sorted(slices.Values(inside.Outside())), slices.Sorted(slices.Values(was)); strings.ToValidUTF8(profile, "?") == profile && !slices.Equal(got, want) {
			t.Fatalf("%q came back as %q", want, got)
		}
		forged := was.With(Variable{Region, region}, Variable{Trace, base64.RawURLEncoding.EncodeToString(data)})
		get := func(name string) string { value, _ := forged.Get(name); return value }
		traced := Traced(get)
		outside := forged.Outside()
		if _, set := outside.Get(Trace); set && traced[Trace] == nil {
			t.Fatalf("the trace is still there: %q", outside)
		}
		for _, pair := range forged {
			name, value, _ := strings.Cut(pair, "=")
			before, changed := traced[name]
			switch is, set := outside.Get(name); {
			case name == Trace:
			case !changed && (!set || is != value), changed && before != nil && is != *before, changed && before == nil && set:
				t.Fatalf("%s was %q and is %q (%v): %s", name, value, is, set, data)
			}
		}
	})
}
