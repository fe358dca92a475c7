package signin

import (
	"cmp"

	"guise/session"
)

// Way is how the user signs in, as guise_sign_in and the setting sign_in write it.
type Way string

const (
	// ByBrowser: a page in a browser that brings the answer to 127.0.0.1: one of this
	// machine, or of another from which the port is forwarded.
	ByBrowser Way = "browser"
	// ByDevice: a page on any device. Of SSO both sides show a code; of `aws login` the
	// page shows one, which the user types here.
	ByDevice Way = "device"
	// ByPaste: a page in any browser. The user pastes here the address at which it ends.
	ByPaste Way = "paste"
)

// Wish is how the user wants to sign in. The zero Wish leaves it to guise.
type Wish struct {
	Device bool // --device, which wins over all else
	Way    Way  // the setting sign_in, where guise_sign_in says nothing; empty: as guise finds the user
	Port   int  // the setting redirect_port: where the browser comes back to; 0: any
}

// A WayError is a guise_sign_in that is no way to sign in.
type WayError struct{ Value string }

func (e *WayError) Error() string {
	return "guise_sign_in = " + e.Value + ": must be browser, device or paste"
}

// CheckWay reads the guise_sign_in of a link. Its error is a [*WayError].
func CheckWay(l session.Link) (Way, error) {
	switch way := Way(l.SignIn); way {
	case "", ByBrowser, ByDevice, ByPaste:
		return way, nil
	}
	return "", &WayError{l.SignIn}
}

// chosen is the way that the user has chosen; empty where they have not. Its error is a
// [*WayError].
func (w Wish) chosen(l session.Link) (Way, error) {
	if w.Device {
		return ByDevice, nil
	}
	way, err := CheckWay(l)
	return cmp.Or(way, w.Way), err
}

// way is how to sign in for a link. Its errors are a [*WayError], and that of a user who
// cannot be reached.
func (w Wish) way(l session.Link, person Person) (Way, error) {
	way, err := w.chosen(l)
	if err != nil {
		return "", err
	}
	if err := person.Reachable(); err != nil || way != "" {
		return way, err
	}
	if w.Port != 0 || person.CanOpen(browserOf(l)) {
		return ByBrowser, nil
	}
	return ByDevice, nil
}
