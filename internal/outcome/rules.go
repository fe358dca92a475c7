// Package outcome says what an error means to whoever has run the command: how the command
// has ended, and what to type next.
package outcome

import (
	"errors"
	"slices"
	"strings"

	"guise/internal/adoption"
	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/internal/keys"
	"guise/internal/naming"
	"guise/internal/noaccess"
	"guise/internal/person"
	"guise/internal/printable"
	"guise/internal/profiles"
	"guise/internal/settings"
	"guise/internal/setup"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// An Ending is how a command has ended that gave an error. Each has an exit code.
type Ending int

const (
	Failed    Ending = iota
	Misused          // wrong usage, or a profile that is not there or ambiguous
	Needed           // the user is needed, and cannot be reached
	Cancelled        // by the user
)

// Of returns how a command has ended, and the command to go on with; "" where there is none.
func Of(err error) (ending Ending, hint string) {
	for _, r := range rules() {
		if r.is(err) {
			return r.ending, r.hint(err)
		}
	}
	return Failed, OfKeys(err)
}

// A rule says what an error means.
type rule struct {
	ending Ending
	is     func(err error) bool
	hint   func(err error) string
}

// rules are tried in their order: an error may be several things.
func rules() []rule {
	return []rule{
		{Needed, is(person.ErrPageOpen), withProfile("login", "   # when you have finished the page")},
		{Needed, is(signin.ErrNoScreen), withProfile("explain", "   # guise_saml_command = COMMAND in the profile: a command that signs in and prints the SAML assertion, without a browser")},
		{Failed, either(as[*keys.KeptError], as[*adoption.NoStoreError]), OfKeys},
		{Misused, is(person.ErrNoCode), withProfile("login", "   # in a terminal")},
		{Failed, as[*person.GivenError], withProfile("login --mfa-code -", "   # with the next code")},
		{Misused, as[Usage], of(func(u Usage) string { return u.Command + " --help" })},
		{Cancelled, either(is(session.ErrCancelled, ask.ErrCancelled), as[Interrupted], as[*person.StoppedError]), run("")},
		{Needed, as[*person.UnconfirmedError], confirming},
		{Needed, both(sessionAtHand, either(is(session.ErrNoPerson), as[*session.WaitError], as[*signin.TimeoutError])), of(forced)},
		{Failed, both(sessionAtHand, as[*signin.RefusedError]), of(forced)},
		{Needed, as[*person.UnansweredError], of(answering)},
		{Needed, either(is(session.ErrNoPerson, ask.ErrNoTerminal), as[*session.WaitError]), withProfile("login", "   # in a terminal")},
		{Misused, hinted, of(func(e *naming.Error) string { return e.Hint })},
		{Misused, either(as[*awsconfig.NoProfileError], as[*naming.SeveralError]), retyped},
		{Misused, as[*naming.Misuse], of(func(e *naming.Misuse) string { return e.Hint })},
		{Misused, as[*profiles.SharedAliasError], of(func(e *profiles.SharedAliasError) string { return shell.Guise("explain", e.Profiles[0]) })},
		{Misused, as[*ask.NoMatchError], of(func(e *ask.NoMatchError) string {
			return map[string]string{"profile": "guise list", "region": "guise region"}[e.What]
		})},
		{Failed, as[*settings.UnsureError], of(setting)},
		{Failed, either(as[*approval.RefusedError], as[*approval.DeniedError]), run("")},
		{Failed, as[*guard.ProblemError], of(func(e *guard.ProblemError) string { return shell.Edit(e.File, e.Line) })},
		{Misused, as[*session.NoDurationError], of(func(e *session.NoDurationError) string { return shell.Guise("explain", e.Profile) })},
		{Misused, as[*keys.NotMovableError], run("guise keys list")},
		{Misused, as[*shell.UnknownError], run("guise init --help")},
		{Failed, as[*session.CodesError], withProfile("login", "   # with the right device; its clock must be right")},
		{Failed, as[*noaccess.Denied], askForAccess},
		{Failed, because(session.Denied), func(err error) string { return about("explain", err, false) + refusal(err) }},
		{Failed, as[*signin.OtherError], of(func(e *signin.OtherError) string {
			return shell.Guise("sso logout", e.Session) + "   # forgets that it was " + e.Was + "'s"
		})},
		{Failed, refusedToken, withProfile("login --force", "")},
		{Failed, as[*signin.WayError], run("guise doctor   # says where it is")},
		{Needed, as[*signin.TimeoutError], withProfile("login", "")},
		{Failed, either(as[*signin.RefusedError], otherFailure), withProfile("login", "")},
		{Failed, because(session.BadSource), func(err error) string { return about("explain", err, true) }},
		{Failed, because(session.NoRegion), func(err error) string {
			return about("explain", err, true) + "   # its region is that of AWS_REGION, AWS_DEFAULT_REGION, or of the profile: edit the one that is wrong"
		}},
		{Failed, because(session.Unreachable), run("guise doctor   # look at the network, HTTPS_PROXY and AWS_ENDPOINT_URL")},
		{Failed, as[*awsconfig.PlainKeysError], of(func(e *awsconfig.PlainKeysError) string { return shell.Guise("keys import", e.Profile) })},
		{Failed, as[*keys.PendingError], of(func(e *keys.PendingError) string {
			return "guise doctor --fix   # when " + e.Place.String() + " answers"
		})},
		{Needed, is(setup.ErrNoTerminal), run("guise setup   # in a terminal; --yes leaves the sign-in out")},
		{Failed, as[*setup.FileError], of(func(e *setup.FileError) string { return e.Line + "   # put this line there yourself" })},
		{Failed, is(keys.ErrUnavailable), run("guise doctor")},
		{Failed, as[*awsconfig.SyntaxError], of(func(e *awsconfig.SyntaxError) string { return shell.Edit(e.File, e.Line) })},
	}
}

// answering is how an approval is given that nobody has given yet.
func answering(e *person.UnansweredError) string {
	if e.Kept {
		return shell.Guise("login", e.Profile) + "   # in a terminal: answers it; then run this again"
	}
	return "guise waiting   # in a terminal, while this runs again: who asks, and what answers it"
}

func is(any ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(any, func(one error) bool { return errors.Is(err, one) })
	}
}

