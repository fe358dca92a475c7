package approval

import (
	"os"
	"strings"
	"testing"
)

// TestAgentsPage: docs/guards.md lists every agent as the table has it.
func TestAgentsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/guards.md")
	if err != nil {
		t.Fatal(err)
	}
	marked := func(names []string) string {
		if len(names) == 0 {
			return ""
		}
		return "`" + strings.Join(names, "`, `") + "`"
	}
	for _, agent := range Agents() {
		row := "| " + agent.Name + " | " + marked(agent.Variables) + " | " + marked(agent.Programs) + " |\n"
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/guards.md has no row\n%s", row)
		}
	}
}
