package ask

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	fzf "github.com/junegunn/fzf/src"
	"golang.org/x/term"

	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/match"
)

// A Picker lets the user choose one of many rows, or several.
type Picker struct {
	Columns []display.Column // without a name each: no heading
	Rows    []Row
	Query   string // typed already
	Prompt  string
	Title   string   // says what is picked, where the prompt alone would not
	Keys    []Key    // that do something with the row at hand, beside Enter
	Several bool     // more rows than one may be chosen
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
	Key    string        // letters, digits and ._- alone; never shown
	Cells  []string      // one for each column
	Match  match.Profile // what a Ranker finds it by
	Marked bool          // the one that is active now: a "*" stands before it
	Colour string        // an SGR parameter such as "31"; empty: the terminal's own
}

// A Key is one of the keyboard, as fzf names it, and what it does.
type Key struct{ Press, Does string }

// A Choice is what was chosen: indices of rows, and how.
type Choice struct {
	Rows  []int
	Key   string // the Press of the key; empty: Enter
	Query string // what was typed then
}

// Pick opens the picker. Its errors are ErrNoTerminal, ErrCancelled and a *NoMatchError.
func Pick(ctx context.Context, p Picker) (Choice, error) {
	t, err := Open() // fzf opens the terminal itself, and does not look who is in front
	if err != nil {
		return Choice{}, err
	}
	defer func() { _ = t.Close() }()
	p.Prompt, p.Title, p.Query = Sanitise(p.Prompt), Sanitise(p.Title), Sanitise(p.Query)
	heading, lines := p.table(t.width() - frame)
	if p.Style != "list" && p.Getenv("TERM") != "dumb" {
		if c, err := p.fzf(heading, lines); err != errNotStarted {
			return c, err
		}
	}
	return t.choose(ctx, p, heading, lines)
}

// frame is how many columns fzf needs around a row: its border, pointer, marker and
// scroll bar.
const frame = 8

// width is that of the terminal in columns; 80 where it does not say.
func (t *Terminal) width() int {
	if w, _, err := term.GetSize(int(t.out.Fd())); err == nil && w > 0 { //nolint:gosec // a file descriptor is small
		return w
	}
	return 80
}

// table returns the heading and each row as one line of at most so many columns of the
// terminal. A column that is empty in all rows is left out.
func (p Picker) table(width int) (heading string, lines []string) {
	t := display.Table{Marked: func(i int) bool { return p.Rows[i].Marked }}
	named, shown := false, []int{} // the columns
	for j, c := range p.Columns {
		for i := range p.Rows {
			if p.Rows[i].Cells[j] != "" {
				named = named || c.Name != ""
				t.Columns, shown = append(t.Columns, c), append(shown, j)
				break
			}
		}
	}
	t.Each = func(yield func([]string) bool) {
		cells := make([]string, len(shown)) // for each row the same: they may be ten thousand
		for i := range p.Rows {
			for k, j := range shown {
				cells[k] = p.Rows[i].Cells[j]
			}
			if !yield(cells) {
				return
			}
		}
	}
	lines = strings.Split(strings.TrimSuffix(display.Look{Width: max(width, 1)}.Table(t), "\n"), "\n")
	if named {
		heading = lines[0]
	}
	return heading, lines[1:]
}

type notStarted struct{}

func (notStarted) Error() string { return "fzf did not start" }

var errNotStarted = notStarted{}

// fzf runs fzf, inside this process, with the user's own FZF_DEFAULT_OPTS. What
// the choice depends on comes after those and wins.
func (p Picker) fzf(heading string, lines []string) (Choice, error) {
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, "\ufffd", "?") // fzf leaves it out, and columns would move
	}
	l := p.list(lines)
	var shown []string
	needs, ranked := p.needs(heading), false
	if len(p.Ranker) > 0 && !p.Several { // a list that is read again forgets what was chosen
		// Without a place for the file fzf orders them by itself.
		if path, err := l.write(p.Folder); err == nil {
			defer removeAtHangup(path)()
			needs = append(needs, "--disabled", "--bind=change:first+reload:"+shellWords(append(slices.Clone(p.Ranker), path, "--"))+" {q}",
				// All that fzf has read fits: so it cannot say of how many.
				`--info-command=echo "$FZF_MATCH_COUNT/`+strconv.Itoa(len(lines))+`"`)
			shown, ranked = l.lines(p.Query), true
		}
	}
	if !ranked {
		shown = l.unranked()
	}
	options, err := fzf.ParseOptions(true, needs)
	if err != nil { // the user's own options are at fault
		options, err = fzf.ParseOptions(false, needs)
	}
	if err != nil {
		return Choice{}, errNotStarted
	}
	// What the user has set may change the looks, not which line is taken for which.
	options.Filter, options.Expect, options.AcceptNth = nil, nil, nil
	options.HeaderLines, options.Tac, options.Tail = 0, false, 0
	options.Ansi = true // the lines have colours of ours alone: what they show is sanitised
	answered, err := run(options, shown)
	if err != nil {
		return Choice{}, err
	}
	return p.chosen(l, answered, ranked)
}

