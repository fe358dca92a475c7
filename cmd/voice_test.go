package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// unwanted are words that guise does not use, and what it says instead: one word for each
// thing, and none that a reader has to look up.
func unwanted() map[string]string {
	return map[string]string{
		`secret stores?`:             "key store, OS keyring or vault",
		`behind guise`:               "managed",
		`stands? behind`:             "managed",
		`static (access )?keys?`:     "access key",
		`long-lived( access)? keys?`: "access key",
		`seeds?`:                     "MFA secret",
		`[m]end(s|ed|ing)?`:          "fix",
		`waiting room`:               "pending requests",
		`in force`:                   "active profile",
		`until (its|their) end`:      "until it expires",
		`[a]new`:                     "again",
		`of its own accord`:          "by itself",
		`lies? sealed`:               "encrypted",
		`comes? about`:               "say what happens",
		`thereof`:                    "of it",
		`so already`:                 "say what is so",
		`[t]ells whether`:            "reports whether",
		`(a|the) person`:             "you",
		`stands? readable`:           "in plain text",
		`stands? (in|beside|at) (the|a|its|it) ?\w*`: "is in",
		`let go of`:                   "remove",
		`(GUISE|BEHIND GUISE)`:        "MANAGED",
		`log(s|ged)? (you )?in`:       "sign in",
		`give(s|n)? back`:             "restore",
		`whoever .* are as a profile`: "which identity",
		`unknown (command|flag|shorthand)|requires at least \d`: "guise's own words for it: package arguments",
	}
}

// excepted are the texts that need such a word.
func excepted() map[string]string {
	return map[string]string{
		"internal/awsconfig/keys.go moved to the secret store": "in files that an earlier guise wrote",
	}
}

// TestVoice: what users read, messages, help, pages and hooks, has one word for each thing.
func TestVoice(t *testing.T) {
	checked := 0
	check := func(path, text string) {
		checked++
		if excepted()[path+" "+text] != "" {
			return
		}
		for word, instead := range unwanted() {
			if found := regexp.MustCompile(`\b` + word + `\b`).FindString(text); found != "" {
				t.Errorf("%s: %q in %q: say %q", path, found, text, instead)
			}
		}
	}
	for path, text := range pagesForUsers(t) {
		for _, line := range strings.Split(text, "\n") {
			check(path, line)
		}
	}
	for _, text := range shownBy(t) {
		check(text[0], text[1])
	}
	if checked < 2000 {
		t.Errorf("%d texts checked", checked)
	}
}

// shownBy are the texts of the program's own packages, each behind its file: every string
// of two words and more, since such a one is for people.
func shownBy(t *testing.T) (all [][2]string) {
	t.Helper()
	for _, pattern := range []string{"*.go", "../cache/*.go", "../session/*.go", "../shell/*.go", "../completions/*.go", "../internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") || developersOwn(path) {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					if value, _ := strconv.Unquote(text.Value); strings.Contains(strings.TrimSpace(value), " ") {
						all = append(all, [2]string{strings.TrimPrefix(filepath.ToSlash(path), "../"), value})
					}
				}
				return true
			})
		}
	}
	return all
}

// developersOwn reports whether a file is of a tool for those who work on guise.
func developersOwn(path string) bool {
	for _, name := range []string{"bench", "faults", "law", "licences", "mutants", "need", "await", "terminaltest", "loopback"} {
		if strings.Contains(filepath.ToSlash(path), "internal/"+name+"/") {
			return true
		}
	}
	return false
}

// TestVoiceHeard: the test hears what it is for.
func TestVoiceHeard(t *testing.T) {
	for text, heard := range map[string]bool{
		"its key is in the secret store":     true,
		"the store stands behind it":         true,
		"prod: good until its end":           true,
		"the key store, a key, the end":      false,
		"signs you in; the blog in the page": false,
		"reseeds":                            false,
	} {
		found := false
		for word := range unwanted() {
			found = found || regexp.MustCompile(`\b`+word+`\b`).MatchString(text)
		}
		if found != heard {
			t.Errorf("%q: %v", text, found)
		}
	}
	for text := range excepted() {
		path, rest, _ := strings.Cut(text, " ")
		if data, err := os.ReadFile(filepath.Join("..", path)); err != nil || !strings.Contains(string(data), rest) {
			t.Errorf("no %q in %s any more: %v", rest, path, err)
		}
	}
}
