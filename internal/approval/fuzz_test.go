package approval

import (
	"slices"
	"strings"
	"testing"

	"guise/internal/process"
)

// FuzzWho: whatever processes say of themselves, it ends, and who asks is the session or an
// agent that is known by one of the signs in the table.
func FuzzWho(f *testing.F) {
	f.Add("make", []byte("/usr/bin/node\x00--x\x00/opt/claude.exe\x00"), []byte("CLAUDECODE=1\x00"))
	f.Add("codex", []byte("\x00\x00\x00"), []byte("=\x00CLAUDECODE\x00CLAUDECODE=0\x00"))
	f.Add("", []byte("python3\x00/\\\\//"), []byte("AI_AGENT="))
	known := map[string]bool{}
	for _, agent := range Agents() {
		for _, sign := range slices.Concat(agent.Programs, agent.Variables) {
			known[sign] = true
		}
	}
	f.Fuzz(func(t *testing.T, name string, words, environ []byte) {
		tr := terminal()
		between := tr[30]
		between.Name = name
		tr[30] = between
		s := System{
			Look: func(pid int) (process.Info, bool) { p, ok := tr[pid]; p.PID = pid; return p, ok },
			Words: func(pid int) process.Texts {
				if pid == 30 {
					return words
				}
				return nil
			},
			FirstEnviron: func(pid int) process.Texts {
				if pid == 30 {
					return environ
				}
				return nil
			},
		}
		who := s.Who(50, nil)
		switch {
		case who.Agent == "" && (who.LeaderPID != 20 || who.Unit == ""):
			t.Errorf("%+v", who)
		case who.Agent != "" && (!known[who.Agent] || who.LeaderPID != 30):
			t.Errorf("%+v", who)
		}
		for _, sign := range []string{"CLAUDECODE=1", "AI_AGENT=x"} {
			if who.Agent == "" && slices.Contains(strings.Split(string(environ), "\x00"), sign) {
				t.Errorf("%s in %q is passed over", sign, environ)
			}
		}
	})
}
