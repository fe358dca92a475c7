package approval

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/guard"
	"guise/session"
)

// A Gate is what every way goes through that hands credentials to a program.
type Gate struct {
	Book
	Files    func() (*awsconfig.Files, error) // with the profile
	Defaults session.Defaults
	Who      func() Requester // looks at processes: called only where something is guarded
	Program  func(Requester) string
	Person   Person
	Began    time.Time // the request
}

// members are the profile and all that its chain is made of, with those that have the role
// of one which stands in no file.
func (g Gate) members(profile string, c session.Chain) (all []Member, err error) {
	files, err := g.Files()
	if err != nil {
		return nil, err
	}
	names := []string{profile}
	for i := range c {
		if name := c[i].Profile; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for i := 0; i < len(names); i++ {
		p, err := files.Profile(names[i])
		if err != nil {
			return nil, err
		}
		if of := p.Own("of"); of != "" && !slices.Contains(names, of) {
			names = append(names, of)
		}
		own, err := g.own(files, p)
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	return all, nil
}

// own are the profile itself and, where it stands in no file, those that have its role.
func (g Gate) own(files *awsconfig.Files, p awsconfig.Profile) (all []Member, err error) {
	add := func(files *awsconfig.Files, p awsconfig.Profile) error {
		own, err := guard.OwnApproval(p)
		all = append(all, Member{p.Name, own, func() string {
			if chain, err := session.Resolve(files, p.Name, g.Defaults); err == nil {
				return chain.Key()
			}
			return ""
		}})
		return err
	}
	if err := add(files, p); err != nil {
		return nil, err
	}
	for _, q := range guard.Alike(files, p) {
		if err := add(files.Standing(), q); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Admit returns the chain whose credentials the program that asks may have: that of the
// profile, or a narrowed one. Where that needs the user's approval they are asked. With an
// error, which is a *[RefusedError], a *[DeniedError], or one of [Needs] or of Person, it
// returns the chain that was asked for.
func (g Gate) Admit(ctx context.Context, profile string, c session.Chain) (session.Chain, error) {
	r, need, admitted, err := g.request(profile, c)
	if err == nil && need.Needed() {
		err = g.Ask(ctx, r, need, g.Person)
	}
	if err != nil {
		return c, err
	}
	return admitted, nil
}

// An Admission is a way through a Gate.
type Admission func(ctx context.Context, profile string, c session.Chain) (session.Chain, error)

// AdmitLater is Admit for a command that hands nothing out and starts a program that asks by
// itself: a yes to one request is not asked for twice.
func (g Gate) AdmitLater(ctx context.Context, profile string, c session.Chain) (session.Chain, error) {
	if members, err := g.members(profile, c); err == nil {
		if need, err := Needs(g.Rules, members); err == nil && need.Each && g.Rules.Agents == "" {
			return c, nil
		}
	}
	return g.Admit(ctx, profile, c)
}

// Admitted plans the chain of a profile, and is Admit where nobody is asked: that they would
// be is an error too.
func (g Gate) Admitted(profile string) (session.Chain, error) {
	files, err := g.Files()
	if err != nil {
		return nil, err
	}
	c, err := session.Resolve(files, profile, g.Defaults)
	if err != nil {
		return nil, err
	}
	r, need, c, err := g.request(profile, c)
	if err != nil || !need.Needed() {
		return c, err
	}
	ok, err := g.Approved(r, need)
	if err == nil && !ok {
		err = session.ErrNoPerson
	}
	return c, err
}

// Given is a plan as it is for whoever asks: an agent may be given a narrower session than the
// profile's, or none; then Err says so. Nobody is asked.
func (g Gate) Given(plan session.Planned) session.Planned {
	if plan.Err != nil {
		return plan
	}
	_, _, chain, err := g.request(plan.Profile.Name, plan.Chain)
	if errors.As(err, new(*DeniedError)) {
		plan.Err = err
	} else if err == nil {
		plan.Chain = chain
	}
	return plan
}

// Yours returns why whoever asks may not do what would give them credentials of profiles
// without guise, or without approval, such as "release it": they are an agent. It is a
// *[DeniedError] in an *awsconfig.ProfileError.
func (g Gate) Yours(what string, profiles ...string) error {
	who := g.Who()
	if who.Agent == "" {
		return nil
	}
	files, err := g.Files()
	if err != nil {
		return err
	}
	for _, name := range profiles {
		p, err := files.Profile(name)
		if err != nil {
			continue // there is nothing to be had
		}
		own, err := g.own(files, p)
		need, unsure := Needs(g.Rules, own)
		if cmp.Or(err, unsure) == nil && !need.Needed() && g.Rules.Agents == "" {
			continue
		}
		why := "only you " + what + ", since it asks for your approval"
		if !need.Needed() {
			why = "only you " + what + " (config.toml, [guard])"
		}
		return &awsconfig.ProfileError{Profile: name, Err: Request{Program: func() string { return g.Program(who) }, Who: who}.denied(why)}
	}
	return nil
}

// Use approves a profile for the terminal in which the user has typed `guise use`.
func (g Gate) Use(profile string, c session.Chain) error {
	if c == nil {
		return nil
	}
	r, need, _, err := g.request(profile, c)
	if err != nil || r.Who.Agent != "" {
		return nil //nolint:nilerr // what asks for the credentials says so
	}
	return g.Grant(r, need)
}

// Stated is what must be approved for a chain, as people read it; own where that cannot be
// told.
func (g Gate) Stated(c session.Chain, own string) string {
	if c == nil {
		return own
	}
	members, err := g.members(c.Last().Profile, c)
	if err != nil {
		return own
	}
	need, err := Needs(g.Rules, members)
	if err != nil {
		return own
	}
	return need.String()
}

// Guarded reports whether the user is asked before the profile is used, or before a program
// gets its credentials; also where nobody can tell.
func (g Gate) Guarded(profile string) bool {
	files, err := g.Files()
	if err != nil {
		return true
	}
	p, err := files.Profile(profile)
	if err != nil {
		return true
	}
	if of, _ := g.Rules.Over(files).Of(p); of.Confirm != "" {
		return true
	}
	c, err := session.Resolve(files, profile, g.Defaults)
	return err != nil || g.Stated(c, guard.Each) != ""
}

// request is a request for what a chain leads to, as far as it is to be approved.
func (g Gate) request(profile string, c session.Chain) (r Request, need guard.Approval, _ session.Chain, err error) {
	members, err := g.members(profile, c)
	if err != nil {
		return r, need, nil, err
	}
	need, err = Needs(g.Rules, members)
	if err != nil || !need.Needed() && g.Rules.Agents == "" {
		return r, need, c, err
	}
	who := g.Who()
	r = Request{Profile: profile, Members: members, Who: who, Began: g.Began, Program: func() string { return g.Program(who) }}
	if r.Who.Agent != "" {
		switch g.Rules.Agents {
		case guard.Deny:
			return r, need, nil, r.denied(`agents get nothing (config.toml, [guard] agents = "deny")`)
		case guard.Ask:
			r.Agents, need = true, need.Stricter(guard.Approval{For: guard.AgentsFor})
		case guard.ReadOnly:
			var twin []Member
			if c, twin, err = g.narrowed(profile); err == nil {
				r.Members = append(r.Members, twin...)
				need, err = Needs(g.Rules, r.Members)
			}
			if err != nil {
				return r, need, nil, r.denied(`agents get a session that can only read (config.toml, [guard] agents = "read-only"), and there is none: ` + err.Error())
			}
		}
	}
	r.Identity = c.Key()
	return r, need, c, nil
}

// narrowed returns the chain of the session of a profile that can only read, and what that is
// made of. Its error is that there is none: the wide one does not take its place.
func (g Gate) narrowed(profile string) (session.Chain, []Member, error) {
	f, err := g.Files()
	if err != nil {
		return nil, nil, err
	}
	f, name, err := session.ReadOnly(f, profile, g.Defaults)
	if err != nil {
		return nil, nil, err
	}
	c, err := session.Resolve(f, name, g.Defaults)
	if err != nil {
		return nil, nil, err
	}
	g.Files = func() (*awsconfig.Files, error) { return f, nil }
	members, err := g.members(name, c)
	return c, members, err
}

func (r Request) denied(why string) error { return &DeniedError{r.Program(), r.Who.Agent, why} }

// About writes down what a profile's chain is made of, for [Gate.Open]; "" where that cannot
// be told.
func (g Gate) About(profile string, c session.Chain) string {
	members, err := g.members(profile, c)
	if err != nil {
		return ""
	}
	text, _ := json.Marshal(members) // texts
	return string(text)
}

// Open reports whether a program may have the credentials with a key at once, of a profile
// about which About was written down. It needs no Files; where it says no, Admit decides.
func (g Gate) Open(profile, key, about string) bool {
	var members []Member
	if json.Unmarshal([]byte(about), &members) != nil {
		return false
	}
	need, err := Needs(g.Rules, members)
	if err != nil || !need.Needed() && g.Rules.Agents == "" {
		return err == nil
	}
	who := g.Who()
	if who.Agent != "" && g.Rules.Agents != "" {
		return false
	}
	if !need.Needed() {
		return true
	}
	ok, err := g.Approved(Request{Profile: profile, Identity: key, Members: members, Who: who, Began: g.Began, Program: func() string { return g.Program(who) }}, need)
	return ok && err == nil
}
