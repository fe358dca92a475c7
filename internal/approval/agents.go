package approval

import (
	"bytes"
	"slices"

	"guise/internal/process"
)

// An Agent is a program that acts by itself, mostly at the word of a language model, and
// says so to what it starts.
type Agent struct {
	Name string
	// Variables that it sets for the commands that it runs, and that no user sets. An empty
	// value, 0 and false count as not set.
	Variables []string
	// Programs are the names of its own process. A name that another known program has too
	// (goose, copilot) is none.
	Programs []string
	Source   string // of these facts
}

// cdk is the list that AWS's own CDK keeps, with a source for each of its entries.
const cdk = "aws/aws-cdk-cli, pull request 1855"

// Agents returns the agents that guise recognises. Variables that an editor sets for each of
// its terminals (CURSOR_TRACE_ID), that a user sets to configure an agent (CODEX_HOME,
// CLINE_API_KEY), and those of a whole machine (REPL_ID) are not among them.
func Agents() []Agent {
	return []Agent{
		{"any agent", []string{"AI_AGENT"}, nil, "the convention of vercel/detect-agent; " + cdk},
		{"Amp, Crush, Goose, opencode", []string{"AGENT"}, nil, cdk},
		{"Claude Code", []string{"CLAUDECODE"}, []string{"claude"}, "anthropics/claude-code, issue 531; npm: @anthropic-ai/claude-code"},
		{"Codex", []string{"CODEX_THREAD_ID", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_CI"}, []string{"codex"}, "openai/codex, pull requests 10096 and 9366; " + cdk + "; npm: @openai/codex"},
		{"Gemini CLI", []string{"GEMINI_CLI"}, []string{"gemini"}, "google-gemini/gemini-cli, docs/tools/shell.md; npm: @google/gemini-cli"},
		{"Cursor", []string{"CURSOR_AGENT"}, []string{"cursor-agent"}, cdk + "; databricks/cli, pull request 4287"},
		{"GitHub Copilot", []string{"COPILOT_CLI", "COPILOT_AGENT_SESSION_ID"}, nil, cdk + "; aws/aws-sam-cli, pull request 9127"},
		{"opencode", []string{"OPENCODE"}, []string{"opencode"}, cdk + "; npm: opencode-ai"},
		{"Amp", nil, []string{"amp"}, "npm: @sourcegraph/amp"},
		{"Crush", nil, []string{"crush"}, "charmbracelet/crush, internal/shell/shell.go"},
		{"Augment", []string{"AUGMENT_AGENT"}, []string{"auggie"}, cdk + "; npm: @augmentcode/auggie"},
		{"Qwen Code", []string{"QWEN_CODE"}, []string{"qwen"}, cdk + "; npm: @qwen-code/qwen-code"},
		{"Cline", []string{"CLINE_ACTIVE"}, nil, cdk + "; checkly/checkly-cli, pull request 1261"},
	}
}

// signs are what agents are recognised by.
type signs struct {
	variables, programs []string
	initials            [256]bool // of the variables: most of an environment begins with another
}

func signsOf(agents []Agent) *signs {
	s := &signs{variables: make([]string, 0, 2*len(agents)), programs: make([]string, 0, len(agents))}
	for i := range agents {
		s.variables = append(s.variables, agents[i].Variables...)
		s.programs = append(s.programs, agents[i].Programs...)
	}
	for _, name := range s.variables {
		s.initials[name[0]] = true
	}
	return s
}

// variable returns the variable of an environment by which an agent is recognised; "" where
// there is none.
func (s *signs) variable(environ process.Texts) string {
	for entry := range environ.All() {
		if len(entry) == 0 || !s.initials[entry[0]] {
			continue
		}
		name, value, _ := bytes.Cut(entry, []byte{'='})
		if len(value) == 0 || string(value) == "0" || string(value) == "false" {
			continue
		}
		for _, known := range s.variables {
			if string(name) == known {
				return known
			}
		}
	}
	return ""
}

// name returns the name by which a program is recognised as an agent: that of its process,
// of its file, or of the script that an interpreter runs; "" where none is one.
func (s *signs) name(of string, words process.Texts) string {
	if slices.Contains(s.programs, of) {
		return of
	}
	first := true
	for word := range words.All() {
		if !first && bytes.HasPrefix(word, []byte{'-'}) {
			continue // an option of the interpreter
		}
		file := base(word)
		for _, known := range s.programs {
			if string(file) == known {
				return known
			}
		}
		if !first || !interprets(file) {
			return ""
		}
		first = false
	}
	return ""
}

// interprets reports whether a program runs the script that its first word names.
func interprets(program []byte) bool {
	switch string(program) {
	case "node", "nodejs", "bun", "deno":
		return true
	}
	return bytes.HasPrefix(program, []byte("python"))
}

// base is the name of a program's file, without what tells its kind.
func base[T string | []byte](file T) T {
	for len(file) > 0 && isSlash(file[len(file)-1]) {
		file = file[:len(file)-1]
	}
	name := file
	for i := range len(file) {
		if isSlash(file[i]) {
			name = file[i+1:]
		}
	}
	if end := len(name) - len(".exe"); end >= 0 && string(name[end:]) == ".exe" {
		name = name[:end]
	}
	return name
}

func isSlash(b byte) bool { return b == '/' || b == '\\' }