// chosen reads what fzf has answered: what was typed, the key unless it was Enter, and the
// lines.
func (p Picker) chosen(l list, answered []string, ranked bool) (c Choice, err error) {
	if len(answered) > 0 {
		c.Query, answered = answered[0], answered[1:]
	}
	for _, line := range answered {
		if slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Press == line }) {
			c.Key = line
			continue
		}
		i := l.at(line)
		if ranked {
			i, err = l.chosen(c.Query, line)
		}
		if err == nil && i >= 0 {
			c.Rows = append(c.Rows, i)
		}
	}
	if len(c.Rows) == 0 {
		return c, &NoMatchError{p.what(), c.Query}
	}
	return c, nil
}

// needs are the options of fzf: how it looks, and what the choice depends on.
func (p Picker) needs(heading string) []string {
	options := []string{
		"--height=~80%", "--layout=reverse", "--border=rounded", "--info=inline-right", "--cycle", "--ellipsis=…", "--no-hscroll", "--ansi", "--exact",
		"--preview-window=right,50%,hidden,wrap,<43(down,60%,hidden,wrap)",
		"--delimiter=\t", "--with-nth=3..", "--no-multi", "--no-tmux", "--no-read0", "--print-query", "--no-select-1", "--no-exit-0",
		"--bind=ctrl-/:toggle-preview,tab:down,btab:up,enter:accept,esc:abort,ctrl-c:abort",
		"--query=" + p.Query, "--prompt=" + p.Prompt, "--with-shell=sh -c",
	}
	if p.Several {
		options = append(options, "--multi", "--bind=tab:toggle+down,btab:toggle+up")
	} else {
		options = append(options, "--no-sort")
	}
	for _, key := range p.Keys {
		options = append(options, "--bind="+key.Press+":print("+key.Press+")+accept")
	}
	if p.Plain {
		options = append(options, "--no-color")
	}
	few, all := joinedLines(p.Title, p.legend(false), heading), joinedLines(p.Title, p.legend(true), heading)
	// An unseen label of fzf's remembers which of the two is shown.
	options = append(options, "--header="+few,
		`--bind=?:transform-header~if [ -z "$FZF_HEADER_LABEL" ]; then echo `+shellWords([]string{all})+`; else echo `+shellWords([]string{few})+`; fi~`+
			`+transform-header-label~[ -n "$FZF_HEADER_LABEL" ] || echo all~`)
	if len(p.Preview) > 0 {
		options = append(options, "--preview="+shellWords(p.Preview)+" {1}")
	}
	return options
}

// legend says what the keys do: the few that one must know, or all, each on a line.
func (p Picker) legend(all bool) string {
	take := Key{"enter", "take it"}
	if p.Several {
		take.Does = "take them"
	}
	if !all {
		several := ""
		if p.Several {
			several = "tab: mark · "
		}
		return several + "enter: " + take.Does + " · esc: leave · ?: keys"
	}
	keys := []Key{take}
	if p.Several {
		keys = append(keys, Key{"tab", "mark a row, or unmark it"})
	}
	keys = append(keys, p.Keys...)
	if len(p.Preview) > 0 {
		keys = append(keys, Key{"ctrl-/", "show the details of a row"})
	}
	keys = append(keys, Key{"esc", "leave"}, Key{"?", "show fewer keys"})
	var b strings.Builder
	for i, key := range keys {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%-7s %s", key.Press, key.Does)
	}
	return b.String()
}

// run has fzf show lines, and gives what it prints.
func run(options *fzf.Options, lines []string) (answered []string, err error) {
	options.Input = make(chan string, len(lines)) // all are there when fzf begins to read
	for _, line := range lines {
		options.Input <- line
	}
	close(options.Input)
	options.Output = make(chan string)
	printed := make(chan []string)
	go func() {
		var all []string
		for line := range options.Output {
			all = append(all, line)
		}
		printed <- all
	}()
	status, err := fzf.Run(options)
	close(options.Output)
	answered = <-printed
	switch {
	case status == fzf.ExitInterrupt:
		return nil, ErrCancelled
	case err != nil || status != fzf.ExitOk && status != fzf.ExitNoMatch:
		return nil, errNotStarted
	}
	return answered, nil
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
