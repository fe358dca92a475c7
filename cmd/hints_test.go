//go:build unix

package cmd

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"guise/internal/need"
	"guise/internal/terminaltest"
	"guise/shell"
)

// A hint is a place in the source that has one: the file, and the text, in which what is
// put in at run time is an ellipsis.
type hint struct{ file, text string }

func (h hint) String() string { return h.file + ": " + h.text }

// is reports whether a line of guise's is this hint.
func (h hint) is(line string) bool {
	parts := strings.Split(h.text, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".+") + "$").MatchString(line)
}

// hintsInSource finds every hint that guise's commands can give, and every fix of doctor's.
func hintsInSource(t testing.TB) (hints []hint) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"../internal/doctor/*.go", "../internal/naming/*.go", "../internal/oneoff/*.go", "../internal/outcome/*.go", "../internal/ssosession/*.go"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, e := range hintsOf(n) {
				for _, text := range textsOf(e) {
					hints = append(hints, hint{strings.TrimPrefix(path, "../internal/"), text})
				}
			}
			return true
		})
	}
	slices.SortFunc(hints, func(x, y hint) int { return strings.Compare(x.String(), y.String()) })
	return slices.Compact(hints)
}

// hintsOf are the expressions of a piece of source that become hints.
func hintsOf(n ast.Node) []ast.Expr {
	named := nameIn
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key := named(n.Key); key == "hint" || key == "Hint" || key == "Fix" {
			return []ast.Expr{n.Value}
		}
	case *ast.AssignStmt:
		if len(n.Lhs) == 1 && n.Tok != token.ADD_ASSIGN && (named(n.Lhs[0]) == "hint" || named(n.Lhs[0]) == "Fix" || named(n.Lhs[0]) == "fix") {
			return n.Rhs
		}
	case *ast.CompositeLit:
		if named(n.Type) == "Misuse" {
			return n.Elts[2:]
		}
	case *ast.CallExpr:
		switch named(n.Fun) {
		case "hint", "run":
			return n.Args
		case "withProfile":
			command := &ast.BinaryExpr{X: &ast.BasicLit{Value: strconv.Quote("guise ")}, Op: token.ADD, Y: n.Args[0]}
			return []ast.Expr{&ast.BinaryExpr{X: command, Y: n.Args[1]}}
		case "misuse":
			return n.Args[2:]
		case "of":
			return n.Args
		}
	case *ast.FuncDecl:
		if n.Name.Name == "OfKeys" || n.Name.Name == "NotStored" || n.Name.Name == "forced" || n.Name.Name == "answering" || n.Name.Name == "askForAccess" || strings.HasPrefix(n.Name.Name, "fixOf") || n.Name.Name == "unset" || n.Name.Name == "setClock" || n.Name.Name == "retyped" || n.Name.Name == "loadHook" {
			return returned(n.Body)
		}
	}
	return nil
}

// nameIn is the name of a function or a field.
func nameIn(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return nameIn(e.X)
	}
	return ""
}

// returned is what a function returns.
func returned(body ast.Node) (all []ast.Expr) {
	ast.Inspect(body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			all = append(all, r.Results...)
		}
		return true
	})
	return all
}

// textsOf are the texts that an expression may be: of a sum the parts together, of a
// function each that it returns; none where no text is in it.
func textsOf(e ast.Expr) (texts []string) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && text != "" {
			return []string{text}
		}
	case *ast.BinaryExpr:
		left, right := textsOf(e.X), textsOf(e.Y)
		if len(left)+len(right) == 0 {
			return nil
		}
		text := cmp.Or(strings.Join(left, ""), "…") + cmp.Or(strings.Join(right, ""), "…")
		if e.Op != token.ADD { // two parts with something between them
			text = strings.Join(left, "") + "…" + strings.Join(right, "")
		}
		return []string{strings.ReplaceAll(text, "……", "…")}
	case *ast.FuncLit:
		for _, result := range returned(e.Body) {
			texts = append(texts, textsOf(result)...)
		}
	case *ast.IndexExpr:
		return textsOf(e.X)
	case *ast.CallExpr:
		switch nameIn(e.Fun) {
		case "Edit", "editAt":
			return []string{"vi …"} // the editor that is where there is no other
		case "Export":
			return []string{"export " + strings.Join(textsOf(e.Args[0]), "") + "=…"}
		case "Hint": // of shell.Startup
			return []string{"…   # and put it into …"}
		case "Retyped":
			return append(textsOf(e.Args[1]), "guise …")
		case "Guise":
			space := " "
			if e.Ellipsis.IsValid() { // perhaps of no names
				space = ""
			}
			return []string{"guise " + cmp.Or(strings.Join(textsOf(e.Args[0]), ""), "…") + space + "…"}
		}
	case *ast.CompositeLit:
		for _, one := range e.Elts {
			if pair, ok := one.(*ast.KeyValueExpr); ok {
				texts = append(texts, textsOf(pair.Value)...)
			}
		}
	}
	return texts
}

