package ask

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/manifoldco/promptui"

	"guise/internal/match"
)

// listSize is how many rows of a plain list are seen at once.
const listSize = 12

// helpWidth is how many columns the library's line about its keys has: it would be cut.
const helpWidth = 61

// choose is the plain list, for terminals that can do no more: without keys of its own, and
// of several rows one after the other is marked.
func (t *Terminal) choose(ctx context.Context, p Picker, heading string, lines []string) (Choice, error) {
	at := p.order(lines)
	if len(at) == 0 {
		return Choice{}, &NoMatchError{p.what(), p.Query}
	}
	if strings.TrimSpace(heading) == "" { // no columns with names: the question itself
		heading = p.what()
	}
	if p.Title != "" {
		t.Say(p.Title)
	}
	marked, cursor := map[int]bool{}, 0
	for {
		shown := make([]string, 0, len(at)+1)
		if p.Several {
			shown = append(shown, "go on with those that are marked: "+strconv.Itoa(len(marked)))
		}
		for _, i := range at {
			shown = append(shown, box(p.Several, marked[i])+lines[i])
		}
		i, err := t.select1(ctx, box(p.Several, false)+heading, shown, cursor)
		switch {
		case err != nil:
			return Choice{}, err
		case !p.Several:
			return Choice{Rows: at[i : i+1]}, nil
		case i > 0:
			marked[at[i-1]] = !marked[at[i-1]]
			cursor = i
			continue
		}
		chosen := slices.DeleteFunc(at, func(i int) bool { return !marked[i] })
		if len(chosen) == 0 {
			return Choice{}, ErrCancelled
		}
		return Choice{Rows: chosen}, nil
	}
}

// box is what a row can be marked in.
func box(shown, marked bool) string {
	switch {
	case !shown:
		return ""
	case marked:
		return "[x] "
	}
	return "[ ] "
}

// Select lets the user choose one of a few things, below a question. Its errors are those
// of [Pick].
func (t *Terminal) Select(ctx context.Context, question string, among []string) (chosen int, err error) {
	shown := make([]string, len(among))
	for i, one := range among {
		shown[i] = Sanitise(one)
	}
	return t.select1(ctx, Sanitise(question), shown, 0)
}

// select1 has one row of a list selected, below a heading.
func (t *Terminal) select1(ctx context.Context, heading string, shown []string, cursor int) (chosen int, err error) {
	t.makeRoom()
	never := func(byte) bool { return false } // the list erases itself
	err = t.asking(ctx, "", "", never, func(keys io.ReadCloser, screen io.WriteCloser) (err error) {
		list := promptui.Select{
			Label: heading, Items: shown, Size: listSize, HideSelected: true, CursorPos: cursor,
			Templates:         &promptui.SelectTemplates{Label: "    {{ . }}"},
			Searcher:          func(typed string, i int) bool { return fits(shown[i], typed) },
			StartInSearchMode: len(shown) > listSize, Stdin: keys, Stdout: screen,
			HideHelp: t.width() <= helpWidth,
		}
		chosen, _, err = list.Run()
		return err
	})
	return chosen, err
}

// what is picked, as the prompt says it.
func (p Picker) what() string { return strings.TrimRight(p.Prompt, "> ") }

// order returns the indices of the rows that the query fits: by their Match where there is
// a Ranker, or else those that have its words.
func (p Picker) order(lines []string) (at []int) {
	if len(p.Ranker) > 0 {
		all := make([]match.Profile, len(p.Rows))
		for i, r := range p.Rows {
			all[i] = r.Match
		}
		return match.Rank(all, p.Query)
	}
	for i, line := range lines {
		if fits(line, p.Query) {
			at = append(at, i)
		}
	}
	return at
}

// fits reports whether a line has each word of a query; case does not count.
func fits(line, query string) bool {
	for _, word := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(strings.ToLower(line), word) {
			return false
		}
	}
	return true
}