func as[E error](err error) bool { return errors.As(err, new(E)) }

// hinted: it is known what to type instead of what names no profile.
func hinted(err error) bool {
	e, ok := errors.AsType[*naming.Error](err)
	return ok && e.Hint != ""
}

func either(any ...func(error) bool) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(any, func(one func(error) bool) bool { return one(err) })
	}
}

func both(one, other func(error) bool) func(error) bool {
	return func(err error) bool { return one(err) && other(err) }
}

func because(reason session.Reason) func(error) bool {
	return func(err error) bool { return session.ReasonOf(err) == reason }
}

// sessionAtHand: a new session was wanted, and the one at hand is good.
func sessionAtHand(err error) bool {
	e, ok := errors.AsType[AtHand](err)
	return ok && e.Left > 0
}

// askForAccess is the way to a role that AWS denies: where the sign-in is too old to show it,
// another one; else whoever can grant it.
func askForAccess(err error) string {
	e, _ := errors.AsType[*noaccess.Denied](err)
	switch {
	case e.Unseen && e.URL != "":
		return about("login --force", err, true) + "   # if it was granted since you signed in; else ask for access: " + e.URL
	case e.Unseen:
		return about("login --force", err, true) + "   # signs out first: a role that was granted since you signed in is seen only then"
	case e.Asked:
		return about(e.Again(), err, true) + "   # when access is granted"
	case e.URL != "":
		return "ask for access: " + e.URL
	case len(e.Command) > 0:
		return shell.Words(e.Command) + "   # asks for access"
	case e.Session != "":
		return "guise sso list   # who you are signed in as; ask your administrator for the role"
	}
	return about("explain", err, true) + refusal(err)
}

// forced is the sign-in that gets a new session all the same.
func forced(e AtHand) string {
	return shell.Guise("login --force", e.Profile) + "   # in a terminal; the session at hand has " + printable.Rough(e.Left) + " left"
}

// refusedToken: the portal does not take the token of an SSO session.
func refusedToken(err error) bool {
	step, ok := errors.AsType[*session.StepError](err)
	return ok && step.Link.Kind == session.SSOToken && session.ReasonOf(err) == session.BadSource
}

// otherFailure: another process has failed, and not since the user said no.
func otherFailure(err error) bool {
	shared, ok := errors.AsType[*session.Failure](err)
	return ok && shared.Kind == session.FailedOther
}

func run(command string) func(error) string { return func(error) string { return command } }

// of makes a hint of an error that is an E.
func of[E error](hint func(E) string) func(error) string {
	return func(err error) string {
		e, _ := errors.AsType[E](err)
		return hint(e)
	}
}

// withProfile is a command for the profile that the error is about; note may be empty.
func withProfile(command, note string) func(error) string {
	return func(err error) string { return about(command, err, false) + note }
}

// about is a command for the profile that the error is about. Where that is a role of an SSO
// session for which there is no profile, it is one for the session.
func about(command string, err error, orStep bool) string {
	if e, ok := errors.AsType[About](err); ok && e.Session != "" {
		if sign, ok := strings.CutPrefix(command, "login"); ok {
			return shell.Guise("sso login"+sign, e.Session)
		}
		return "guise sso list"
	}
	return shell.Guise(command, profileIn(err, orStep)...)
}

// refusal is a note on the step that AWS denies.
func refusal(err error) string {
	if step, ok := errors.AsType[*session.StepError](err); ok && step.Refusal() != "" {
		return "   # " + step.Refusal()
	}
	return ""
}

