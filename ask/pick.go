package ask

import (
	"context"
	"io"
	"strings"
	"unicode/utf8"

	fzf "github.com/junegunn/fzf/src"
	"github.com/manifoldco/promptui"
)

// A Picker lets the person choose one of many rows.
type Picker struct {
	Rows    []Row
	Query   string // typed already
	Prompt  string
	Header  string
	Preview []string // a program and its arguments, to which the row's key is added
	Style   string   // "list" for a plain list; else fzf
	Plain   bool     // without colours
	Getenv  func(string) string
}

// A Row is one choice.
type Row struct {
	Key     string   // letters, digits and ._- alone; never shown
	Columns []string // shown side by side
}

// Pick opens the picker and gives the index of the row that was chosen. Its
// errors are ErrNoTerminal and ErrCancelled.
func Pick(ctx context.Context, p Picker) (int, error) {
	t, err := Open() // fzf opens the terminal itself, and does not look who is in front
	if err != nil {
		return 0, err
	}
	defer func() { _ = t.Close() }()
	p.Prompt, p.Header, p.Query = Sanitise(p.Prompt), Sanitise(p.Header), Sanitise(p.Query)
	lines := aligned(p.Rows)
	if p.Style != "list" && p.Getenv("TERM") != "dumb" {
		if i, err := p.fzf(lines); err != errNotStarted {
			return i, err
		}
	}
	return t.choose(ctx, p, lines)
}

// aligned gives each row as one line, with its columns below each other.
func aligned(rows []Row) []string {
	var widths []int
	clean := make([][]string, len(rows))
	for i, r := range rows {
		clean[i] = make([]string, len(r.Columns))
		for j, c := range r.Columns {
			clean[i][j] = Sanitise(c)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(clean[i][j]))
		}
	}
	lines := make([]string, len(rows))
	for i, columns := range clean {
		var b strings.Builder
		for j, c := range columns {
			if widths[j] == 0 {
				continue
			}
			b.WriteString(c)
			b.WriteString(strings.Repeat(" ", widths[j]-utf8.RuneCountInString(c)+2))
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

type notStarted struct{}

func (notStarted) Error() string { return "fzf did not start" }

var errNotStarted = notStarted{}

// fzf runs fzf, inside this process, with the user's own FZF_DEFAULT_OPTS. What
// the choice depends on comes after those and wins.
func (p Picker) fzf(lines []string) (int, error) {
	looks := []string{"--height=~60%", "--layout=reverse", "--border=rounded", "--info=inline-right", "--cycle"}
	needs := []string{
		"--delimiter=\t", "--with-nth=2..", "--no-multi", "--no-sort", "--no-tmux", "--no-read0", "--no-print-query", "--no-select-1", "--no-exit-0",
		"--bind=ctrl-/:toggle-preview,tab:down,btab:up,enter:accept,esc:abort,ctrl-c:abort",
		"--query=" + p.Query, "--prompt=" + p.Prompt, "--with-shell=sh -c",
	}
	if p.Plain {
		needs = append(needs, "--no-color")
	}
	if p.Header != "" {
		needs = append(needs, "--header="+p.Header)
	}
	if len(p.Preview) > 0 {
		needs = append(needs, "--preview="+shellWords(p.Preview)+" {1}", "--preview-window=right,50%,hidden,wrap")
	}
	options, err := fzf.ParseOptions(true, append(looks, needs...))
	if err != nil { // the user's own options are at fault
		options, err = fzf.ParseOptions(false, append(looks, needs...))
	}
	if err != nil {
		return 0, errNotStarted
	}
	options.Filter, options.Expect, options.Ansi = nil, nil, false
	options.Input = make(chan string)
	options.Output = make(chan string, len(lines)+1)
	gone := make(chan struct{})
	go func() {
		defer close(options.Input)
		for i, line := range lines {
			select {
			case options.Input <- p.Rows[i].Key + "\t" + line:
			case <-gone:
				return
			}
		}
	}()
	status, err := fzf.Run(options)
	close(gone)
	switch {
	case status == fzf.ExitInterrupt, status == fzf.ExitNoMatch:
		return 0, ErrCancelled
	case err != nil || status != fzf.ExitOk:
		return 0, errNotStarted
	}
	select {
	case chosen := <-options.Output:
		key, _, _ := strings.Cut(chosen, "\t")
		for i, r := range p.Rows {
			if r.Key == key {
				return i, nil
			}
		}
	default:
	}
	return 0, ErrCancelled
}

// shellWords writes words for sh.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// choose is the plain list, for terminals that can do no more.
func (t *Terminal) choose(ctx context.Context, p Picker, lines []string) (int, error) {
	var shown []string
	var at []int
	for i, line := range lines {
		if strings.Contains(strings.ToLower(line), strings.ToLower(p.Query)) {
			shown, at = append(shown, line), append(at, i)
		}
	}
	if len(shown) == 0 {
		return 0, ErrCancelled
	}
	chosen := 0
	never := func(byte) bool { return false } // the list erases itself
	err := t.asking(ctx, "", "", never, func(keys io.ReadCloser, screen io.WriteCloser) (err error) {
		list := promptui.Select{
			Label: strings.TrimRight(p.Prompt, "> "), Items: shown, Size: 12, HideSelected: true,
			Searcher: func(typed string, i int) bool {
				return strings.Contains(strings.ToLower(shown[i]), strings.ToLower(typed))
			},
			StartInSearchMode: len(shown) > 12, Stdin: keys, Stdout: screen,
		}
		chosen, _, err = list.Run()
		return err
	})
	if err != nil {
		return 0, err
	}
	return at[chosen], nil
}
