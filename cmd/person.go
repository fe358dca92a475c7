package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guise/ask"
	"guise/awsconfig"
	"guise/session"
)

// person reaches the one at the keyboard for package session.
type person struct{ *app }

var _ session.Person = (*person)(nil)

// Say tells the person a line that asks for nothing.
func (p *person) Say(line string) { p.say("guise: " + line) }

// Code gets an MFA code, by the first way that works.
func (p *person) Code(ctx context.Context, q session.CodeQuestion) (session.Code, error) {
	s, err := p.settings()
	if err != nil {
		return session.Code{}, err
	}
	profiles := p.profilesOf(q)
	order := s.MFA
	for _, profile := range profiles {
		if own := profile.Own("mfa"); own != "" {
			if err := ways(&s, own); err != nil {
				return session.Code{}, err
			}
			order = s.MFA
			break
		}
	}
	if command := first(profiles, "mfa_command"); command != "" && slices.Contains(order, "command") {
		return p.byCommand(ctx, q, command)
	}
	if slices.Contains(order, "terminal") {
		return p.byTerminal(ctx, q)
	}
	return session.Code{}, session.ErrNoPerson
}

// profilesOf are the profiles whose settings say how to get a code: the one
// asked for, then the one whose user has the device.
func (p *person) profilesOf(q session.CodeQuestion) []awsconfig.Profile {
	files, err := p.files()
	if err != nil {
		return nil
	}
	var found []awsconfig.Profile
	for _, name := range []string{q.Profile, q.Owner} {
		if profile, err := files.Profile(name); err == nil {
			found = append(found, profile)
		}
	}
	return found
}

func first(profiles []awsconfig.Profile, key string) string {
	for _, profile := range profiles {
		if value := profile.Own(key); value != "" {
			return value
		}
	}
	return ""
}

func (p *person) byCommand(ctx context.Context, q session.CodeQuestion, command string) (session.Code, error) {
	env := append(p.Environ(), "GUISE_PROFILE="+q.Profile, "GUISE_MFA_SERIAL="+q.Serial, insideOf+"="+p.inside(q.Profile))
	text, err := ask.Command(ctx, command, env)
	return session.Code{Text: text}, err
}

func (p *person) byTerminal(ctx context.Context, q session.CodeQuestion) (session.Code, error) {
	terminal, err := p.app.terminal()
	if errors.Is(err, ask.ErrNoTerminal) {
		return session.Code{}, session.ErrNoPerson
	}
	if err != nil {
		return session.Code{}, err
	}
	defer func() { _ = terminal.Close() }()
	text, err := terminal.Code(ctx, ask.CodeQuestion{Profile: q.Profile, Serial: q.Serial, Again: q.Again})
	if errors.Is(err, ask.ErrCancelled) {
		err = session.ErrCancelled
	}
	return session.Code{Text: text, Typed: true}, err
}

// insideOf names the profiles for which guise is running a command, so that
// the command's own calls to AWS cannot lead back to the same question.
const insideOf = "GUISE_INSIDE"

// inside gives the value of insideOf for a command that is run for a profile.
func (a *app) inside(profile string) string {
	return strings.TrimPrefix(a.Getenv(insideOf)+" "+awsconfig.EncodeProfile(profile), " ")
}

// isInside tells whether guise is being called by a command that it runs for
// the same profile: an endless loop.
func (a *app) isInside(profile string) bool {
	return slices.Contains(strings.Fields(a.Getenv(insideOf)), awsconfig.EncodeProfile(profile))
}
