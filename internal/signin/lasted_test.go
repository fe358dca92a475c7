package signin

import (
	"testing"
	"time"
)

const h, m = time.Hour, time.Minute

// TestLength: a session is taken to last as long as most of the last ones did, in a round
// length that fits what was seen of them.
func TestLength(t *testing.T) {
	for _, c := range []struct {
		seen []span
		want time.Duration
	}{
		{nil, 0},
		{[]span{{Over: 0, Within: 8 * h}}, 8 * h},
		{[]span{{Over: 7*h + 30*m, Within: 8*h + 25*m}}, 8 * h},
		{[]span{{Over: 8*h + 10*m, Within: 8*h + 25*m}}, 8*h + 25*m}, // no round one fits
		{[]span{{Over: 0, Within: h + 5*m}}, h},
		{[]span{{Over: 0, Within: 16 * m}}, 15 * m},
		{[]span{{Over: 0, Within: 3 * m}}, 3 * m},
		{[]span{{Over: 10 * h, Within: 12 * h}, {Over: 7 * h, Within: 8 * h}}, 8 * h},                               // the newest
		{[]span{{Over: 7 * h, Within: 8 * h}, {Over: 7 * h, Within: 8*h + 30*m}, {Over: 0, Within: 20 * m}}, 8 * h}, // ended early, once
		{[]span{{Over: 7 * h, Within: 8 * h}, {Over: 0, Within: 20 * m}, {Over: 0, Within: 22 * m}}, 20 * m},        // twice
		{[]span{{Over: 8*h + 20*m, Within: 9*h + 10*m}, {Over: 7 * h, Within: 9*h + 30*m}}, 9 * h},
	} {
		if got := (lasting{Seen: c.seen}).length(); got != c.want {
			t.Errorf("%v: %s, want %s", c.seen, got, c.want)
		}
	}
}

// TestLearn: an end that nobody can have seen is not noted: one that lies in a long gap, one
// by a clock that was set back, one that was noted already.
func TestLearn(t *testing.T) {
	began := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	for what, c := range map[string]struct {
		s        span
		lastSeen time.Duration
		want     bool
	}{
		"seen soon":           {span{began, 7 * h, 8*h + 25*m}, 8 * h, true},
		"a night later":       {span{began, 7 * h, 24 * h}, 8 * h, false},
		"the clock went back": {span{began, -h, 8 * h}, 8 * h, false},
		"before it was given": {span{began, 2 * h, h}, h, false},
		"ages ago":            {span{began, 0, 200 * 24 * h}, 199 * 24 * h, false},
		"again":               {span{began.Add(-24 * h), 7 * h, 8 * h}, 8 * h, false},
	} {
		k := lasting{Seen: []span{{began.Add(-24 * h), 6 * h, 7 * h}}}
		if got := k.learn(c.s, c.lastSeen); got != c.want || len(k.Seen) != map[bool]int{false: 1, true: 2}[c.want] {
			t.Errorf("%s: %v, %+v", what, got, k.Seen)
		}
	}
	var k lasting
	for i := range 5 {
		k.learn(span{began.Add(time.Duration(i) * 24 * h), 0, time.Duration(i+1) * h}, time.Duration(i+1)*h)
	}
	if len(k.Seen) != lastingSeen || k.Seen[2].Within != 5*h {
		t.Errorf("%+v", k.Seen)
	}
	if !k.outlived(4*h+m) || len(k.Seen) != 1 || k.outlived(4*h+m) {
		t.Errorf("%+v", k.Seen)
	}
}
