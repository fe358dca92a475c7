package session

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"path/filepath"
	"strings"

	"guise/internal/secret"
)

// What a result depends on that no file of the user's says. Each becomes part of
// [Link.Outside], and so of the session's name in the cache.

// toldToCommands are the variables that say to a command of the user's which
// identity is meant. Any other variable could matter to some command; these are
// the ones that AWS tools go by.
func toldToCommands() []string {
	return []string{
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS",
	}
}

// toCommand is what a command of the user's is told.
func (r resolver) toCommand(command string) []string {
	var told []string
	for _, name := range toldToCommands() {
		if value := r.defaults.Getenv(name); value != "" {
			told = append(told, name+"="+value)
		}
	}
	if isRelative(command, r.defaults.Getenv("PATH")) {
		told = append(told, "folder="+r.defaults.Dir())
	}
	return told
}

// isRelative says whether another folder may make another command of this one: a
// word is a relative path or the name of a script, the shell is asked for the
// folder, or PATH has a relative entry. It errs on the side of yes, which costs a
// second session.
func isRelative(command, searchPath string) bool {
	for _, dir := range filepath.SplitList(searchPath) {
		if !filepath.IsAbs(dir) {
			return true
		}
	}
	if strings.Contains(command, "PWD") || strings.Contains(command, "pwd") {
		return true
	}
	for _, word := range words(command) {
		absolute := strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~") || strings.HasPrefix(word, "$") ||
			strings.Contains(word, ":/") || filepath.IsAbs(word) // an address, C:/
		script := !strings.HasPrefix(word, "-") && !isDotted(word)
		if !absolute && (strings.ContainsAny(word, `/\`) || word == "." || word == ".." || script) {
			return true
		}
	}
	return false
}

// words are those of a command. What stands in quotes is one word where it is an
// absolute path, and may be a command of its own otherwise (sh -c '…').
func words(command string) []string {
	var all []string
	for i, part := range strings.Split(strings.ReplaceAll(command, "'", `"`), `"`) {
		if quoted := i%2 == 1; quoted && strings.HasPrefix(part, "/") {
			all = append(all, part)
			continue
		}
		all = append(all, strings.FieldsFunc(part, func(c rune) bool { return strings.ContainsRune(" \t\n`;&|()<>=,", c) })...)
	}
	return all
}

// isDotted tells numbers, hosts and addresses from names of files: the last
// part of those is no extension that a script has.
func isDotted(word string) bool {
	switch path.Ext(word) {
	case ".sh", ".py", ".rb", ".js", ".mjs", ".ts", ".pl", ".ps1", ".bat", ".cmd", ".exe", ".jar", ".php", ".lua",
		".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".env", ".txt", ".pem", ".key", ".crt":
		return false
	}
	return true
}

// token is what a file of tokens holds now; empty where it cannot be read, which
// is an error only for whoever needs it.
func (r resolver) token(file string) (token secret.Text, outside []string) {
	if file == "" {
		return secret.Text{}, nil
	}
	if token = r.defaults.Token(file); token.Empty() {
		return token, nil
	}
	return token, []string{"token=" + digestOf(token)}
}

func digestOf(s secret.Text) string {
	sum := sha256.Sum256([]byte(s.Reveal()))
	return hex.EncodeToString(sum[:])
}

// ofContainer says which pod or task this is: pods of one node share the address
// of the credentials, and differ in the token.
func (r resolver) ofContainer() []string {
	if _, outside := r.token(r.defaults.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")); outside != nil {
		return outside
	}
	if token := secret.New(r.defaults.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN")); !token.Empty() {
		return []string{"token=" + digestOf(token)}
	}
	return nil
}

// ofLogin is the folder that `aws login` keeps its sign-ins in, where it is not
// the usual one.
func (r resolver) ofLogin() []string {
	dir := r.defaults.Getenv("AWS_LOGIN_CACHE_DIRECTORY")
	switch {
	case dir == "":
		return nil
	case !filepath.IsAbs(dir):
		dir = filepath.Join(r.defaults.Dir(), dir)
	}
	return []string{"folder=" + filepath.Clean(dir)}
}
