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
	room     []profile           // the profiles, in the order in which they came
}

// newReading has place for as many profiles as there are sections.
func newReading(profiles int) *Reading {
	return &Reading{profiles: make(map[string]*profile, profiles), sessions: map[string]*section{}, room: make([]profile, 0, profiles)}
}

// A profile is what an SDK reads of one, and what was found out of it.
type profile struct {
	name                string
	place               int      // in the room
	*section                     // of both files
	config, credentials *section // each file's own; nil where it is not in it
	who                          // as itself
	base                *who     // as botocore's source of a role; nil: not known
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
		r.room = append(r.room, profile{name: name, place: len(r.room)})
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

// Readings are the two files as both SDKs see them.
type Readings struct{ Botocore, Go *Reading }

// FindOut finds out who some profiles are to both SDKs, both at a time: Who then says it
// at once.
func (r Readings) FindOut(names []string) { findOut(names, r.Botocore, r.Go) }

// findOut finds out who some profiles are, of several readings at a time.
func findOut(names []string, readings ...*Reading) {
	var all sync.WaitGroup
	for _, r := range readings {
		all.Go(func() {
			its := cursor{of: r}
			for _, name := range names {
				_, _ = r.who(its.profile(name))
			}
		})
	}
	all.Wait()
}

// A cursor finds profiles by their names. It looks first at the one behind the last: names
// mostly come in the order of the files.
type cursor struct {
	of   *Reading
	next int
}

// profile returns a profile; nil where there is none.
func (c *cursor) profile(name string) *profile {
	if c.next < len(c.of.room) && c.of.room[c.next].name == name {
		c.next++
		return &c.of.room[c.next-1]
	}
	p := c.of.profiles[name]
	if p != nil {
		c.next = p.place + 1
	}
	return p
}

// who is Who of a profile.
func (c *cursor) who(name string) Plan {
	plan, _ := c.of.who(c.profile(name))
	return plan
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
func (r *Reading) Who(profile string) (Plan, error) { return r.who(r.profiles[profile]) }

// who is Who of a profile; nil: there is none.
func (r *Reading) who(p *profile) (Plan, error) {
	switch {
	case r.Broken != nil:
		return nil, r.Broken
	case p == nil:
		return nil, fault("it sees no profile of this name")
	case !p.known:
		p.plan, p.err = r.find(p)
		p.known = true
	}
	return p.plan, p.err
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
