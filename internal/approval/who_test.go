package approval

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
	"guise/internal/process"
)

// tree is a system of made-up processes: above each stands its parent.
type tree map[int]process.Info

func (tr tree) system(words, environ map[int][]string) System {
	return System{
		Look:         func(pid int) (process.Info, bool) { p, ok := tr[pid]; p.PID = pid; return p, ok },
		Words:        func(pid int) process.Texts { return process.Join(words[pid]) },
		FirstEnviron: func(pid int) process.Texts { return process.Join(environ[pid]) }, Boot: "boot",
	}
}

// terminal is a terminal (10) with a shell (20), which has started something (30, 40) that has called guise (50).
func terminal() tree {
	return tree{
		1: {Parent: 0, Session: 1, Started: "1", Name: "systemd"}, 10: {Parent: 1, Session: 1, Started: "5", Name: "xterm"},
		20: {Parent: 10, Session: 20, Started: "6", Name: "zsh"}, 30: {Parent: 20, Session: 20, Started: "7", Name: "make"},
		40: {Parent: 30, Session: 20, Started: "8", Name: "aws"}, 50: {Parent: 40, Session: 20, Started: "9", Name: "guise"},
	}
}

func with(tr tree, changes tree) tree {
	tr = maps.Clone(tr)
	maps.Copy(tr, changes)
	return tr
}

// TestWhoFarAbove: an agent is seen however many processes are between it and us; where there
// are more than are looked at, nobody can tell who asks.
func TestWhoFarAbove(t *testing.T) {
	for between, want := range map[int]Requester{
		1000: {Leader: "claude", LeaderPID: 20, Agent: "claude"}, 5000: {Leader: "guise", LeaderPID: 50},
	} {
		tr := with(terminal(), tree{20: {Parent: 10, Session: 20, Started: "6", Name: "claude"}})
		above := 40
		for i := range between {
			pid := 1000 + i
			tr[pid] = process.Info{Parent: above, Session: 20, Started: "8", Name: "sh"}
			above = pid
		}
		tr[50] = process.Info{Parent: above, Session: 20, Started: "9", Name: "guise"}
		who := tr.system(nil, nil).Who(50, nil)
		if known := who.Unit != ""; known != (want.Agent != "") {
			t.Errorf("%d between: %+v", between, who)
		}
		if who.Unit = ""; who != want {
			t.Errorf("%d between: %+v", between, who)
		}
	}
}

