package person

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"guise/internal/approval"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/process"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/session"
)

// An UnansweredError is an approval that nobody has given.
type UnansweredError struct {
	Profile string
	Program string // that needs it
	Kept    bool   // the question is still open: who answers it approves the next call
}

func (e *UnansweredError) Error() string { return e.Program + " needs your approval" }
func (e *UnansweredError) Unwrap() error { return session.ErrNoPerson }

// Requester finds who asks for credentials: the program that has called us, or the one that
// another guise serves.
func (p *Person) Requester(s approval.System) approval.Requester {
	pid := os.Getpid()
	if served, ok := p.served(); ok {
		pid = served
	}
	return s.Who(pid, p.o.Environ())
}

// Named is the program that asks, as messages name it.
func (p *Person) Named(who approval.Requester) string { return p.named(who).String() }

func (p *Person) named(who approval.Requester) ask.Asker {
	asker := p.asker()
	if who.Agent != "" {
		asker.Program, asker.PID = who.Leader, who.LeaderPID
	}
	return asker
}

// asks is the question as people read it, without its mark.
func (p *Person) asks(q approval.Question) string {
	asker := p.named(q.Who)
	in := ", in " + asker.In(p.o.Home)
	if q.Who.Agent != "" && q.Who.Agent != asker.Program {
		in += ", an agent by " + q.Who.Agent
	}
	program := strings.TrimSuffix(asker.String(), ")")
	if program == asker.String() { // it is not known
		program += " (" + strings.TrimPrefix(in, ", ")
	} else {
		program += in
	}
	return fmt.Sprintf("%s) asks for %s: %s", program, q.Profile, q.Allow())
}

// The ways to answer, as a refusal names them.
const (
	onTerminal = "on its terminal"
	inDialog   = "in the dialog"
)

// Approve asks whether a program may have credentials, by all ways that there are; answered
// looks whether the user has said so in another window. An agent is not asked on a terminal
// that it has made itself. Its errors are [*UnansweredError], [*LateError], [*StoppedError],
// and, in a command that the user has typed, session.ErrCancelled.
func (p *Person) Approve(ctx context.Context, q approval.Question, answered func() (approval.Answer, bool)) (approval.Answer, error) {
	if p.nobody {
		return approval.Answer{}, &UnansweredError{q.Profile, p.Named(q.Who), false}
	}
	late := p.late()
	request := p.approvalRequest(q)
	open, terminal := p.waysToApprove(q, request, late)
	job, wait := 0, p.o.Settings.WaitForPerson
	if terminal != nil {
		defer func() { _ = terminal.Close() }()
		job, request.Session = ask.OurJob(), ask.OurSession()
		if wait == 0 {
			wait = settings.DefaultWait
		}
	}
	open = append(open, ask.Channel{After: after(open), Ask: func(ctx context.Context) (secret.Text, error) {
		return p.awaitApproval(ctx, request, answered)
	}})
	slices.SortStableFunc(open, func(a, b ask.Channel) int { return int(a.After - b.After) })
	if p.background() || terminal == nil {
		if p.absent(q.ID, job, wait) {
			return approval.Answer{}, p.unanswered(q, request)
		}
		var stop, cancel context.CancelFunc
		ctx, stop = ask.UntilGone(ctx)
		defer stop()
		ctx, cancel = context.WithTimeout(ctx, p.left(wait))
		defer cancel()
	}
	said, err := p.first(ctx, q.ID, job, wait, late.said(terminal != nil), open)
	switch {
	case err == nil:
		where, yes := strings.CutPrefix(said.Reveal(), "+")
		p.approved.Store(yes)
		return approval.Answer{Yes: yes, Where: where}, nil
	case errors.Is(err, session.ErrCancelled) && p.background():
		return approval.Answer{Where: onTerminal}, nil
	case errors.Is(err, session.ErrNoPerson) && lateCause(ctx) && !errors.Is(context.Cause(ctx), ask.ErrGone):
		return approval.Answer{}, p.unanswered(q, request)
	}
	return approval.Answer{}, err
}

// after is how long the other ways have the user to themselves before other windows show
// the question.
func after(open []ask.Channel) time.Duration {
	if len(open) > 0 {
		return roomAfter
	}
	return 0
}

// saying is an answer as a channel gives it.
func saying(yes bool, where string) secret.Text {
	if yes {
		return secret.New("+" + where)
	}
	return secret.New(where)
}

// waysToApprove are the ways to the user where we are, and the terminal, if it is one.
func (p *Person) waysToApprove(q approval.Question, r ask.Request, late *LateError) (open []ask.Channel, terminal *ask.Terminal) {
	if q.Who.OwnTerminal {
		terminal = nil
	} else if t, err := p.o.Terminal(); err == nil {
		terminal = t
		terminal.Late = late.notice()
		open = append(open, ask.Channel{Ask: func(ctx context.Context) (secret.Text, error) {
			yes, err := t.Approve(ctx, r.Question)
			return saying(yes, onTerminal), err
		}})
	}
	if dialog := p.dialog(); slices.Contains(p.o.Settings.MFA, settings.ByDialog) && dialog.Available() && !dialog.OnTerminal() {
		open = append(open, ask.Channel{After: after(open) / roomAfter * dialogAfter, Ask: func(ctx context.Context) (secret.Text, error) {
			yes, err := dialog.Confirm(ctx, ask.Words{Title: "guise: " + q.Profile, Text: strings.Replace(r.Question, ": ", ":\n", 1) + "?"})
			return saying(yes, inDialog), err
		}})
	}
	return open, terminal
}

