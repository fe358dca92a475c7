package awsconfig

// Default gives which of the files define the profile default.
func (f *Files) Default() (inConfig, inCredentials bool) {
	return len(f.config.find(kindDefault)) > 0, len(f.credentials.find(kindDefault)) > 0
}

// WithoutDefault is a config file without its sections of the profile default, and
// without a byte order mark.
func WithoutDefault(config []byte) []byte {
	d := Parse(config)
	kept := d.sections[:0]
	for _, s := range d.sections {
		if !s.header.isProfile(kindDefault, false) {
			kept = append(kept, s)
		}
	}
	d.sections, d.bom = kept, ""
	return d.Bytes()
}