// typed FILE [PATTERN]: the hint that the last guise has given, or the fix of doctor's that
// matches (the last of several), is in this file of the source. It is typed as a user would, and succeeds
// or leads to another hint that was not given before.
func (s *story) typed(ts *testscript.TestScript, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: typed FILE [PATTERN]")
	}
	lines, start := ts.ReadFile("stderr"), "hint: "
	if strings.HasPrefix(args[0], "doctor/") && !strings.Contains(lines, "\nhint: ") { // another command's error may have doctor's fix
		lines, start = ts.ReadFile("stdout"), "  fix: "
	}
	line := ""
	for one := range strings.Lines(lines) {
		if text, ok := strings.CutPrefix(strings.TrimSuffix(one, "\n"), start); ok && (len(args) == 1 || regexp.MustCompile(args[1]).MatchString(text)) {
			line = text
		}
	}
	known := slices.IndexFunc(s.hints.all, func(h hint) bool { return h.file == args[0] && h.is(line) })
	if line == "" || known < 0 {
		ts.Fatalf("no such hint in %s: %q", args[0], line)
	}
	s.hints.take(line, args[0])
	s.given = append(s.given, line)
	c := exec.Command(need.Program(s.t, "bash"), "-c", line) //nolint:gosec // guise's own
	var out, said buffer
	c.Dir, c.Env, c.Stdout, c.Stderr = ts.MkAbs("."), s.env, &out, &said
	if len(s.questions) > 0 {
		terminal := terminaltest.Start(s.t, c)
		s.answer(terminal)
		s.code = terminal.Exit()
	} else {
		_ = c.Run()
		s.code = c.ProcessState.ExitCode()
	}
	_, _ = io.WriteString(ts.Stdout(), out.String())
	_, _ = io.WriteString(ts.Stderr(), said.String())
	if s.code == exitDone || strings.Contains(out.String(), "\n  fix") { // doctor has found something
		return
	}
	_, next, found := strings.Cut("\n"+said.String(), "\nhint: ")
	next, _, _ = strings.Cut(next, "\n")
	if !found || slices.Contains(s.given, next) {
		ts.Fatalf("%s: exit code %d, and the next step is %q", line, s.code, next)
	}
}

// hintsTyped are the hints that stories have typed.
type hintsTyped struct {
	all []hint

	mu    sync.Mutex
	typed map[hint]bool
}

func (h *hintsTyped) take(line, file string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.all {
		if one.file == file && one.is(line) {
			h.typed[one] = true
		}
	}
}

// missing are the hints that no story has typed.
func (h *hintsTyped) missing() (all []string) {
	for _, one := range h.all {
		if !h.typed[one] {
			all = append(all, one.String())
		}
	}
	return all
}

// elsewhere is why no story of this process types a hint, and which test does, or meets it
// where it was given: a package and a function.
type elsewhere struct{ why, test string }

// typedElsewhere are the hints of such states.
func typedElsewhere() map[string]elsewhere {
	return map[string]elsewhere{
		"outcome/rules.go: ask for access: …":                                   {"an address, for a browser", "internal/outcome TestOf"},
		"doctor/files.go: ls -l …   # you must be able to read it":              {"a file that the user must not read, and root may", "internal/doctor TestFoldersAndFiles"},
		"doctor/owners.go: sudo -H guise doctor   # root has a home of its own": {"root in the home of another", "e2e TestDoctorFindsForeignFolders"},
		"doctor/owners.go: sudo chown -R …":                                     {"a folder of another user", "e2e TestDoctorFindsForeignFolders"},
		"doctor/profiles.go: guise keys rotate …":                               {"an access key of 90 days", "internal/doctor TestOldKeys"},
		"doctor/stores.go: chmod -R 'u+rwX,go-w' …":                             {"a folder that its owner must not write", "internal/doctor TestFoldersAndFiles"},
		"doctor/stores.go: sudo sntp -sS time.apple.com":                        {"macOS", "internal/doctor TestClock"},
		"doctor/stores.go: sudo timedatectl set-ntp true":                       {"the clock of the machine", "internal/doctor TestClock"},
		"outcome/errors.go: guise keys remove …   # if the stored one is to go": {"a key that works at another endpoint", "internal/outcome TestOf"},
		"outcome/rules.go: guise doctor --fix   # when … answers":               {"an OS keyring that stops answering", "e2e TestRemovedLater"},
		"outcome/rules.go: guise explain…   # guise_saml_command = COMMAND in the profile: a command that signs in and prints the SAML assertion, without a browser": {"a machine without a screen", "internal/outcome TestOf"},
		"outcome/rules.go: guise keys import …":                                                         {"adopt asks before", "internal/outcome TestOf"},
		"outcome/rules.go: guise login…   # when you have finished the page":                            {"a page that stays open for longer than a program waits", "internal/outcome TestOf"},
		"outcome/rules.go: guise login…   # with the right device; its clock must be right":             {"three wrong codes", "e2e TestThreeWrongCodes"},
		"outcome/rules.go: guise region":                                                                {"nobody to pick a region", "internal/outcome TestOf"},
		"outcome/rules.go: guise setup   # in a terminal; --yes leaves the sign-in out":                 {"it asks how to sign in", "e2e TestSetup"},
		"outcome/rules.go: …   # put this line there yourself":                                          {"it is for a file of the user's", "internal/outcome TestOf"},
		"keys_rotate.go: aws iam delete-access-key --profile=… --access-key-id …   # if nobody uses it": {"an answer of AWS that is lost", "e2e TestForeignKeyStays"},
		"logout.go: guise logout --all   # where the keyring answers, such as in your desktop session":  {"an OS keyring that stops answering", "e2e TestLogoutWithoutTheKeyring"},
	}
}