// TestWho: who asks is the session, or the topmost agent above the caller.
func TestWho(t *testing.T) {
	named := func(pid, parent, session int, name string) process.Info {
		return process.Info{Parent: parent, Session: session, Started: "7", Name: name}
	}
	gone := terminal()
	delete(gone, 20)
	gone[30] = named(30, 1, 20, "make")
	none := tree{}
	for pid, p := range terminal() {
		p.Session = 0
		none[pid] = p
	}
	for name, c := range map[string]struct {
		tree           tree
		words, environ map[int][]string
		own            []string // environment
		pid            int      // of the unit; 0: it cannot be told
		agent          string
		ownTerminal    bool
	}{
		"a terminal":                         {tree: terminal(), pid: 20},
		"a session whose leader has ended":   {tree: gone, pid: 30},
		"an agent by its name":               {tree: with(terminal(), tree{30: named(30, 20, 20, "claude")}), pid: 30, agent: "claude"},
		"the topmost of two":                 {tree: with(terminal(), tree{30: named(30, 20, 20, "codex"), 40: named(40, 30, 20, "gemini")}), pid: 30, agent: "codex"},
		"an agent by the script of node":     {tree: with(terminal(), tree{30: named(30, 20, 20, "MainThread")}), words: map[int][]string{30: {"/usr/bin/node", "--no-warnings", "/usr/bin/gemini", "-p"}}, pid: 30, agent: "gemini"},
		"a program that is named in words":   {tree: terminal(), words: map[int][]string{30: {"vim", "claude"}, 40: {"node", "x.js", "claude"}}, pid: 20},
		"an agent by its file":               {tree: terminal(), words: map[int][]string{30: {"/opt/claude.exe"}}, pid: 30, agent: "claude"},
		"a file of Windows":                  {tree: terminal(), words: map[int][]string{30: {`C:\bin\node.exe`, `C:\lib\codex`}}, pid: 30, agent: "codex"},
		"a name that an agent's begins":      {tree: terminal(), words: map[int][]string{30: {"/opt/claude/"}, 40: {"/opt/claudette"}}, environ: map[int][]string{40: {"CLAUDECODES=1", "CLAUDECOD=1", "CLAUDECODE", "=1", ""}}, pid: 30, agent: "claude"},
		"an interpreter's option":            {tree: terminal(), words: map[int][]string{30: {"python3.12", "-u", "-m", "x", "claude"}, 40: {"node"}}, pid: 20},
		"an agent by a variable":             {tree: terminal(), environ: map[int][]string{40: {"PATH=/bin", "CLAUDECODE=1"}, 50: {"CLAUDECODE=1"}}, pid: 40, agent: "CLAUDECODE"},
		"a variable that is off":             {tree: terminal(), environ: map[int][]string{40: {"CLAUDECODE=0"}, 30: {"AI_AGENT="}, 50: {"CODEX_HOME=/x", "CLINE_API_KEY=x"}}, pid: 20},
		"a variable of ours alone":           {tree: terminal(), own: []string{"AI_AGENT=x"}, pid: 50, agent: "AI_AGENT"},
		"ours, and one above":                {tree: terminal(), own: []string{"AI_AGENT=x"}, environ: map[int][]string{30: {"AI_AGENT=x"}}, pid: 30, agent: "AI_AGENT"},
		"a leader that is an agent":          {tree: with(terminal(), tree{20: named(20, 10, 20, "claude")}), pid: 20, agent: "claude"},
		"each command a session of its own":  {tree: with(terminal(), tree{30: named(30, 20, 20, "codex"), 40: named(40, 30, 40, "bash"), 50: named(50, 40, 40, "guise")}), pid: 30, agent: "codex", ownTerminal: true},
		"a detached program":                 {tree: with(terminal(), tree{40: named(40, 30, 40, "job"), 50: named(50, 40, 40, "guise")}), pid: 40},
		"the first process of a container":   {tree: with(terminal(), tree{1: named(1, 0, 1, "claude")}), pid: 1, agent: "claude", ownTerminal: true},
		"a leader that is a shell, gone":     {tree: with(gone, tree{30: named(30, 1, 20, "bash")}), pid: 30},
		"ended between, its leader is there": {tree: with(terminal(), tree{50: {Parent: 1, Session: 20, Started: "9", Name: "guise"}}), pid: 20},
		"its leader's number is another's":   {tree: with(terminal(), tree{20: named(20, 1, 77, "job"), 50: {Parent: 1, Session: 20, Started: "9", Name: "guise"}}), pid: 50},
		"its own leader":                     {tree: tree{50: named(50, 49, 50, "guise")}, pid: 50},
		"ours, by another than the first":    {tree: terminal(), own: []string{"AI_AGENT=x"}, environ: map[int][]string{50: {"CLAUDECODE=1"}}, pid: 50, agent: "AI_AGENT"},
		"our first, and ours no more":        {tree: terminal(), environ: map[int][]string{50: {"CLAUDECODE=1"}}, pid: 50, agent: "CLAUDECODE"},
		"above the first process is none":    {tree: with(terminal(), tree{0: named(0, 0, 0, "claude")}), pid: 20},
		"who is not there is no agent":       {tree: tree{50: named(50, 49, 50, "guise")}, words: map[int][]string{49: {"claude"}, 0: {"claude"}}, pid: 50},
		"without sessions, and process 0":    {tree: with(none, tree{0: named(0, 0, 0, "swapper")}), pid: 40},
		"without sessions, a login shell":    {tree: with(none, tree{40: named(40, 30, 0, "-bash")}), pid: 30},
		"a system without sessions":          {tree: none, pid: 40},
		"a system without sessions, a shell": {tree: with(none, tree{40: named(40, 30, 0, "bash")}), pid: 30},
		"a system that says nothing":         {tree: tree{}, own: []string{"CODEX_CI=1"}, agent: "CODEX_CI"},
	} {
		who := c.tree.system(c.words, c.environ).Who(50, c.own)
		if who.LeaderPID != c.pid || (who.Unit == "") != (c.pid == 0) || who.Agent != c.agent || who.OwnTerminal != c.ownTerminal {
			t.Errorf("%s: %+v", name, who)
		}
	}
}

