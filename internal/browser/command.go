package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strings"
)

const (
	containers = "-containers" // of Firefox, by the add-on "Open external links in a container"
	ownProfile = "-profiles"   // of Chrome and its kin

	// What stands in a command for the address and the AWS profile.
	forAddress, forURL, forProfile = "%s", "{url}", "{profile}"
)

// ofCommand is the words by which a browser that the user has written opens an address.
func (b Browser) ofCommand(command, address string) ([]string, error) {
	refuse := func(why string) ([]string, error) { return nil, &CommandError{command, why} }
	if has(command) { // a path, perhaps with spaces in it
		return []string{command, address}, nil
	}
	if k, way, profile, ok := named(command); ok {
		profile = strings.ReplaceAll(profile, forProfile, b.Profile)
		words, why := b.ofKnown(k, way, profile, address)
		if why != "" {
			return refuse(why)
		}
		return words, nil
	}
	words, ok := split(command, b.on("windows"))
	switch {
	case !ok:
		return refuse("a quote is not closed")
	case len(words) == 0:
		return refuse("it names no program")
	case !has(words[0]):
		return refuse("there is no program " + words[0])
	case b.isBatch(words[0]) && strings.Contains(command, forProfile) && folderName(b.Profile) != b.Profile:
		return refuse("it is a batch file, which reads its words as commands, and " + b.Profile + " is more than a word")
	}
	placed := false
	for i, word := range words[1:] {
		if strings.HasPrefix(word, forProfile) && strings.HasPrefix(b.Profile, "-") {
			return refuse("the name " + b.Profile + " would be an option of it; write it as in --name=" + forProfile)
		}
		placed = placed || strings.Contains(word, forAddress) || strings.Contains(word, forURL)
		words[i+1] = strings.NewReplacer(forAddress, address, forURL, address, forProfile, b.Profile).Replace(word)
	}
	if !placed {
		words = append(words, address)
	}
	return words, nil
}

// named reads a known browser: its name, or that with a colon and a profile of it. Whoever
// has a command with a colon in its first word writes it with its path.
func named(text string) (k known, way, profile string, ok bool) {
	if strings.Contains(text, forAddress) || strings.Contains(text, forURL) {
		return known{}, "", "", false
	}
	name, profile, _ := strings.Cut(text, ":")
	name = strings.ToLower(strings.TrimSpace(name))
	for _, suffix := range []string{containers, ownProfile} {
		if kin, found := strings.CutSuffix(name, suffix); found {
			name, way = kin, suffix
		}
	}
	for _, k := range all() {
		if k.name == name {
			return k, way, strings.TrimSpace(profile), way == "" || k.gecko == (way == containers)
		}
	}
	return known{}, "", "", false
}

// ofKnown is the words by which a known browser opens an address; why is why it cannot.
func (b Browser) ofKnown(k known, way, profile, address string) (words []string, why string) {
	path, found := b.find(k)
	if !found {
		return nil, "it is not installed"
	}
	if way == "" && profile == "" || way != "" && profile == "" && b.Place == "" {
		return []string{path, address}, ""
	}
	switch {
	case way == containers:
		if profile == "" {
			profile = b.Place
		}
		link := url.Values{"name": {profile}, "url": {address}}
		return []string{path, "ext+container:" + strings.ReplaceAll(link.Encode(), "+", "%20")}, ""
	case k.gecko && strings.HasPrefix(profile, "-"):
		return nil, "a profile's name cannot begin with -"
	case k.gecko:
		return []string{path, "-P", profile, address}, ""
	case way == ownProfile && profile == "":
		profile = "guise-" + b.ownFolder()
	default:
		profile = b.folderOf(k, profile)
	}
	if filepath.Base(profile) != profile || strings.ContainsAny(profile, `/\`) || profile == ".." || profile == "." {
		return nil, "a profile is the name of a folder, without a path"
	}
	return []string{path, "--profile-directory=" + profile, "--no-first-run", address}, ""
}

// folderName keeps a name from being more than the name of a folder.
func folderName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '.' || r == '-') {
			return r
		}
		return '_'
	}, s)
}

// ownFolder is the name of a folder for Place alone: cookies of another one in it would sign
// in as somebody else. macOS and Windows take Acme and acme for one.
func (b Browser) ownFolder() string {
	name := folderName(b.Place)
	if name == b.Place && (b.on("linux") && !b.isWSL() || strings.ToLower(name) == name) {
		return name
	}
	sum := sha256.Sum256([]byte(b.Place))
	return name + "-" + hex.EncodeToString(sum[:4])
}

// isBatch is whether Windows has cmd.exe run a program, which has rules of its own for words.
func (b Browser) isBatch(program string) bool {
	ext := strings.ToLower(filepath.Ext(program))
	return b.on("windows") && (ext == ".bat" || ext == ".cmd")
}

// split takes a command apart at its spaces. Quotes of both kinds hold a word together; a
// backslash takes the meaning from what follows, but on Windows, where it is in paths.
// ok is false where a quote is not closed.
func split(command string, windows bool) (words []string, ok bool) {
	var word strings.Builder
	within, quote, escaped := false, rune(0), false
	for _, r := range command {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && !windows && quote != '\'':
			within, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			within, quote = true, r
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			if within {
				words = append(words, word.String())
			}
			word.Reset()
			within = false
		default:
			within = true
			word.WriteRune(r)
		}
	}
	if within {
		words = append(words, word.String())
	}
	return words, quote == 0 && !escaped
}
