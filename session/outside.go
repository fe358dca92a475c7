package session

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"guise/internal/awsconfig"
	"guise/internal/secret"
)

// What a result depends on that no file of the user's says. Each becomes part of
// [Link.Outside], and so of the session's name in the cache.

// toCommand is what a command of the user's goes by: the variables that say to AWS
// tools which identity is meant, those that the command names itself, the programs
// that PATH gives for its words, and the folder where that matters.
func (r resolver) toCommand(command string) []string {
	var told []string
	for _, pair := range r.defaults.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value != "" && saysWho(name) {
			told = append(told, pair)
		}
	}
	slices.Sort(told)
	expanded := os.Expand(command, func(name string) string {
		name, rest := cutVariable(name)
		if isSecretName(name) {
			return rest
		}
		return r.defaults.Getenv(name) + rest
	})
	if expanded != command {
		told = append(told, "command="+expanded)
	}
	for _, word := range programs(expanded) {
		if path := r.defaults.LookPath(word); path != "" {
			told = append(told, "program="+path)
		}
	}
	if isRelative(command, r.defaults.Getenv("PATH")) || isRelative(expanded, "") || r.namesWhatIsHere(expanded) {
		told = append(told, "folder="+r.defaults.Dir())
	}
	return told
}

// saysWho says of an environment variable whether the identity that an AWS tool
// answers with may depend on it: the home that its files are in, and any variable of
// AWS's but those that are known to be about something else. A secret is left out;
// whose it is, another variable says (an access key's id, the address of a container).
func saysWho(name string) bool {
	name = strings.ToUpper(name) // as Windows has it
	switch name {
	case "HOME", "USERPROFILE":
		return true
	case "AWS_REGION", "AWS_DEFAULT_REGION", // the same credentials come from every region
		"AWS_STS_REGIONAL_ENDPOINTS", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", // and from every endpoint of AWS's
		"AWS_PAGER", "AWS_DEFAULT_OUTPUT", "AWS_CLI_AUTO_PROMPT", "AWS_CLI_FILE_ENCODING", // what output looks like
		"AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_METADATA_SERVICE_TIMEOUT", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", // patience
		"AWS_CA_BUNDLE",                          // whom to trust, not whom to be
		"AWS_EXECUTION_ENV", "AWS_SDK_UA_APP_ID", // what a caller names itself
		"AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION": // of the key whose id counts
		return false
	}
	return strings.HasPrefix(name, "AWS_") && !isSecretName(name)
}

// isSecretName says of a variable whether it holds a secret, as its name has it; the
// path of a file is none.
func isSecretName(name string) bool {
	name = strings.ToUpper(name)
	if strings.HasSuffix(name, "_FILE") {
		return false
	}
	for _, part := range []string{"SECRET", "TOKEN", "PASSWORD", "PASSPHRASE"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// cutVariable splits what is in ${…} into a variable's name and what the shell
// makes of it otherwise (":-creds"), as a word of its own.
func cutVariable(inside string) (name, rest string) {
	end := strings.IndexFunc(inside, func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	if end < 0 {
		return inside, ""
	}
	return inside[:end], " " + strings.TrimLeft(inside[end:], ":-=+?#%")
}

// mostWords is how many words of a command are looked up, on PATH and in the folder:
// its name must not take longer to find than its session.
const mostWords = 16

// programs are the words of a command that PATH may know: its first, and those that
// a shell or another program is given to start.
func programs(command string) []string {
	bare := slices.DeleteFunc(words(command), func(word string) bool { return strings.ContainsAny(word, `/\~$`) || strings.HasPrefix(word, "-") })
	return bare[:min(len(bare), mostWords)]
}

// isRelative reports whether another folder may make another command of this one: a
// word is a relative path or pattern or the name of a script, the shell is asked for
// the folder, or PATH has a relative entry. It errs on the side of yes, which costs
// a second session.
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
		if !absolute && (strings.ContainsAny(word, `/\*?[`) || word == "." || word == ".." || script) {
			return true
		}
	}
	return false
}

// namesWhatIsHere reports whether a word of a command is the name of something in the
// folder that it runs in, also as the shell and tools take it: in quotes, right
// behind an option's letter, as @creds. Of more words than are looked up it says yes.
func (r resolver) namesWhatIsHere(command string) bool {
	looked := 0
	for _, word := range slices.Concat(words(command), quoted(command)) {
		names := []string{word}
		if len(word) > 2 && word[0] == '-' && word[1] != '-' {
			names = append(names, word[2:])
		}
		if rest := strings.TrimPrefix(word, "@"); rest != word {
			names = append(names, rest)
		}
		for _, name := range names {
			if name == "" || filepath.IsAbs(name) {
				continue
			}
			if looked++; looked > 2*mostWords || r.defaults.Exists(name) {
				return true
			}
		}
	}
	return false
}

// words are those of a command. What is in quotes may be a command of its own
// (sh -c '…'); an absolute path there, spaces and all, is the same everywhere, and is
// left out.
func words(command string) []string {
	var all []string
	for i, part := range inQuotes(command) {
		if quoted := i%2 == 1; quoted && strings.HasPrefix(part, "/") {
			continue
		}
		for _, word := range strings.FieldsFunc(part, func(c rune) bool { return strings.ContainsRune(" \t\n`;&|()<>=,{}", c) }) {
			for _, scheme := range []string{"fileb://", "file://"} { // the AWS CLI's, with any path behind it
				word = strings.TrimPrefix(word, scheme)
			}
			all = append(all, word)
		}
	}
	return all
}

// quoted are the words of a command with a space in them.
func quoted(command string) []string {
	var all []string
	for i, part := range inQuotes(command) {
		if i%2 == 1 && strings.Contains(part, " ") {
			all = append(all, part)
		}
	}
	return all
}

// inQuotes splits a command at its quotes: every other part stood in them.
func inQuotes(command string) []string {
	return strings.Split(strings.ReplaceAll(command, "'", `"`), `"`)
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

// webToken is the base of a web identity: what a file holds, or a command prints.
func (r resolver) webToken(p awsconfig.Profile) Link {
	l := Link{Kind: WebToken, Profile: p.Name, TokenFile: p.Get("web_identity_token_file")}
	if l.TokenFile == "" {
		l.Command = tokenCommand(p)
		l.Outside = r.toCommand(l.Command)
		return l
	}
	l.Token, l.Outside = r.token(l.TokenFile)
	return l
}

// token is what a file of tokens holds now; empty where it cannot be read, which
// is an error only for whoever needs it.
func (r resolver) token(file string) (token secret.Text, outside []string) {
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

// SessionName writes a login name in the letters that the name of a role session may
// have (the parameter RoleSessionName of AssumeRole), without a Windows domain.
func SessionName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/")) // DOMAIN\alice
	clean := strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r == '=' || r == ',' || r == '.' || r == '@' || r == '-' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z') {
			return r
		}
		return '-'
	}, name)
	return clean[:min(len(clean), 50)]
}
