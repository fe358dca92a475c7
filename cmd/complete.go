package cmd

import (
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsapi"
)

// completeProfile offers the profiles that begin with what is typed.
func (x *plans) completeProfile(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return x.profilesLike(typed, nil), cobra.ShellCompDirectiveNoFileComp
}

// completeProfiles is completeProfile for commands that take several.
func (x *plans) completeProfiles(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	return x.profilesLike(typed, args), cobra.ShellCompDirectiveNoFileComp
}

// completeExec offers profiles for the first word; the command is the shell's.
func (x *plans) completeExec(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return x.profilesLike(typed, nil), cobra.ShellCompDirectiveNoFileComp
}

// profilesLike gives lines of a name, a tab and a description. A name that the
// line cannot carry (with a control character) is left out.
func (x *plans) profilesLike(typed string, but []string) []string {
	files, err := x.files()
	if err != nil {
		return nil
	}
	taken := map[string]bool{}
	for _, name := range but {
		taken[name] = true
	}
	var lines []string
	for _, p := range files.Profiles() {
		if taken[p.Name] || !strings.HasPrefix(p.Name, typed) || strings.ContainsFunc(p.Name, unicode.IsControl) {
			continue
		}
		about := p.Own("description")
		if about == "" {
			about = p.Get("role_arn")
		}
		if about == "" && p.Get("sso_role_name") != "" {
			about = p.Get("sso_role_name") + " in " + p.Get("sso_account_id")
		}
		lines = append(lines, p.Name+"\t"+ask.Sanitise(about))
	}
	return lines
}

func completeRegion(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var lines []string
	for _, r := range awsapi.Regions {
		if strings.HasPrefix(r.Name, typed) {
			lines = append(lines, r.Name+"\t"+r.Place)
		}
	}
	return lines, cobra.ShellCompDirectiveNoFileComp
}

// completeSSOSession offers the names of SSO sessions.
func (x *plans) completeSSOSession(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	files, err := x.files()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var lines []string
	for _, name := range files.SSOSessions() {
		section, _ := files.SSOSession(name)
		if strings.HasPrefix(name, typed) && !strings.ContainsFunc(name, unicode.IsControl) {
			lines = append(lines, name+"\t"+ask.Sanitise(section.Get("sso_start_url")))
		}
	}
	return lines, cobra.ShellCompDirectiveNoFileComp
}
