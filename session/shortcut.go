package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"guise/internal/awsconfig"
)

// A Shortcut leads from a profile's name to its session without a plan: the cache notes
// the key of the chain that the profile led to, and the state of both AWS files then. A
// file of ten thousand profiles takes longer to read than all else in a cached answer;
// as long as both files are the very same, so is the plan.
//
// The note is sealed, as sessions are, and holds no secret. The zero Shortcut leads
// nowhere and notes nothing.
type Shortcut struct {
	of    *Retriever
	name  string // of the note in the cache
	files filesState
}

// filesState are fingerprints of the AWS files.
type filesState struct{ Config, Credentials string }

type shortcutNote struct {
	filesState
	Key   string // of the chain
	About string // see [Shortcut.Note]
}

const (
	worthShortcut = 128 << 10 // bytes of config from which on reading takes longer than looking up
	shortcutKept  = 7 * 24 * time.Hour
)

// Shortcut looks at the AWS files, and does so before they are read: had they changed
// since, what it notes would never fit. It is the zero Shortcut where the config file is
// small, or changed a moment ago.
func (r *Retriever) Shortcut(profile, config, credentials string, d Defaults) Shortcut {
	first, err := awsconfig.Look(config)
	if err != nil || first.Size < worthShortcut || !first.Settled(r.Now()) {
		return Shortcut{}
	}
	second, err := awsconfig.Look(credentials)
	if err != nil || !second.Settled(r.Now()) {
		return Shortcut{}
	}
	return Shortcut{r, ShortcutName(profile, config, credentials, d), filesState{first.State, second.State}}
}

// Fresh is [Retriever.Fresh] for what the profile led to. open looks whether the credentials
// with that key may be given to whoever asks, by what [Shortcut.Note] was told about them.
func (s Shortcut) Fresh(open func(key, about string) bool) (Credentials, bool) {
	if s.of == nil {
		return Credentials{}, false
	}
	data, ok := s.of.Cache.Get(s.name)
	var note shortcutNote
	if !ok || json.Unmarshal(data, &note) != nil || note.filesState != s.files || !open(note.Key, note.About) {
		return Credentials{}, false
	}
	return s.of.Fresh(note.Key)
}

// Note keeps where the profile has led, and what the files say about handing that out. Keys are not
// cached, and where a command runs is another plan.
func (s Shortcut) Note(c Chain, about func() string) {
	if s.of == nil || !c.Last().Kind.Kept() || !c.FromFilesAlone() {
		return
	}
	data, err := json.Marshal(shortcutNote{s.files, c.Key(), about()})
	if err == nil {
		_ = s.of.Cache.Put(s.name, data, s.of.Now().Add(shortcutKept))
	}
}

// ShortcutName is what the cache files a profile's shortcut under: a digest of all that
// a plan from the files alone is made of beside them.
func ShortcutName(profile, config, credentials string, d Defaults) string {
	parts := []string{"shortcut", profile, config, credentials, d.SessionName, d.SourceIdentity}
	for _, field := range fieldsOf(d.SessionName + d.SourceIdentity) {
		if field == "host" || field == "user" || field == "source_session" {
			parts = append(parts, field, namer{d, nil}.name("{"+field+"}", "", nil, longestName))
		}
	}
	for _, name := range []string{
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN",
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	} {
		parts = append(parts, d.Getenv(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
