package shell

import (
	"path"
	"strings"
)

// lineForm is how an editor is told to open FILE at LINE, by its program's name; empty where
// guise does not know it. From the editors' own manuals.
func lineForm(program string) string {
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(program, `\`, "/")), ".exe")
	for _, family := range []string{"vim.", "emacs-", "emacs2", "emacs3", "emacsclient."} { // vim.basic, emacs-nox, emacs29
		if strings.HasPrefix(name, family) {
			name = "vi"
		}
	}
	switch name {
	case "vi", "vim", "nvim", "gvim", "mvim", "rvim", "nvi", "vile", "vis", "view", "ex",
		"emacs", "emacsclient", "jed", "mg", "zile",
		"nano", "rnano", "pico", "micro", "ne", "joe", "jmacs", "jpico", "jstar", "kak", "mcedit",
		"gedit", "pluma", "geany", "bbedit":
		return "+LINE FILE"
	case "hx", "helix", "subl", "sublime_text", "zed", "zeditor":
		return "FILE:LINE"
	case "code", "code-insiders", "code-oss", "codium", "vscodium", "cursor", "windsurf":
		return "--goto FILE:LINE"
	case "idea", "pycharm", "goland", "webstorm", "clion", "phpstorm", "rubymine", "rider", "kate", "kwrite":
		return "--line LINE FILE"
	case "mate":
		return "-l LINE FILE"
	case "notepad++":
		return "-nLINE FILE"
	}
	return ""
}
