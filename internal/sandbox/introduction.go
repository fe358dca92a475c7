package sandbox

// Introduction is what the shell of the demo begins with, in lines.
func Introduction() []string {
	return []string{
		"A sandbox: a temporary home, and an AWS inside this program.",
		"",
		"Try, in any order:",
		"  guise use prod            switch this terminal, with the MFA code it shows",
		"  guise whoami              who AWS says you are",
		"  guise use                 pick a profile (type to search, enter to take)",
		"  guise use staging         another account, and no code this time",
		"  guise use -               back to the one before",
		"  guise exec dev -- env     one command under another profile",
		"  guise use org-dev         sign in to SSO, in your browser (or use --device)",
		"  guise sso sync            profiles for all forty accounts there",
		"  guise whoami billing      asks you first: it has guise_approve = 15m",
		"  guise log                 which program got credentials, and how",
		"  guise list, guise explain audit, guise off",
		"",
		"Type exit to leave. All of it is removed then.",
	}
}
