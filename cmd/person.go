package cmd

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/ask"
	"guise/awsconfig"
	"guise/internal/secret"
	"guise/internal/secretstore"
	"guise/internal/settings"
	"guise/session"
)

// person reaches the one at the keyboard for packages session and signin.
type person struct{ *app }

var _ session.Person = (*person)(nil)

// Say tells the person a line that asks for nothing.
func (p *person) Say(line string) {
	if p.pages == pagesRelayed {
		p.passOn(relayed{Line: "guise: " + line})
		return
	}
	p.say("guise: " + line)
}

// Code gets an MFA code: by the first way that needs nobody and has one, or else
// from the person, by whichever way they answer first.
func (p *person) Code(ctx context.Context, q session.CodeQuestion) (session.Code, error) {
	s := p.settings()
	if err := s.Sure(settings.MFA); err != nil {
		return session.Code{}, err
	}
	profiles := p.profilesOf(q)
	for _, profile := range profiles {
		if own := profile.Own("mfa"); own != "" {
			chosen, err := settings.Ways(own)
			if err != nil {
				return session.Code{}, err
			}
			s.MFA = chosen
			break
		}
	}
	var failed error
	limited, cancel := p.patient(ctx, settings.DefaultWait)
	defer cancel()
	for _, way := range s.MFA {
		code, tried, err := p.byItself(limited, way, q, profiles)
		switch {
		case !tried:
		case err == nil:
			return session.Code{Text: code}, nil
		case lateCause(limited):
			return session.Code{}, lateError{p.asker().Program}
		case isStopped(ctx, err):
			return session.Code{}, stoppedError{}
		case errors.Is(err, ask.ErrCancelled):
			return session.Code{}, session.ErrCancelled
		default:
			p.sayf("guise: %v", err)
			failed = err
		}
	}
	text, err := p.fromPerson(ctx, q, s)
	if errors.Is(err, session.ErrNoPerson) && failed != nil {
		err = failed // the way that was set has failed: that is what is to be fixed
	}
	return session.Code{Text: text, Typed: true}, err
}

// byItself gets a code by a way that needs nobody; not tried where the way is none
// of these, or is not set up.
func (p *person) byItself(ctx context.Context, way string, q session.CodeQuestion, profiles []awsconfig.Profile) (code secret.Text, tried bool, err error) {
	switch way {
	case settings.ByCommand:
		command := first(profiles, "mfa_command")
		if command == "" {
			return code, false, nil
		}
		env := append(p.Environ(), "GUISE_PROFILE="+q.Profile, "GUISE_MFA_SERIAL="+q.Serial, insideOf+"="+p.inside(q.Profile))
		code, err = ask.Command(ctx, command, env)
		return code, true, err
	case settings.ByTOTP:
		if !slices.Contains(p.keys().Devices(), q.Serial) { // a store that is locked would take seconds to say so
			return code, false, nil
		}
		seed, err := p.keys().MFASecret(ctx, q.Serial)
		if errors.Is(err, secretstore.ErrNotFound) {
			return code, false, nil // it was being stored when guise was interrupted
		}
		if err != nil {
			return code, true, err
		}
		code, err = ask.TOTP(seed, p.Now())
		return code, true, err
	case settings.ByYubiKey:
		label, device := first(profiles, "yubikey_label"), first(profiles, "yubikey_serial")
		if label == "" {
			label = q.Serial
		}
		if !ask.HasYubiKeys() {
			return code, false, nil
		}
		code, err = ask.YubiKey{Label: label, Device: device, Env: withoutAWS(p.Environ())}.Code(ctx)
		return code, true, err
	}
	return code, false, nil
}

// How long the first way to the person is the only one.
const (
	dialogAfter = 8 * time.Second // they may be looking elsewhere
	roomAfter   = 2 * time.Second
)

