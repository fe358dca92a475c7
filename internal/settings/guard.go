package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"guise/internal/guard"
)

// Guard is the table of what protects profiles: see package guard. A table has no variable.
const Guard = "guard"

// agents are what [guard] agents may be.
var agents = []string{"read-only", "ask", "deny"}

// ofRules is what an error of a single rule is of: the others hold.
const ofRules = Guard + ".profiles"

// guardAgents is the row of what agents get.
const guardAgents = Guard + ".agents"

// takeGuard reads the table [guard]. Where more than a rule of it cannot be read, no
// profile's guard is sure.
func (s *Settings) takeGuard(path string, lines [][]byte, value any) {
	wrong := func(key, why string) {
		s.brokenAt(Error{Path: path, Line: guardLine(lines, key), Of: []string{Guard}, Err: errors.New(why)})
	}
	table, ok := value.(map[string]any)
	if !ok {
		wrong(Guard, "guard must be a table: [guard]")
		return
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		rules, isTable := table[key].(map[string]any)
		text, _ := table[key].(string)
		switch {
		case key == "profiles" && isTable:
			for _, pattern := range slices.Sorted(maps.Keys(rules)) {
				s.takeRule(Error{Path: path, Line: guardLine(lines, pattern)}, pattern, rules[pattern])
			}
		case key == "profiles":
			wrong(key, "guard.profiles must be a table: [guard.profiles]")
		case key != "agents":
			wrong(key, "no setting guard."+key+"; there are agents and profiles")
		case !slices.Contains(agents, text):
			wrong(key, "guard.agents must be one of "+strings.Join(agents, ", "))
		default:
			s.Guard.Agents = text
			if s.origins == nil {
				s.origins = map[string]Origin{}
			}
			s.origins[guardAgents] = Origin{File: path, Line: guardLine(lines, key)}
		}
	}
}

// takeRule reads the rule of a pattern.
func (s *Settings) takeRule(at Error, pattern string, value any) {
	rule := guard.Rule{Pattern: pattern, File: at.Path, Line: at.Line}
	wrong := func(protects, approval bool, why string) {
		e := at
		e.Of, e.Err = []string{Guard + ".color"}, fmt.Errorf("%q: %s", pattern, why)
		if protects {
			e.Of = []string{ofRules}
			rule.Unsure = &UnsureError{&e}
		}
		if approval {
			rule.UnsureApprove = rule.Unsure
		}
		s.brokenAt(e)
	}
	values, ok := value.(map[string]any)
	if !ok {
		wrong(true, true, `must be a table: { color = "red", confirm = "name" }`)
	}
	fields := map[string]*string{"color": &rule.Color, "confirm": &rule.Confirm, "lease": &rule.Lease, "approve": &rule.Approve}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text, isText := values[key].(string)
		switch field := fields[key]; {
		case field == nil:
			wrong(true, true, "no setting "+key+"; there are color, confirm, lease, approve")
		case !isText:
			wrong(key != "color", key == "approve", key+` must be a text in quotes`)
		default:
			*field = text
		}
	}
	for _, problem := range rule.Check() {
		wrong(problem.Protects(), problem.Approves(), problem.Error())
	}
	s.Guard.Rules = append(s.Guard.Rules, rule)
}

// guardLine is the line at which a key of the table stands, or the table begins; 0 where
// neither is found.
func guardLine(lines [][]byte, key string) int {
	for i, line := range lines {
		on := keyOn(line)
		if on == key || on == Guard+"."+key || strings.HasSuffix(on, "."+key) || strings.Contains(on, `"`+key+`"`) {
			return i + 1
		}
	}
	return lineOf(lines, Guard)
}

// inGuard reports whether a row of the file, counted from 1, is of the table [guard], or of
// one below it.
func inGuard(lines [][]byte, row int) bool {
	isGuard := func(name string) bool { return name == Guard || strings.HasPrefix(name, Guard+".") }
	for i := row; i > 0; i-- {
		line := bytes.TrimSpace(lines[i-1])
		if bytes.HasPrefix(line, []byte("[")) {
			return isGuard(keyOn(line))
		}
	}
	return isGuard(keyOn(lines[row-1]))
}
