package person

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/internal/source"
	"guise/session"
)

// Code gets an MFA code: by the first way that needs nobody and has one, or else
// from the user, by whichever way they answer first.
func (p *Person) Code(ctx context.Context, q session.CodeQuestion) (session.Code, error) {
	if err := p.o.Settings.Sure(settings.MFA); err != nil {
		return session.Code{}, err
	}
	if code, given, err := p.given(); given {
		p.answered.Store(err == nil)
		return session.Code{Text: code, Typed: true}, err
	}
	if q.Again {
		if err := p.asksAgain(q.Complaint); err != nil {
			return session.Code{}, err
		}
	}
	profiles := p.profilesOf(q)
	ways := p.o.Settings.MFA
	if own := first(profiles, "mfa"); own != "" {
		var err error
		if ways, err = settings.Ways(own); err != nil {
			return session.Code{}, err
		}
	}
	var failed error
	limited, cancel := p.patient(ctx, settings.DefaultWait)
	defer cancel()
	for _, way := range ways {
		code, tried, err := p.byItself(limited, way, q, profiles)
		switch {
		case !tried:
		case err == nil:
			return session.Code{Text: code}, nil
		case lateCause(limited):
			return session.Code{}, p.late()
		case isStopped(ctx, err):
			return session.Code{}, &StoppedError{}
		case errors.Is(err, ask.ErrCancelled):
			return session.Code{}, session.ErrCancelled
		default:
			p.o.Say(err.Error())
			failed = err
		}
	}
	text, err := p.typed(ctx, q, ways)
	if errors.Is(err, session.ErrNoPerson) && failed != nil {
		err = failed // the way that was set has failed: that is what is to be fixed
	}
	return session.Code{Text: text, Typed: true}, err
}

// byItself gets a code without the user. tried is false if way needs one, or is not
// set up.
func (p *Person) byItself(ctx context.Context, way string, q session.CodeQuestion, profiles []awsconfig.Profile) (code secret.Text, tried bool, err error) {
	switch way {
	case settings.ByCommand:
		command := codeCommand(profiles)
		if command == "" {
			return code, false, nil
		}
		env := append(p.o.Environ(), "GUISE_PROFILE="+q.Profile, "GUISE_MFA_SERIAL="+q.Serial, source.Inside(p.o.Getenv, q.Profile))
		code, err = ask.Command(ctx, command, env)
		return code, true, err
	case settings.ByTOTP:
		code, ok, err := p.o.StoredCode(ctx, p, q.Serial)
		return code, ok || err != nil, err
	case settings.ByYubiKey:
		label, device := first(profiles, "yubikey_label"), first(profiles, "yubikey_serial")
		if label == "" {
			label = q.Serial
		}
		if !ask.HasYubiKeys() {
			return code, false, nil
		}
		code, err = ask.YubiKey{Label: label, Device: device, Env: awsenv.Env(p.o.Environ()).WithoutAWS()}.Code(ctx)
		return code, true, err
	}
	return code, false, nil
}

// How long the first way to the user is the only one.
const (
	dialogAfter = 8 * time.Second // they may be looking elsewhere
	roomAfter   = 2 * time.Second
)

// typed asks the user, by all ways that there are.
func (p *Person) typed(ctx context.Context, q session.CodeQuestion, ways []string) (secret.Text, error) {
	if p.nobody {
		return secret.Text{}, session.ErrNoPerson
	}
	late := p.late() // to be known before it is gone
	open, terminal := p.waysToAsk(q, ways, late)
	job, wait := 0, p.o.Settings.WaitForPerson
	if terminal != nil {
		defer func() { _ = terminal.Close() }()
		job = ask.OurJob()
		if wait == 0 { // nobody is to be waited for; but here somebody is
			wait = settings.DefaultWait
		}
	}
	if p.background() && p.absent(q.Lock, job, wait) || len(open) == 0 {
		return secret.Text{}, session.ErrNoPerson
	}
	ctx, cancel := p.patient(ctx, wait)
	defer cancel()
	text, err := p.first(ctx, q.Lock, job, wait, late.said(terminal != nil), open)
	if err == nil {
		p.answered.Store(true)
	}
	return text, err
}

