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

// way is how to sign in for a link. Its errors are a *session.SettingError, and that of
// a user who cannot be reached.
func (w Wish) way(l session.Link, person Person) (Way, error) {
	way := cmp.Or(Way(l.SignIn), w.Way)
	if w.Device {
		way = ByDevice
	}
	switch way {
	case "", ByBrowser, ByDevice, ByPaste:
	default:
		return "", &session.SettingError{Profile: l.Profile, Key: "guise_sign_in", Value: string(way), Why: "must be browser, device or paste"}
	}
	if err := person.Reachable(); err != nil || way != "" {
		return way, err
	}
	if w.Port != 0 || person.CanOpen(browserOf(l)) {
		return ByBrowser, nil
	}
	return ByDevice, nil
}
