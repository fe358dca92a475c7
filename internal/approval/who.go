package approval

import (
	"slices"
	"strconv"
	"strings"

	"guise/internal/process"
)

// A Requester is who asks for credentials: the session that a process runs in, or an agent.
type Requester struct {
	// Unit names the session or agent, and no other that was or will be: an approval is of
	// one unit. Empty where it cannot be told: then each call is asked about.
	Unit string `json:"-"`
	// Leader and LeaderPID are its first process: a terminal's shell, an agent.
	Leader    string `json:"leader"`
	LeaderPID int    `json:"leader_pid"`
	// Agent is by what an agent was recognised: the name of a program or of a variable;
	// empty: it is none.
	Agent string `json:"agent"`
	// OwnTerminal: the agent has made the terminal that it runs commands on, and reads what is
	// asked there.
	OwnTerminal bool `json:"-"`
}

// A System knows processes. [Here] is this one.
type System struct {
	Look         func(pid int) (p process.Info, ok bool)
	Words        func(pid int) process.Texts // what it was started with; nil: not known
	FirstEnviron func(pid int) process.Texts // with what environment; nil: not known
	Boot         string                      // names this run of the system
}

// Here is the system that we run on.
func Here() System {
	var r process.Reader
	return System{r.Look, r.Words, r.FirstEnviron, r.Boot()}
}

// highest is how many processes above ours are looked at. Where there are more, an agent may be
// among them: nobody can tell who asks.
const highest = 4096

// Who finds who asks, where a process asks; environ is its environment.
//
// An agent's unit is the topmost process above (or at) pid that is a known agent, or has an
// agent's variable in its first environment. That one may be above the session's leader: some
// agents (Codex) start each command in a session of its own. Without an agent the unit is the
// session: its leader, or, where that has ended or cannot be told, the topmost of our
// ancestors in it; where the system knows no sessions, the first ancestor that is no shell.
func (s System) Who(pid int, environ []string) Requester {
	signs := signsOf(Agents())
	by := signs.variable(process.Join(environ))
	self, ok := s.Look(pid)
	if !ok {
		return Requester{Agent: by}
	}
	leader, agent := self, process.Info{}
	if by != "" {
		agent = self
	}
	known, leaves := self.Session != 0, false
	first, looked := process.Info{}, false // the session's leader, where it is above us
	agentAbove := false                    // the session's leader
	for p, far := self, 0; ; far++ {
		if far == highest {
			return Requester{Agent: by, Leader: self.Name, LeaderPID: self.PID}
		}
		if far > 0 || by == "" {
			found := signs.name(p.Name, s.Words(p.PID))
			if found == "" {
				found = signs.variable(s.FirstEnviron(p.PID))
			}
			if found != "" {
				agent, by, agentAbove = p, found, leaves || known && p.Session != self.Session
			}
		}
		if known && p.Session != self.Session {
			leaves = true
		}
		if known && !leaves || !known && far > 0 && shellOrNone(leader.Name) {
			leader = p
		}
		if p.PID == self.Session {
			first, looked = p, true
		}
		above, ok := s.Look(p.Parent)
		if !ok || p.Parent < 1 { // in a container the first process may be the agent
			break
		}
		p = above
	}
	if known && !looked {
		first, looked = s.Look(self.Session)
	}
	if known && looked && first.Session == first.PID {
		leader = first
	}
	if by != "" {
		return Requester{Unit: s.unit("agent", agent), Leader: agent.Name, LeaderPID: agent.PID, Agent: by, OwnTerminal: agentAbove}
	}
	if leader.PID == self.PID && !known {
		return Requester{Leader: leader.Name, LeaderPID: leader.PID}
	}
	return Requester{Unit: s.unit("session", leader), Leader: leader.Name, LeaderPID: leader.PID}
}

func (s System) unit(kind string, p process.Info) string {
	return strings.Join([]string{kind, s.Boot, strconv.Itoa(p.PID), p.Started}, "\x00")
}

// shellOrNone reports whether a program is a shell, guise itself, or nothing.
func shellOrNone(name string) bool {
	name = strings.TrimPrefix(base(name), "-")
	return slices.Contains([]string{"", "guise", "sh", "dash", "bash", "zsh", "fish", "ksh", "mksh", "tcsh", "csh", "nu", "elvish", "xonsh", "pwsh", "powershell", "cmd", "timeout"}, name)
}
