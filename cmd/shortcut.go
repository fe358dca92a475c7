package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"guise/awsconfig"
	"guise/session"
)

// A shortcut remembers to which session a profile's definition led, and in which
// state the config files were then. To read a file of ten thousand profiles takes
// longer than all else in a cached answer; as long as both files are the very
// same, the plan made from them is too. Small files are read each time.
//
// It is kept sealed, as sessions are. It holds no secret.
type shortcut struct {
	Config, Credentials string // fingerprints
	Key                 string // of the chain
}

const (
	worthShortcut = 128 << 10 // bytes of config from which on reading takes longer than looking up
	shortcutKept  = 7 * 24 * time.Hour
)

// shortcutName is what a shortcut is filed under: all that the plan of a chain
// that comes from the files alone is made of beside them.
func (a *app) shortcutName(profile string) string {
	config, credentials := a.configPaths()
	parts := []string{"shortcut", profile, config, credentials, a.User()}
	for _, name := range []string{
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN",
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	} {
		parts = append(parts, a.Getenv(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// look takes the fingerprints of both files; not ok where they tell too little,
// or where a shortcut is not worth it.
func (a *app) look() (config, credentials awsconfig.Fingerprint, ok bool) {
	configPath, credentialsPath := a.configPaths()
	config, err := awsconfig.Look(configPath)
	if err != nil || config.Size < worthShortcut {
		return config, credentials, false
	}
	credentials, err = awsconfig.Look(credentialsPath)
	return config, credentials, err == nil && config.Settled(a.Now()) && credentials.Settled(a.Now())
}

// byShortcut gives fresh credentials without reading the config files.
func (a *app) byShortcut(r *session.Retriever, profile string, config, credentials awsconfig.Fingerprint) (session.Credentials, bool) {
	data, ok := r.Cache.Get(a.shortcutName(profile))
	var s shortcut
	if !ok || json.Unmarshal(data, &s) != nil || s.Config != config.State || s.Credentials != credentials.State {
		return session.Credentials{}, false
	}
	return r.Fresh(s.Key)
}

// noteShortcut remembers where a profile led. The fingerprints are those from
// before the files were read: had they changed since, it would never fit.
func (a *app) noteShortcut(r *session.Retriever, profile string, c session.Chain, config, credentials awsconfig.Fingerprint) {
	if !c.Last().Kind.Kept() || !c.FromFilesAlone() {
		return // keys are not cached, and where a command runs is another plan
	}
	data, err := json.Marshal(shortcut{config.State, credentials.State, c.Key()})
	if err == nil {
		_ = r.Cache.Put(a.shortcutName(profile), data, a.Now().Add(shortcutKept))
	}
}