func (p *Person) approvalRequest(q approval.Question) ask.Request {
	r := p.request(ask.ForYes, q.ID, q.Profile, "", "")
	r.Question, r.Asker = p.asks(q), p.named(q.Who)
	r.Approval, _ = json.Marshal(q) // texts and numbers
	return r
}

// awaitApproval leaves a request in every window, and waits until somebody has answered it.
func (p *Person) awaitApproval(ctx context.Context, q ask.Request, answered func() (approval.Answer, bool)) (secret.Text, error) {
	p.notify(q)
	if q.Session == 0 {
		p.tell(q)
	}
	for left := false; ; {
		if answer, ok := answered(); ok {
			return saying(answer.Yes, answer.Where), nil
		}
		if !left { // where another process has left it, it is answered all the same
			if leave, err := p.room().Leave(q); err == nil {
				left = true
				defer leave()
			}
		}
		if session.Sleep(ctx, lookEvery) != nil {
			return secret.Text{}, ctx.Err()
		}
	}
}

// unanswered leaves the question open for who comes later, in the care of a process of its
// own, unless the answer would be for this request alone.
func (p *Person) unanswered(q approval.Question, r ask.Request) error {
	e := &UnansweredError{Profile: q.Profile, Program: p.Named(q.Who)}
	if q.For == 0 {
		return e
	}
	r.Session = 0
	err := p.room().Hand(r, func(held *os.File) (int, error) {
		return p.keeping(held, "--profile-encoded", awsconfig.EncodeProfile(q.Profile), "--approval", q.ID)
	})
	_, open := p.room().Find(q.ID)
	e.Kept = err == nil || open
	return e
}

// keepApproval keeps the question that it was
// handed until it is answered or who asked has ended, and takes it away.
func (p *Person) keepApproval(ctx context.Context, id string, answered func(id string) bool) {
	request, ok := p.room().Take(handedRequest(), id)
	if !ok {
		return
	}
	defer request.TakeAway()
	ctx, cancel := context.WithTimeout(ctx, keptFor)
	defer cancel()
	for request.Left() && !answered(id) {
		if q, ok := p.room().Find(id); ok && !alive(q) || session.Sleep(ctx, keptEvery) != nil {
			return
		}
	}
}

// alive reports whether who asks for an approval is still there.
func alive(r ask.Request) bool {
	var q approval.Question
	_, ok := process.Look(r.Asker.PID)
	if json.Unmarshal(r.Approval, &q) == nil && q.Who.LeaderPID != 0 {
		_, ok = process.Look(q.Who.LeaderPID)
	}
	return ok
}

// AnswerApprovals asks the user here about programs that wait for approval of some profiles,
// and keeps what they say. It returns the profiles but those that they refuse, when the
// programs have seen their answers, so that the next prompt does not show the questions. Its
// error is ask.ErrNoTerminal, ask.ErrCancelled, an *approval.AgentError, or that of the cache.
func (p *Person) AnswerApprovals(ctx context.Context, profiles []string, g approval.Gate) (left []string, err error) {
	left = slices.Clone(profiles)
	var answered []string
	defer func() { p.awaitSeen(ctx, answered) }()
	for _, r := range p.approvals(profiles) {
		var q approval.Question
		if json.Unmarshal(r.Approval, &q) != nil || q.ID != r.ID {
			continue
		}
		if !alive(r) || q.For > 0 && g.IsAnswered(q.ID) { // whoever keeps the request is about to see that
			continue
		}
		if who := g.Who(); who.Agent != "" {
			return nil, &approval.AgentError{Profile: q.Profile, By: who.Agent}
		}
		yes, err := p.approveHere(ctx, r.Question)
		if err == nil {
			err = g.Answered(q, approval.Answer{Yes: yes, Where: "in another window"})
		}
		if err != nil {
			return nil, err
		}
		answered = append(answered, q.ID)
		p.Say(q.Said(yes, r.Asker.String()))
		if !yes {
			left = slices.DeleteFunc(left, func(name string) bool { return name == q.Profile })
		}
	}
	return left, nil
}

// awaitSeen waits until the requests that were answered are gone, for as long as programs
// take that look for their answer: not for one that is stopped.
func (p *Person) awaitSeen(ctx context.Context, ids []string) {
	ctx, cancel := context.WithTimeout(ctx, 2*keptEvery)
	defer cancel()
	for _, id := range ids {
		for _, there := p.room().Find(id); there && session.Sleep(ctx, lookEvery/4) == nil; _, there = p.room().Find(id) {
		}
	}
}

// approveHere asks on our terminal.
func (p *Person) approveHere(ctx context.Context, question string) (bool, error) {
	terminal, err := p.o.Terminal()
	if err != nil {
		return false, err
	}
	defer func() { _ = terminal.Close() }()
	return terminal.Approve(ctx, question)
}

// approvals are the requests of some profiles that wait for a yes or no.
func (p *Person) approvals(profiles []string) []ask.Request {
	return slices.DeleteFunc(p.room().List(), func(r ask.Request) bool {
		return r.Kind != ask.ForYes || !slices.Contains(profiles, r.Profile)
	})
}
