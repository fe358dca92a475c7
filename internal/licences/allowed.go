package main

import (
	"embed"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// texts are those that are allowed, whole, without a title and a copyright notice. All
// of them let a program under the MIT licence be built and given away with the module in
// it, if the texts go with it. (ISC would do too, and MPL-2.0 for a module that is used
// as it is, whose source must be offered then; no module has them.)
//
//go:embed texts/*.txt
var texts embed.FS

// patentGrant is what Go's makers grant beside their licence. Alone it is no licence.
const patentGrant = "Go patent grant"

// A licence is known if the words of its text are those of one that is allowed, one by
// one. So a condition that somebody has added or left out makes it unknown.
type licence struct {
	name string
	text *regexp.Regexp // of its words
}

// titles may stand above a text; they ask for nothing.
const titles = `(?:the mit license mit(?: go toml v2)?|the mit license|mit license(?: expat)?|(?:the )?bsd [23] clause license|` +
	`(?:simplified|new|revised|modified) bsd license)`

// allowed reads the texts.
var allowed = sync.OnceValue(func() []licence {
	text := func(file string) string {
		data, err := texts.ReadFile("texts/" + file + ".txt")
		if err != nil {
			panic(err) // it is in the program
		}
		// Only the name of who must not be named is another in each.
		return strings.ReplaceAll(regexp.QuoteMeta(words(string(data))), "namehere", `(?P<name>[\pL\pN]+(?: [\pL\pN]+){0,5})`)
	}
	grant := text("Go-patent-grant")
	known := func(name, body string) licence {
		return licence{name, regexp.MustCompile("^(?:" + titles + " )?" + body + "(?: " + grant + ")?$")}
	}
	return []licence{
		known("MIT", text("MIT")),
		known("BSD-3-Clause", text("BSD-3-Clause")),
		known("BSD-2-Clause", text("BSD-2-Clause")),
		known("Apache-2.0", text("Apache-2.0")+"(?: "+text("Apache-2.0-appendix")+")?"),
		{patentGrant, regexp.MustCompile("^" + grant + "$")},
	}
})

// recognise returns the name of the licence that a text is; not ok where it is none of
// those allowed.
func recognise(text string) (name string, ok bool) {
	plain := words(text)
	for _, l := range allowed() {
		found := l.text.FindStringSubmatch(plain)
		if found == nil {
			continue
		}
		if i := l.text.SubexpIndex("name"); i >= 0 && !harmless(strings.Fields(found[i])) {
			continue
		}
		return l.name, true
	}
	return "", false
}

var (
	word   = regexp.MustCompile(`[\pL\pN]+`)
	number = regexp.MustCompile(`^(?:[1-4]\.|\([1-4]\)) `) // of a condition; some have a star there
	rights = regexp.MustCompile(`[ .,]*all rights reserved\.?$`)
	notice = regexp.MustCompile(`^(?:copyright (?:\(c\)|©)|copyright|\(c\)|©)[ ,]*((?:[12][0-9]{3}(?: ?- ?(?:[12][0-9]{3}|present))?[ ,]*)*)(.*)$`)
)

// words returns the words of a text in lower case, with a space between two. Left out are
// its copyright notices, and signs and line ends, which differ from one copy to another.
func words(text string) string {
	var kept []string
	for line := range strings.Lines(strings.ToLower(text)) {
		line = strings.Join(strings.Fields(strings.Trim(line, " \t\r\n*#/-")), " ")
		if !isCopyright(line) {
			kept = append(kept, word.FindAllString(number.ReplaceAllString(line, ""), -1)...)
		}
	}
	// Copies of the BSD licences say one or the other; of one, a slip goes round.
	return strings.NewReplacer("the copyright owner or contributors", "the copyright holder or contributors", "https www apache", "http www apache",
		"by the copyight holders", "by the copyright holders").Replace(strings.Join(kept, " "))
}

// isCopyright reports whether a line, in lower case, only says whose the work is: the
// years and a name, which is short and holds no word that a condition is made of.
func isCopyright(line string) bool {
	if line == "copyright [yyyy] [name of copyright owner]" || line == "all rights reserved" || line == "all rights reserved." {
		return true
	}
	parts := notice.FindStringSubmatch(rights.ReplaceAllString(line, ""))
	if parts == nil || len(line) > 100 {
		return false
	}
	marked := parts[1] != "" || !strings.HasPrefix(line, "copyright ") || strings.HasPrefix(line, "copyright (c)") || strings.HasPrefix(line, "copyright ©")
	name := word.FindAllString(parts[2], -1)
	return marked && len(name) <= 12 && harmless(name)
}

// harmless reports whether words may be a name: none of them says what somebody may do.
func harmless(name []string) bool {
	return !slices.ContainsFunc(name, func(one string) bool {
		for _, start := range []string{
			"commerc", "noncommerc", "licen", "permi", "forbid", "prohibit", "restrict", "require", "redistribut", "distribut",
			"grant", "use", "using", "usage", "modif", "sale", "sell", "sold", "resell", "pay", "fee",
		} {
			if strings.HasPrefix(one, start) {
				return true
			}
		}
		return slices.Contains([]string{
			"not", "no", "non", "never", "none", "nor", "neither", "without", "except", "unless", "if", "only", "provided", "condition", "conditions",
			"shall", "must", "may", "can", "cannot", "should", "will", "is", "are", "be", "been", "do", "does",
			"you", "your", "for", "with", "any", "to", "in", "on", "it", "this", "that", "these", "those",
			"evil", "research", "evaluation", "academic", "personal", "private", "internal",
		}, one)
	})
}
