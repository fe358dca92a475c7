package ask

import (
	"context"
	"io"
	"slices"
	"strings"

	fzf "github.com/junegunn/fzf/src"
	"github.com/manifoldco/promptui"
	"github.com/rivo/uniseg"

	"guise/internal/files"
	"guise/internal/match"
)

// A Picker lets the person choose one of many rows.
type Picker struct {
	Rows    []Row
	Heading []string // names of the columns
	Query   string   // typed already
	Prompt  string
	Header  string   // what the keys do
	Preview []string // a program and its arguments, to which the row's key is added
	// Ranker is a program and its arguments, to which a file in Folder and the query are
	// added: it calls [PrintRows]. Without one fzf finds and orders the rows by itself.
	Ranker []string
	Folder files.Folder
	Style  string // "list" for a plain list; else fzf
	Plain  bool   // without colours
	Getenv func(string) string
}

// A Row is one choice.
type Row struct {
	Key     string        // letters, digits and ._- alone; never shown
	Columns []string      // shown side by side
	Match   match.Profile // what a Ranker finds it by
}

// Pick opens the picker and gives the index of the row that was chosen. Its
// errors are ErrNoTerminal, ErrCancelled and a *NoMatchError.
func Pick(ctx context.Context, p Picker) (int, error) {
	t, err := Open() // fzf opens the terminal itself, and does not look who is in front
	if err != nil {
		return 0, err
	}
	defer func() { _ = t.Close() }()
	p.Prompt, p.Header, p.Query = Sanitise(p.Prompt), Sanitise(p.Header), Sanitise(p.Query)
	heading, lines := aligned(p.Heading, p.Rows)
	if p.Style != "list" && p.Getenv("TERM") != "dumb" {
		if i, err := p.fzf(heading, lines); err != errNotStarted {
			return i, err
		}
	}
	return t.choose(ctx, p, lines)
}

// aligned returns the heading and each row as one line, with their columns below each
// other. A column that is empty in all rows is left out.
func aligned(heading []string, rows []Row) (string, []string) {
	var widths []int
	clean := make([][]string, len(rows))
	for i, r := range rows {
		clean[i] = make([]string, len(r.Columns))
		for j, c := range r.Columns {
			clean[i][j] = Sanitise(c)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], uniseg.StringWidth(clean[i][j]))
		}
	}
	for j, name := range heading[:min(len(heading), len(widths))] {
		if widths[j] > 0 {
			widths[j] = max(widths[j], uniseg.StringWidth(name))
		}
	}
	line := func(columns []string) string {
		var b strings.Builder
		for j, c := range columns {
			if j < len(widths) && widths[j] > 0 {
				b.WriteString(c)
				b.WriteString(strings.Repeat(" ", widths[j]-uniseg.StringWidth(c)+2))
			}
		}
		return strings.TrimRight(b.String(), " ")
	}
	lines := make([]string, len(rows))
	for i, columns := range clean {
		lines[i] = line(columns)
	}
	return line(heading), lines
}

type notStarted struct{}

func (notStarted) Error() string { return "fzf did not start" }

var errNotStarted = notStarted{}

// fzf runs fzf, inside this process, with the user's own FZF_DEFAULT_OPTS. What
// the choice depends on comes after those and wins.
func (p Picker) fzf(heading string, lines []string) (int, error) {
	l := list{Plain: p.Plain, Rows: make([]listed, len(lines))}
	shown := make([]string, len(lines))
	for i, r := range p.Rows {
		l.Rows[i] = listed{r.Key, lines[i], r.Match}
		shown[i] = r.Key + "\t\t" + lines[i]
	}
	needs, ranked := p.needs(heading), false
	if len(p.Ranker) > 0 {
		// Without a place for the file fzf orders them by itself.
		if path, err := l.write(p.Folder); err == nil {
			defer removeAtHangup(path)()
			needs = append(needs, "--disabled", "--ansi", "--bind=change:first+reload:"+shellWords(append(slices.Clone(p.Ranker), path, "--"))+" {q}")
			shown, ranked = l.lines(p.Query), true
		}
	}
	options, err := fzf.ParseOptions(true, needs)
	if err != nil { // the user's own options are at fault
		options, err = fzf.ParseOptions(false, needs)
	}
	if err != nil {
		return 0, errNotStarted
	}
	// What the user has set may change the looks, not which line is taken for which.
	options.Filter, options.Expect, options.AcceptNth = nil, nil, nil
	options.HeaderLines, options.Tac, options.Tail = 0, false, 0
	options.Ansi = ranked // the lines of a ranker alone have colours
	query, line, err := run(options, shown)
	switch {
	case err != nil:
		return 0, err
	case ranked:
		return l.chosen(query, line)
	}
	key, _, _ := strings.Cut(line, "\t")
	if i := slices.IndexFunc(p.Rows, func(r Row) bool { return r.Key == key }); i >= 0 {
		return i, nil
	}
	return 0, &NoMatchError{p.what(), query}
}

// needs are the options of fzf: how it looks, and what the choice depends on.
func (p Picker) needs(heading string) []string {
	options := []string{
		"--height=~80%", "--layout=reverse", "--border=rounded", "--info=inline-right", "--cycle",
		"--preview-window=right,50%,hidden,wrap,<90(down,50%,hidden,wrap)",
		"--delimiter=\t", "--with-nth=3..", "--no-multi", "--no-sort", "--no-tmux", "--no-read0", "--print-query", "--no-select-1", "--no-exit-0",
		"--bind=ctrl-/:toggle-preview,tab:down,btab:up,enter:accept,esc:abort,ctrl-c:abort",
		"--query=" + p.Query, "--prompt=" + p.Prompt, "--with-shell=sh -c",
	}
	if p.Plain {
		options = append(options, "--no-color")
	}
	if header := joinedLines(p.Header, heading); header != "" {
		options = append(options, "--header="+header)
	}
	if len(p.Preview) > 0 {
		options = append(options, "--preview="+shellWords(p.Preview)+" {1}")
	}
	return options
}

// run has fzf show lines, and gives what was typed and the line at which Enter was
// pressed, if there was one.
func run(options *fzf.Options, lines []string) (query, line string, err error) {
	options.Input = make(chan string)
	options.Output = make(chan string, len(lines)+2)
	gone := make(chan struct{})
	go func() {
		defer close(options.Input)
		for _, line := range lines {
			select {
			case options.Input <- line:
			case <-gone:
				return
			}
		}
	}()
	status, err := fzf.Run(options)
	close(gone)
	switch {
	case status == fzf.ExitInterrupt:
		return "", "", ErrCancelled
	case err != nil || status != fzf.ExitOk && status != fzf.ExitNoMatch:
		return "", "", errNotStarted
	}
	for _, into := range []*string{&query, &line} {
		select {
		case *into = <-options.Output:
		default:
		}
	}
	return query, line, nil
}

// joinedLines puts what there is of some lines below each other.
func joinedLines(lines ...string) string {
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
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
	for _, i := range p.order(lines) {
		shown, at = append(shown, lines[i]), append(at, i)
	}
	if len(shown) == 0 {
		return 0, &NoMatchError{p.what(), p.Query}
	}
	chosen := 0
	never := func(byte) bool { return false } // the list erases itself
	err := t.asking(ctx, "", "", never, func(keys io.ReadCloser, screen io.WriteCloser) (err error) {
		list := promptui.Select{
			Label: strings.TrimRight(p.Prompt, "> "), Items: shown, Size: 12, HideSelected: true,
			Searcher: func(typed string, i int) bool {
				return fits(shown[i], typed)
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
