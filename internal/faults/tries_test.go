//go:build linux

package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryCommandIsTried: each command of the reference is in a story, or is known to
// change nothing, or is named here with the reason.
func TestEveryCommandIsTried(t *testing.T) {
	left := map[string]string{
		"doctor": "without --fix it changes nothing, but tries whether the cache can be written to",
	}
	var tried []string
	for _, s := range slices.Concat(stories(), quiet()) {
		tried = append(tried, strings.Join(s.args, " ")+" ")
	}
	page, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for _, m := range regexp.MustCompile("(?m)^### `guise ([a-z -]+[a-z])").FindAllStringSubmatch(text, -1) {
		name := m[1]
		group := slices.Contains([]string{"cache", "keys", "mfa", "sso"}, name)
		if group || left[name] != "" || slices.ContainsFunc(tried, func(args string) bool { return strings.HasPrefix(args, name+" ") }) {
			continue
		}
		t.Errorf("guise %s is in no story", name)
	}
}

// TestSampleCoversAll: the smallest sample has every command and every place.
func TestSampleCoversAll(t *testing.T) {
	seen := map[string]bool{}
	o := options{sample: 3}
	for _, s := range stories() {
		if s.variant {
			continue
		}
		some := o.chosen(s.name, len(places()))
		if len(some) != 3 || !slices.Equal(some, o.chosen(s.name, len(places()))) {
			t.Errorf("%s: %v", s.name, some)
		}
		for _, i := range some {
			seen[places()[i].name] = true
		}
	}
	for _, p := range places() {
		if !seen[p.name] {
			t.Errorf("%s is in no sample", p.name)
		}
	}
}

// TestStates: every story begins in a state that there is.
func TestStates(t *testing.T) {
	all := states()
	for _, s := range slices.Concat(stories(), quiet()) {
		if _, ok := all[s.state]; !ok {
			t.Errorf("%s: no state %q", s.name, s.state)
		}
	}
	for name, s := range all {
		if _, ok := all[s.from]; s.from != "" && !ok {
			t.Errorf("%s: no state %q", name, s.from)
		}
	}
}
