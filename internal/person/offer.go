package person

import (
	"context"
	"os/exec"

	"guise/internal/source"
)

// Offer asks the user, at the terminal of a command that they have typed, whether to run a
// program, and runs it there: words are its own, env is added to what it finds in its
// environment, and profile is the one that it is run for, whose credentials it cannot have.
// ran is false where there is nobody to ask, or they say no; its error is the program's.
func (p *Person) Offer(ctx context.Context, question string, words, env []string, profile string) (ran bool, err error) {
	if p.nobody || p.o.Mode != AtKeyboard {
		return false, nil
	}
	terminal, err := p.o.Terminal()
	if err != nil {
		return false, nil //nolint:nilerr // nobody is there
	}
	defer func() { _ = terminal.Close() }()
	if yes, err := terminal.Confirm(ctx, question, false); err != nil || !yes {
		return false, nil //nolint:nilerr // a no
	}
	c := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // what the user has set
	c.Env = append(append(p.o.Environ(), env...), source.Inside(p.o.Getenv, profile))
	return true, terminal.Run(c)
}
