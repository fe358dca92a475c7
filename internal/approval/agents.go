package approval

import (
	"path"
	"slices"
	"strings"
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

// byVariable returns the variable of an environment by which an agent is recognised; "" where
// there is none.
func byVariable(agents []Agent, environ []string) string {
	known := make(map[string]bool, 2*len(agents))
	for _, agent := range agents {
		for _, name := range agent.Variables {
			known[name] = true
		}
	}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if known[name] && value != "" && value != "0" && value != "false" {
			return name
		}
	}
	return ""
}

// byName returns the name by which a program is recognised as an agent: that of its process,
// of its file, or of the script that an interpreter runs; "" where none is one.
func byName(agents []Agent, name string, words []string) string {
	for _, one := range append([]string{name}, names(words)...) {
		for _, agent := range agents {
			if one != "" && slices.Contains(agent.Programs, one) {
				return one
			}
		}
	}
	return ""
}

// names are those of the program that words start.
func names(words []string) (all []string) {
	if len(words) == 0 {
		return nil
	}
	program := base(words[0])
	all = append(all, program)
	if !strings.HasPrefix(program, "python") && !slices.Contains([]string{"node", "nodejs", "bun", "deno"}, program) {
		return all
	}
	for _, word := range words[1:] {
		if !strings.HasPrefix(word, "-") {
			return append(all, base(word))
		}
	}
	return all
}

// base is the name of a program's file, without what tells its kind.
func base(file string) string {
	name := path.Base(strings.ReplaceAll(file, `\`, "/"))
	return strings.TrimSuffix(name, ".exe")
}
