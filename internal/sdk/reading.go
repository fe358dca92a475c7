package sdk

import (
	"slices"
	"sync"
)

// A Reading is the two files as one SDK sees them.
type Reading struct {
	// Broken says that the SDK cannot read a file at all; then it has no profile.
	Broken *Fault

	goSDK    bool
	profiles map[string]*profile
	sessions map[string]*section // [sso-session]
	room     []profile           // where profiles are made: one place for many
}

func newReading(profiles int) *Reading {
	return &Reading{profiles: make(map[string]*profile, profiles), sessions: map[string]*section{}, room: make([]profile, 0, profiles)}
}

// A profile is what an SDK reads of one, and what was found out of it.
type profile struct {
	name                string
	*section                     // of both files
	config, credentials *section // each file's own; nil where it is not in it
	who, base           who      // as itself, and as botocore's source of a role
	leaf                *loaded  // as the Go SDK loads it, of a source that has none itself
}

// inConfig gives a profile a section of the config file, and says whether it had one.
func (p *profile) inConfig(s *section) (twice bool) {
	twice = p.config != nil
	p.section, p.config = s, s
	return twice
}

// profile returns one; a new one where there is none.
func (r *Reading) profile(name string) *profile {
	p, ok := r.profiles[name]
	if !ok {
		if len(r.room) == cap(r.room) {
			r.room = make([]profile, 0, usual)
		}
		r.room = append(r.room, profile{name: name})
		p = &r.room[len(r.room)-1]
		r.profiles[name] = p
	}
	return p
}

// section is what the SDK reads of a profile; nil where there is none.
func (r *Reading) section(name string) *section {
	if p := r.profiles[name]; p != nil {
		return p.section
	}
	return nil
}

// who is an answer of Who, once it is known.
type who struct {
	known bool
	plan  Plan
	err   error
}

// once finds out what is not known yet.
func (w *who) once(find func() (Plan, error)) (Plan, error) {
	if !w.known {
		w.plan, w.err = find()
		w.known = true
	}
	return w.plan, w.err
}

// Readings are the two files as both SDKs see them.
type Readings struct{ Botocore, Go *Reading }

// FindOut finds out who some profiles are to both SDKs, both at a time: Who then says it
// at once.
func (r Readings) FindOut(names []string) {
	all := func(of *Reading) {
		for _, name := range names {
			_, _ = of.Who(name)
		}
	}
	atOnce(func() { all(r.Botocore) }, func() { all(r.Go) })
}

func atOnce(one, other func()) {
	var both sync.WaitGroup
	both.Go(one)
	other()
	both.Wait()
}

// Names returns the profiles that the SDK sees.
func (r *Reading) Names() []string {
	names := make([]string, 0, len(r.profiles))
	for name := range r.profiles {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Who returns the way to a profile's identity. Its error is a *Fault: the SDK has
// none. It says nothing about what AWS will answer. One Reading is for one goroutine.
func (r *Reading) Who(profile string) (Plan, error) {
	if r.Broken != nil {
		return nil, r.Broken
	}
	p := r.profiles[profile]
	if p == nil {
		return nil, fault("it sees no profile of this name")
	}
	return p.who.once(func() (Plan, error) { return r.find(p) })
}

func (r *Reading) find(p *profile) (plan Plan, err error) {
	if r.goSDK {
		plan, err = r.goWho(p.name)
	} else {
		plan, err = r.botocoreWho(p)
	}
	if err == nil {
		err = plan.valid()
	}
	if err != nil {
		return nil, err
	}
	return plan, nil
}
