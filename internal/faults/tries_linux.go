package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"guise/internal/faults/inject"
)

func kinds() []inject.Kind {
	return []inject.Kind{inject.Kill, inject.NoRoom, inject.Broken, inject.Closed, inject.Torn, inject.Short, inject.Full}
}

// chosen are those of n things to try: all, or a sample spread over them. It is always
// the same for the same name.
func (o options) chosen(name string, n int) (some []int) {
	if o.sample == 0 || n <= o.sample {
		for i := range n {
			some = append(some, i)
		}
		return some
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	dice := rand.New(rand.NewPCG(h.Sum64(), 0)) //nolint:gosec // it protects nothing
	for i := range o.sample {
		from, to := i*n/o.sample, (i+1)*n/o.sample
		some = append(some, from+dice.IntN(to-from))
	}
	return some
}

// tryCalls runs one command with every fault at every call of it.
func (o options) tryCalls(w *world, s *story, clean *cleanRun, r *row) error {
	possible := 0
	for _, kind := range kinds() {
		if !o.wants(string(kind)) {
			continue
		}
		var numbers []int
		for i, c := range clean.calls {
			if c.Allows(kind) {
				numbers = append(numbers, i+1)
			}
		}
		if kind == inject.Broken && len(numbers) == 0 {
			return fmt.Errorf("%s changes no file", s.name)
		}
		possible += len(numbers)
		for _, i := range o.chosen(s.name+" "+string(kind), len(numbers)) {
			number := numbers[i]
			v, result, err := w.judge(s, clean, inject.Fault{Kind: kind, At: number})
			for o.sample > 0 && err == nil && !result.Struck && i > 0 { // this time it made fewer calls
				i--
				number = numbers[i]
				v, result, err = w.judge(s, clean, inject.Fault{Kind: kind, At: number})
			}
			if err != nil {
				return fmt.Errorf("%s, %s at call %d: %w", s.name, kind, number, err)
			}
			if !result.Struck {
				continue
			}
			r.count(string(kind), v)
			if v.what != "" {
				call := result.Calls[min(number, len(result.Calls))-1]
				o.tell(fmt.Sprintf("%s: %s at call %d (%s)", s.name, kind, number, call), v)
			}
		}
	}
	return r.untried(possible)
}

// tryAnswers runs one command with every bad answer to each of its requests: to one
// alone, and from that one on.
func (o options) tryAnswers(w *world, s *story, clean *cleanRun, r *row) error {
	n, err := w.requests(s, clean)
	if err != nil {
		return err
	}
	possible := 0
	for _, what := range lies() {
		if !o.wants(string(what)) {
			continue
		}
		possible += n
		for _, i := range o.chosen(s.name+" "+string(what), 2*n) {
			at, always := i/2+1, i%2 == 1
			v, struck, err := w.judgeAnswer(s, clean, what, at, always)
			for o.sample > 0 && err == nil && !struck && at > 1 { // this time it asked for less
				at--
				v, struck, err = w.judgeAnswer(s, clean, what, at, always)
			}
			if err != nil {
				return fmt.Errorf("%s, %s at request %d: %w", s.name, what, at, err)
			}
			if !struck {
				continue
			}
			r.count(string(what), v)
			if v.what != "" {
				o.tell(fmt.Sprintf("%s: %s at request %d (always: %v)", s.name, what, at, always), v)
			}
		}
	}
	return r.untried(possible)
}

// tryPlaces runs one command in every place; of a sample, in a few.
func (o options) tryPlaces(w *world, s *story, clean *cleanRun, r *row) error {
	all := places()
	few := o
	few.sample *= 3
	for _, i := range few.chosen(s.name, len(all)) {
		p := all[i]
		if !o.wants(p.name) {
			continue
		}
		v, err := w.judgePlace(s, clean, p)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", s.name, p.name, err)
		}
		r.count(p.name, v)
		if v.what != "" {
			o.tell(s.name+": "+p.name, v)
		}
	}
	return nil
}

// mostMoments is at how many calls of a command something takes place: each time it
// is held there for a while.
const mostMoments = 8

// tryMoments runs one command with every other thing at some of its calls.
func (o options) tryMoments(w *world, s *story, clean *cleanRun, r *row) error {
	if o.sample == 0 {
		o.sample = mostMoments
	}
	possible := 0
	for _, m := range moments() {
		if !o.wants(m.name) || !m.fits(s) {
			continue
		}
		possible += len(clean.calls)
		allowed, err := m.ends(w, s, clean)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", s.name, m.name, err)
		}
		for _, i := range o.chosen(s.name+" "+m.name, len(clean.calls)) {
			v, struck, err := w.judgeMoment(s, clean, m, i+1, allowed)
			for err == nil && !struck && i > 0 { // this time it made fewer calls
				i--
				v, struck, err = w.judgeMoment(s, clean, m, i+1, allowed)
			}
			if err != nil {
				return fmt.Errorf("%s, %s at call %d: %w", s.name, m.name, i+1, err)
			}
			if !struck {
				continue
			}
			r.count(m.name, v)
			if v.what != "" {
				o.tell(fmt.Sprintf("%s: %s at call %d (%s)", s.name, m.name, i+1, clean.calls[i]), v)
			}
		}
	}
	return r.untried(possible)
}

// tryQuiet looks that a command changes nothing: that it made no call which could.
func (o options) tryQuiet(_ *world, s *story, clean *cleanRun, r *row) error {
	if !o.wants("quiet") {
		return nil
	}
	var v verdict
	for _, c := range clean.calls {
		if !c.Socket {
			v = bad(badWrites, c)
		}
	}
	if r.count("quiet", v); v.what != "" {
		o.tell(s.name, v)
	}
	return nil
}