// first is [ask.First] for a question that has an id, on behalf of a job that waits for so
// long. Its errors are those of a Person.
func (p *Person) first(ctx context.Context, id string, job int, wait time.Duration, late *LateError, open []ask.Channel) (secret.Text, error) {
	text, err := ask.First(ctx, open...)
	switch {
	case err == nil:
		p.forgetAbsence(id)
		return text, nil
	case errors.Is(err, ask.ErrGone), errors.Is(context.Cause(ctx), ask.ErrGone):
		return text, late
	case lateCause(ctx):
		if p.noteAbsence(id, job, wait); late.Said {
			return text, late
		}
	case isStopped(ctx, err):
		return text, &StoppedError{}
	case errors.Is(err, ask.ErrCancelled), errors.Is(err, context.Canceled):
		return text, session.ErrCancelled
	}
	return text, session.ErrNoPerson // nobody came, or no way could be opened after all
}

// waysToAsk are the ways to the user, in the order in which they are opened, and
// the terminal, if one of them is ours to ask on.
func (p *Person) waysToAsk(q session.CodeQuestion, ways []string, late *LateError) (open []ask.Channel, terminal *ask.Terminal) {
	for _, way := range ways {
		switch way {
		case settings.ByTerminal:
			if t, err := p.o.Terminal(); err == nil {
				terminal = t
				terminal.Late = late.notice()
				open = append(open, ask.Channel{Ask: func(ctx context.Context) (secret.Text, error) {
					shown := ""
					if p.o.Shows != nil {
						shown = p.o.Shows(ctx, q.Serial)
					}
					return t.Code(ctx, ask.CodeQuestion{Profile: q.Profile, Serial: q.Serial, Complaint: q.Complaint, Shown: shown})
				}})
			}
		case settings.ByDialog:
			if dialog := p.dialog(); dialog.Available() && !(terminal != nil && dialog.OnTerminal()) {
				asker := p.asker()
				text := asker.String() + ", in " + asker.In(p.o.Home) + ",\nneeds an MFA code for " + q.Profile + "\nfrom " + q.Serial
				open = append(open, ask.Channel{Ask: func(ctx context.Context) (secret.Text, error) {
					return dialog.Code(ctx, ask.Words{Title: "guise: MFA code for " + q.Profile, Text: text, Error: q.Complaint})
				}})
			}
		}
	}
	for i := range open[:max(len(open)-1, 0)] {
		open[i+1].After = dialogAfter
	}
	if p.background() {
		room := ask.Channel{Ask: func(ctx context.Context) (secret.Text, error) {
			request := p.request(ask.ForCode, q.Lock, q.Profile, q.Serial, q.Complaint)
			if terminal != nil {
				request.Session = ask.OurSession()
			}
			return p.fromRoom(ctx, request)
		}}
		if len(open) > 0 {
			room.After = roomAfter
		}
		open = append(open, room)
	}
	slices.SortStableFunc(open, func(a, b ask.Channel) int { return int(a.After - b.After) })
	return open, terminal
}

func (p *Person) dialog() ask.Dialog {
	d := ask.Dialog{Program: p.o.Settings.Dialog, Getenv: p.o.Getenv, Environ: func() []string { return awsenv.Env(p.o.Environ()).WithoutAWS() }}
	if terminal, err := p.o.Terminal(); err == nil {
		d.TTY = terminal.Name()
		_ = terminal.Close()
	}
	return d
}

// profilesOf are the profiles whose settings say how to get a code: the one
// asked for, then the one whose user has the device.
func (p *Person) profilesOf(q session.CodeQuestion) []awsconfig.Profile {
	var found []awsconfig.Profile
	for _, name := range []string{q.Profile, q.Owner} {
		if profile, err := p.o.Profile(name); err == nil {
			found = append(found, profile)
		}
	}
	return found
}

// codeCommand is the command that prints codes: guise_mfa_command of the first profile that
// has one, or mfa_process, which aws-vault calls it.
func codeCommand(profiles []awsconfig.Profile) string {
	for _, p := range profiles {
		if command := cmp.Or(p.Own("mfa_command"), p.Get("mfa_process")); command != "" {
			return command
		}
	}
	return ""
}

// first is the first profile's value of a setting that is guise's own.
func first(profiles []awsconfig.Profile, key string) string {
	for _, profile := range profiles {
		if value := profile.Own(key); value != "" {
			return value
		}
	}
	return ""
}
