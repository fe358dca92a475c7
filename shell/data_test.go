package shell

import "testing"

// TestData: a change for a hook that evaluates nothing, there and back.
func TestData(t *testing.T) {
	for want, changes := range map[string][]Change{
		`{"env":{"AWS_PROFILE":"\u00e9\ud83d\ude00'\"$(x)","AWS_X":null},"hook":{"state":"s"}}`: {
			{Name: "AWS_REGION", Keep: true},
			{Name: "AWS_X", Unset: true, Exported: true},
			{Name: "AWS_PROFILE", Value: "é😀'\"$(x)", Exported: true},
			{Name: "__guise_state", Value: "s"},
		},
		`{"env":{"AWS_PROFILE":"was","AWS_REGION":null},"hook":{"profile":""}}`: {
			{Name: "AWS_PROFILE", Value: "was", GiveBack: true}, {Name: "AWS_REGION", Unset: true, GiveBack: true}, {Name: "__guise_profile"},
		},
	} {
		if got := dataOf(changes); got != want+"\n" {
			t.Errorf("%s", got)
		}
	}
}