// textOf is the text of a test function, from its package's folder; empty where it is not there.
func textOf(t *testing.T, test string) string {
	t.Helper()
	dir, name, _ := strings.Cut(test, " ")
	files, err := filepath.Glob("../" + dir + "/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, rest, ok := strings.Cut(string(data), "\nfunc "+name+"("); ok {
			body, _, _ := strings.Cut(rest, "\n}\n")
			return body
		}
	}
	return ""
}

// TestHints: each hint of guise's and each fix of doctor's, typed in the state in which it
// was given, is the next step. The stories of testdata/hints produce the states.
func TestHints(t *testing.T) {
	h := &hintsTyped{all: hintsInSource(t), typed: map[hint]bool{}}
	t.Run("stories", func(t *testing.T) { playStories(t, "testdata/hints", h) })
	missing := h.missing()
	others := typedElsewhere()
	for _, one := range missing {
		if others[one].why == "" {
			t.Errorf("no story in testdata/hints types the hint of %s", one)
		}
	}
	for one, other := range others {
		if !slices.Contains(missing, one) {
			t.Errorf("there is no such hint, or a story types it: %s", one)
		}
		_, command, _ := strings.Cut(one, ": ")
		command, _, _ = strings.Cut(command, "   #")
		body := textOf(t, other.test)
		for part := range strings.SplitSeq(command, "…") {
			if !strings.Contains(body, strings.TrimSpace(part)) {
				t.Errorf("%s is not in %s: %s", part, other.test, one)
			}
		}
	}
}

// TestHintsAreWords: each hint and each fix is a program and words, or a change of a variable,
// which [shell.CommandLine.Typed] writes for the shell at hand; package shell types such into
// each shell. What else a shell knows, such as $(…) and &&, is not the same in all of them.
func TestHintsAreWords(t *testing.T) {
	fish, err := shell.Named("fish")
	if err != nil {
		t.Fatal(err)
	}
	programs := []string{"…", "guise", "vi", "aws", "mv", "chmod", "ls", "rm", "shred", "sudo", "exec", "exit", "unset", "export"} // …: made of words, or for one shell
	for _, h := range hintsInSource(t) {
		command, _, _ := strings.Cut(h.text, "   # ")
		program, _, _ := strings.Cut(command, " ")
		if program == "ask" { // an address, for a browser
			continue
		}
		const odd = ` 'it'\''s'`
		typed := shell.CommandLine{Dialect: fish}.Typed(strings.ReplaceAll(command, "…", "x") + odd)
		if !strings.HasSuffix(typed, ` 'it\'s'`) || !slices.Contains(programs, program) {
			t.Errorf("not the same in each shell: %s", h)
		}
	}
}

// TestHintsTakeNamesAsWords: a name in a command that guise shows is data, and may look like
// a flag. [shell.Guise] writes such commands, and no other code puts a name behind one.
func TestHintsTakeNamesAsWords(t *testing.T) {
	w, _, _ := here(t, nil)
	var commands []string
	for _, c := range newRoot(newApp(w)).Commands() {
		if c.Name() != "init" && c.Name() != "completion" { // of shells, whose names are ours
			commands = append(commands, c.Name())
		}
	}
	// a command that the text ends with, but for spaces or the verb of a format
	before := regexp.MustCompile(`\bguise (` + strings.Join(commands, "|") + `)( [a-z-]+)* $`)
	eachSource(t, func(path string, files *token.FileSet, f *ast.File) {
		if filepath.Base(path) == "word.go" || strings.HasSuffix(path, "_linux.go") || strings.Contains(path, "/awsconfig/") {
			return // the function itself; tools; comments in the AWS files, of which TestDashedNames is
		}
		ast.Inspect(f, func(n ast.Node) bool {
			text := ""
			switch n := n.(type) {
			case *ast.BinaryExpr:
				text = lastText(n.X)
			case *ast.BasicLit:
				if literal, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					text, _, _ = strings.Cut(literal, "%")
				}
			}
			if before.MatchString(text) && !strings.HasSuffix(text, " -- ") {
				t.Errorf("%s: %q before a name", files.Position(n.Pos()), text)
			}
			return true
		})
	})
}

// lastText is the text at the end of an expression; empty where that is none.
func lastText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		return lastText(e.Y)
	}
	return ""
}