// TestWhoAlone: where no session is known and nobody is above, it cannot be told who asks.
func TestWhoAlone(t *testing.T) {
	alone := tree{50: {Parent: 49, Started: "9", Name: "guise"}}
	if who := alone.system(nil, nil).Who(50, nil); who.Unit != "" || who.LeaderPID != 50 || who.Leader != "guise" {
		t.Errorf("%+v", who)
	}
}

// TestUnit: a process that has another's number later is another unit, and so is a session
// after the system's next start.
func TestUnit(t *testing.T) {
	unit := func(tr tree, boot string) string {
		s := tr.system(nil, nil)
		s.Boot = boot
		return s.Who(50, nil).Unit
	}
	first := unit(terminal(), "a")
	if again := unit(terminal(), "a"); again != first {
		t.Error("it is not the same")
	}
	other := terminal()
	leader := other[20]
	leader.Started = "60"
	other[20] = leader
	if unit(other, "a") == first || unit(terminal(), "b") == first {
		t.Error("it is the same")
	}
	agent := terminal().system(nil, map[int][]string{20: {"AI_AGENT=1"}})
	agent.Boot = "a"
	if agent.Who(50, nil).Unit == first {
		t.Error("an agent is the session that it leads")
	}
}

// TestLooks: each process is looked at once, and the looks need little memory: a program waits
// for the answer.
func TestLooks(t *testing.T) {
	looks := map[string]int{}
	count := func(what string, pid int) {
		if looks[fmt.Sprint(what, " of ", pid)]++; looks[fmt.Sprint(what, " of ", pid)] > 1 {
			t.Errorf("a second look at the %s of %d", what, pid)
		}
	}
	s := terminal().system(nil, nil)
	who := System{
		Look:         func(pid int) (process.Info, bool) { count("state", pid); return s.Look(pid) },
		Words:        func(pid int) process.Texts { count("words", pid); return s.Words(pid) },
		FirstEnviron: func(pid int) process.Texts { count("environment", pid); return s.FirstEnviron(pid) },
	}.Who(50, nil)
	if who.LeaderPID != 20 || len(looks) != 6*3+1 { // the first process has no parent
		t.Errorf("%+v %v", who, looks)
	}
	need.System(t, "linux")
	processes, largest, environ := 0, 0, os.Environ()
	for pid := os.Getpid(); pid > 0; processes++ {
		for _, name := range []string{"cmdline", "environ"} {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name)) // another user's is not told
			largest = max(largest, len(text))
		}
		_, pid = process.Parent(pid)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Here().Who(os.Getpid(), environ)
	runtime.ReadMemStats(&after)
	most := uint64(20<<10 + 2*len(process.Join(environ)) + 200*processes + 5*largest) // the room doubles: 2 + 1 + 1/2 …
	if took := after.TotalAlloc - before.TotalAlloc; took > most {
		t.Errorf("%d bytes for %d processes, more than %d", took, processes, most)
	}
}

// TestAgents: each has a source, and a way to be recognised; no name stands for a shell or
// an interpreter.
func TestAgents(t *testing.T) {
	for _, agent := range Agents() {
		if agent.Name == "" || agent.Source == "" || len(agent.Variables)+len(agent.Programs) == 0 {
			t.Errorf("%+v", agent)
		}
		for _, program := range agent.Programs {
			if shellOrNone(program) || strings.HasPrefix(program, "python") || program == "node" {
				t.Errorf("%s is no agent's alone", program)
			}
		}
		for _, variable := range agent.Variables {
			if slices.Contains([]string{"CODEX_HOME", "CURSOR_TRACE_ID", "REPL_ID", "TERM_PROGRAM"}, variable) {
				t.Errorf("%s is set for people too", variable)
			}
		}
	}
}
