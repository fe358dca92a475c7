//go:build unix

package match_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guise/internal/ask"
	"guise/internal/await"
	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/match"
	"guise/internal/need"
	"guise/internal/terminaltest"
)

// The test's own program is what shows the picker, and what orders its rows.
const (
	asPicker = "match-test-picker"
	asRanker = "match-test-ranker"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == asPicker || os.Args[1] == asRanker) {
		if err := child(os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(await.Main(m))
}

func child(args []string) error {
	if args[0] == asRanker {
		return ask.PrintRows(os.Stdout, args[1], args[len(args)-1])
	}
	all := match.Many()
	p := ask.Picker{
		Prompt: "profile> ", Columns: []display.Column{{Name: "PROFILE"}}, Rows: make([]ask.Row, len(all)),
		Ranker: []string{os.Args[0], asRanker}, Folder: files.Folder{Root: args[1]}, Getenv: os.Getenv,
	}
	for i, one := range all {
		p.Rows[i] = ask.Row{Key: strconv.Itoa(i), Cells: []string{one.Name}, Match: one}
	}
	for {
		c, err := ask.Pick(context.Background(), p)
		if err != nil {
			return err
		}
		fmt.Printf("\n%q takes %s.\n", c.Query, all[c.Rows[0]].Name)
	}
}

// TestRankInPicker types the same queries at the same profiles in the picker itself: the
// first row is the one that must be, and it says how many of how many fit.
func TestRankInPicker(t *testing.T) {
	need.Long(t)
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(os.Args[0], asPicker, dir)
	c.Env = append(slices.DeleteFunc(os.Environ(), func(one string) bool { return strings.HasPrefix(one, "FZF_") }), "LANG=C.UTF-8")
	s := terminaltest.Start(t, c)
	queries := match.Queries()
	for _, query := range slices.Sorted(maps.Keys(queries)) {
		s.See(`500/500`)
		s.Type(query)
		s.See(fmt.Sprintf(`\b%d/500\b`, len(match.Rank(match.Many(), query))))
		s.Type("\r")
		if got := s.See(`takes ([^\r\n]+)\.`)[1]; got != queries[query] {
			t.Errorf("%q takes %s, not %s", query, got, queries[query])
		}
	}
}