// fromPerson asks the person, by all ways that there are.
func (p *person) fromPerson(ctx context.Context, q session.CodeQuestion, s settings.Settings) (secret.Text, error) {
	if p.alone {
		return secret.Text{}, session.ErrNoPerson
	}
	late := lateError{p.asker().Program} // to be known before it is gone
	open, terminal := p.waysToAsk(q, s, late)
	job, wait := 0, s.WaitForPerson
	if terminal != nil {
		defer func() { _ = terminal.Close() }()
		job = ask.OurJob()
		if wait == 0 { // nobody is to be waited for; but here somebody is
			wait = settings.DefaultWait
		}
	}
	if p.background && p.absent(q.Lock, job, wait) || len(open) == 0 {
		return secret.Text{}, session.ErrNoPerson
	}
	ctx, cancel := p.patient(ctx, wait)
	defer cancel()
	text, err := ask.First(ctx, open...)
	switch {
	case err == nil:
		p.forgetAbsence(q.Lock)
		return text, nil
	case errors.Is(err, ask.ErrGone), errors.Is(context.Cause(ctx), ask.ErrGone):
		p.saidLate = terminal != nil
		return text, late
	case lateCause(ctx):
		if p.noteAbsence(q.Lock, job, wait); terminal != nil {
			p.saidLate = true
			return text, late
		}
	case isStopped(ctx, err):
		return text, stoppedError{}
	case errors.Is(err, ask.ErrCancelled), errors.Is(err, context.Canceled):
		return text, session.ErrCancelled
	}
	return text, session.ErrNoPerson // nobody came, or no way could be opened after all
}

// waysToAsk gives the ways to the person, in the order in which they are opened, and
// the terminal, if one of them is ours to ask on.
func (p *person) waysToAsk(q session.CodeQuestion, s settings.Settings, late lateError) (open []ask.Way, terminal *ask.Terminal) {
	for _, way := range s.MFA {
		switch way {
		case settings.ByTerminal:
			if t, err := p.app.terminal(); err == nil {
				terminal = t
				terminal.Late = "guise: " + late.Error()
				open = append(open, ask.Way{Ask: func(ctx context.Context) (secret.Text, error) {
					return t.Code(ctx, ask.CodeQuestion{Profile: q.Profile, Serial: q.Serial, Again: q.Again})
				}})
			}
		case settings.ByDialog:
			if dialog := p.dialog(s); dialog.Available() && !(terminal != nil && dialog.OnTerminal()) {
				asker := p.asker()
				text := asker.String() + ", in " + asker.In(p.Home) + ",\nneeds an MFA code for " + q.Profile + "\nfrom " + q.Serial
				open = append(open, ask.Way{Ask: func(ctx context.Context) (secret.Text, error) {
					return dialog.Code(ctx, ask.Words{Title: "guise: MFA code for " + q.Profile, Text: text, Error: q.Again})
				}})
			}
		}
	}
	for i := range open[:max(len(open)-1, 0)] {
		open[i+1].After = dialogAfter
	}
	if p.background {
		room := ask.Way{Ask: func(ctx context.Context) (secret.Text, error) {
			request := p.request(ask.ForCode, q.Lock, q.Profile, q.Serial, q.Again)
			if terminal != nil {
				request.Session = ask.OurSession()
			}
			return p.fromRoom(ctx, request, s)
		}}
		if len(open) > 0 {
			room.After = roomAfter
		}
		open = append(open, room)
	}
	slices.SortStableFunc(open, func(a, b ask.Way) int { return int(a.After - b.After) })
	return open, terminal
}

func (p *person) dialog(s settings.Settings) ask.Dialog {
	d := ask.Dialog{Program: s.Dialog, Getenv: p.Getenv, Environ: func() []string { return withoutAWS(p.Environ()) }}
	if terminal, err := p.app.terminal(); err == nil {
		d.TTY = terminal.Name()
		_ = terminal.Close()
	}
	return d
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

// asker is the program that we are asked by.
func (a *app) asker() ask.Asker {
	dir, err := os.Getwd()
	if err != nil {
		dir = "?"
	}
	parent := os.Getppid()
	if pid, err := strconv.Atoi(a.Getenv(askedBy)); err == nil && ask.Siblings(pid, os.Getpid()) {
		parent = pid
	}
	return ask.WhoAsks(parent, dir)
}

// askedBy names the process that asks where our parent is another guise, which
// serves it.
const askedBy = "GUISE_ASKED_BY"

// insideOf names the profiles for which guise is running a command, so that
// the command's own calls to AWS cannot lead back to the same question.
const insideOf = "GUISE_INSIDE"

// inside gives the value of insideOf for a command that is run for profiles.
func (a *app) inside(profiles ...string) string {
	all := strings.Fields(a.Getenv(insideOf))
	for _, name := range profiles {
		all = append(all, awsconfig.EncodeProfile(name))
	}
	return strings.Join(all, " ")
}

// isInside reports whether guise is being called by a command that it runs for
// the same profile: an endless loop.
func (a *app) isInside(profile string) bool {
	return slices.Contains(strings.Fields(a.Getenv(insideOf)), awsconfig.EncodeProfile(profile))
}
