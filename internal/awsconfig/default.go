package awsconfig

import (
	"slices"

	"guise/internal/sdk"
)

// Default returns which of the files define the profile default.
func (f *Files) Default() (inConfig, inCredentials bool) {
	return len(f.config.find(kindDefault)) > 0, len(f.credentials.find(kindDefault)) > 0
}

// WithoutDefault is a config file without its sections of the profile default, and
// without a byte order mark. A section is one of them if guise or an SDK takes it
// for one: botocore takes [profiles default] as well.
func WithoutDefault(config []byte) []byte {
	d := Parse(config)
	d.bom = ""
	d.sections = slices.DeleteFunc(d.sections, func(s *section) bool {
		if s.header.isProfile(kindDefault, false) {
			return true
		}
		alone := sdk.Files{Config: (&Document{sections: []*section{s}}).Bytes()}
		return slices.Contains(sdk.Botocore(alone).Names(), kindDefault) || slices.Contains(sdk.GoSDK(alone).Names(), kindDefault)
	})
	return d.Bytes()
}
