package settings

import (
	"fmt"
	"slices"
	"strings"

	"guise/session"
)

// PromptFields are what a template of `guise prompt` may have in braces.
func PromptFields() []string {
	return []string{"profile", "account", "role", "region", "left", "until"}
}

// CheckPrompt returns an error where a template of `guise prompt` has a field that there
// is not. Braces around anything but a word are text.
func CheckPrompt(template string) error {
	known := PromptFields()
	for _, part := range strings.Split(template, "{")[1:] {
		name, _, closed := strings.Cut(part, "}")
		isWord := name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == ""
		if closed && isWord && !slices.Contains(known, name) {
			return fmt.Errorf("has no field {%s}; there are {%s}", name, strings.Join(known, "}, {"))
		}
	}
	return nil
}

// named is a text that has the fields of a role session's name only.
func named(field func(*Settings) *string) value {
	is := text(field)
	return value{set: func(s *Settings, text string) error {
		if err := session.CheckName(text); err != nil {
			return err
		}
		return is.set(s, text)
	}, get: is.get}
}

// template is a text that has known fields only.
func template(field func(*Settings) *string) value {
	is := text(field)
	return value{set: func(s *Settings, text string) error {
		if err := CheckPrompt(text); err != nil {
			return err
		}
		return is.set(s, text)
	}, get: is.get}
}