// profileIn is the profile that a command was about, or its failed step; none if neither is
// known.
func profileIn(err error, orStep bool) []string {
	if e, ok := errors.AsType[About](err); ok {
		return []string{e.Profile}
	}
	if step, ok := errors.AsType[*session.StepError](err); ok && orStep && step.Link.Profile != "" {
		return []string{step.Link.Profile}
	}
	return nil
}

// retyped is the command as it was typed, with the nearest profile in the place of the one
// that there is not, or that fits several: a guess, which a --yes was not said of.
func retyped(err error) string {
	was, near := "", []string(nil)
	if none, ok := errors.AsType[*awsconfig.NoProfileError](err); ok && none.ReadOnlyOf != "" {
		return readOnly(none, err)
	} else if ok {
		was, near = none.Name, none.Nearest
	} else if several, ok := errors.AsType[*naming.SeveralError](err); ok {
		was, near = several.Query, several.Fits
	}
	typed, _ := errors.AsType[Typed](err)
	if len(near) == 0 && typed.left(was) {
		return "guise off   # leaves the profile that is gone; or: guise use"
	} else if len(near) == 0 {
		return "guise list"
	}
	if from, to := typed.at(was); to > 0 {
		return instead(typed.Words[:from], near[0], typed.Words[to:])
	}
	return shell.Guise("use", near[0]) // AWS_PROFILE named it
}

// readOnly is how to come to the read-only profile that guise has not written: by --read-only,
// where the command has that, and else by `guise use`. It never leads to the wide profile.
func readOnly(none *awsconfig.NoProfileError, err error) string {
	typed, _ := errors.AsType[Typed](err)
	from, to := typed.at(none.Name)
	narrows := slices.ContainsFunc(typed.Words[:from], func(word string) bool {
		return slices.Contains([]string{"use", "exec", "export", "console"}, word)
	})
	if !narrows || typed.Words[from-1] == "--source" || strings.HasPrefix(none.ReadOnlyOf, "-") {
		return shell.Guise("use --read-only", none.ReadOnlyOf)
	}
	before := slices.DeleteFunc(slices.Clone(typed.Words[:from]), func(word string) bool { return word == "--read-only" })
	after := typed.Words[to:]
	if len(after) == 0 || after[0] != "--read-only" {
		after = append([]string{"--read-only"}, after...)
	}
	return instead(before, none.ReadOnlyOf, after)
}

// at is where the words are that make a name: from the first to before the second; 0, 0 where
// they are not there.
func (t Typed) at(name string) (from, to int) {
	for from := range t.Words {
		for to := from + 1; to <= len(t.Words); to++ {
			if strings.Join(t.Words[from:to], " ") == name {
				return from, to
			}
		}
	}
	return 0, 0
}

// left reports whether the terminal was switched to a profile, and still has it.
func (t Typed) left(profile string) bool {
	return t.Getenv != nil && t.Getenv("AWS_PROFILE") == profile && shell.DecodeState(t.Getenv("GUISE_STATE")).Before != nil
}

// confirming is the command as it was typed, with the yes that was missing; where that is
// not enough, in a terminal.
func confirming(err error) string {
	typed, _ := errors.AsType[Typed](err)
	words := slices.Clone(typed.Words)
	verb := slices.IndexFunc(words, func(word string) bool { return !strings.HasPrefix(word, "-") })
	if verb < 0 {
		words, verb = append([]string{"use"}, profileIn(err, false)...), 0
	}
	if code := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "--mfa-code") }); code > 0 {
		end := code + 1 // it was another's, or is spent by then
		if words[code] == "--mfa-code" {
			end = min(end+1, len(words))
		}
		words = slices.Delete(words, code, end)
	}
	if e, _ := errors.AsType[*person.UnconfirmedError](err); e.ByName {
		if yes := slices.Index(words, "--yes"); yes > 0 && (words[verb] != "exec" || yes < slices.Index(words, "--")) { // else it may be the command's
			words = slices.Delete(words, yes, yes+1)
		}
		return "guise " + shell.Words(words) + "   # in a terminal"
	}
	return "guise " + shell.Words(slices.Insert(words, verb+1, "--yes"))
}

// instead is a command with a profile between its other words.
func instead(before []string, profile string, after []string) string {
	words := []string{profile}
	if strings.HasPrefix(profile, "-") && !slices.Contains(before, "--") {
		if before[0] == "exec" { // which takes what follows -- for the command
			return shell.Guise("use", profile)
		}
		end := slices.Index(after, "--")
		if end < 0 {
			end = len(after)
		}
		before, words = slices.Concat(before, after[:end]), []string{"--", profile}
		after = slices.DeleteFunc(slices.Clone(after[end:]), func(word string) bool { return word == "--" })
	}
	return "guise " + shell.Words(unagreed(slices.Concat(before, words, after)))
}

// unagreed are the words of a command without the --yes of guise's; of those of exec it is
// the command's.
func unagreed(words []string) []string {
	return slices.DeleteFunc(words, func(word string) bool { return words[0] != "exec" && (word == "--yes" || word == "-y") })
}
