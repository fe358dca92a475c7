package session

import (
	"strings"

	"guise/internal/awsconfig"
)

// A Device is an MFA device, and a profile that has it.
type Device struct {
	Serial  string
	Profile string // empty, and no chain, where none has it
	Chain   Chain  // of the profile
}

// A NoDeviceError is a profile without an MFA device.
type NoDeviceError struct{ Profile string }

func (e *NoDeviceError) Error() string { return "it has no mfa_serial" }

// IsDevice reports whether a word is the serial number of a virtual device: an ARN, which
// names no profile.
func IsDevice(word string) bool { return strings.Contains(word, ":mfa/") }

// HasDevice reports whether a profile leads to an MFA device.
func HasDevice(f *awsconfig.Files, profile string, d Defaults) bool {
	chain, err := Resolve(f, profile, d)
	return err == nil && chain.Serial() != ""
}

// FindDevice finds the device that a serial number, or a profile, names. Its errors are
// those of [Resolve] and *NoDeviceError.
func FindDevice(f *awsconfig.Files, named string, d Defaults) (Device, error) {
	if !IsDevice(named) {
		chain, err := Resolve(f, named, d)
		if err == nil && chain.Serial() == "" {
			err = &NoDeviceError{named}
		}
		if err != nil {
			return Device{}, err
		}
		return Device{chain.Serial(), named, chain}, nil
	}
	for _, plan := range ResolveAll(f, d) {
		if plan.Err == nil && plan.Chain.Serial() == named {
			return Device{named, plan.Profile.Name, plan.Chain}, nil
		}
	}
	return Device{Serial: named}, nil
}
