package shell

import "guise/internal/awsenv"

// titleOf is what the hook is told of the terminal's title: "on", or the colour of the tab,
// R;G;B of 0 to 255, in a terminal that is known to show one: iTerm2 (its documentation,
// "Proprietary Escape Codes"). A terminal inside tmux or screen is none: they pass a title
// on and nothing else. Empty: the title is left alone.
func titleOf(env awsenv.Env, to Target) string {
	if !to.Title {
		return ""
	}
	is := func(name, value string) bool { got, _ := env.Get(name); return got == value }
	color := map[string]string{
		"31": "205;49;49", "32": "13;188;121", "33": "229;229;16", "34": "36;114;200", "35": "188;63;188", "36": "17;168;205", "37": "229;229;229",
	}[to.Color]
	if color == "" || !is("TERM_PROGRAM", "iTerm.app") && !is("LC_TERMINAL", "iTerm2") || !is("TMUX", "") || !is("STY", "") {
		return "on"
	}
	return color
}
