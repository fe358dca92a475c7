package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/keys"
	"guise/internal/noaccess"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

func (x *examination) plainKeys(context.Context) {
	for _, p := range x.profiles {
		split := p.SplitKeys()
		switch {
		case p.IsExport() || !p.SessionToken().Empty():
		case split != nil:
			x.add(Finding{
				Check: "split-keys", Severity: Serious, What: p.Name + ": " + split.Error(),
				Why: "some SDKs use the two together and some refuse the profile; guise moves neither",
			})
		case p.KeysIn() == awsconfig.KeysPlain && p.SecretAccessKey().Empty():
			// An id alone is no key, and `broken` says so.
		case p.KeysIn() == awsconfig.KeysPlain:
			x.add(Finding{
				Check: "plaintext-keys", Severity: Serious, What: "the keys of " + p.Name + " are in plain text in the AWS files",
				Why: "whoever reads the file, a backup of it or a synchronised folder can use them until you delete them at AWS", Fix: shell.Guise("keys import", p.Name),
			})
		case p.KeysIn() == awsconfig.KeysInSource && !x.Sandbox:
			x.add(Finding{
				Check: "plaintext-keys", Severity: Warning, What: "the keys of " + p.Name + " are in plain text in a section of their own",
				Why: "adopted with --keep-keys: SDKs no longer use them directly, but they are still in a file", Fix: shell.Guise("keys import", p.Name),
			})
		}
	}
}

// leftovers are temporary credentials that tools have put into the file.
func (x *examination) leftovers(context.Context) {
	for _, p := range x.profiles {
		if p.SessionToken().Empty() {
			continue
		}
		what := "temporary credentials are in the AWS files as " + p.Name
		if text := p.Own("expires"); text != "" {
			end, err := time.Parse(time.RFC3339, text)
			if err != nil || x.Now().Before(end) {
				continue // what `export` wrote, and good still
			}
			what += ", and have expired"
		}
		x.add(Finding{
			Check: "leftovers", Severity: Warning, What: what,
			Why: "another tool left them: SDKs use them silently, even after they have expired", Fix: editAt(p, "aws_session_token", "remove the section ["+p.Name+"]"),
		})
	}
}

// processes: what ~/.aws/config runs, and what is beside it.
func (x *examination) processes(context.Context) {
	mine, err := x.Executable()
	if err != nil {
		return
	}
	for _, p := range x.profiles {
		adopt := Finding{Check: "credential-process", Fix: shell.Guise("adopt", p.Name), Repair: func() error {
			return x.Adopt(p.Name)
		}}
		if p.HasHidden() && !p.HasForeign() && p.Command() == "" && len(p.Visible()) == 0 {
			adopt.Severity, adopt.What = Serious, p.Name+" has no credential_process any more, and its settings are hidden from SDKs"
			adopt.Why = "somebody has removed the line that runs guise: SDKs find no credentials there"
			x.add(adopt)
		}
		if !p.Managed() {
			continue
		}
		path := programOf(p.Command())
		switch info, err := os.Stat(path); {
		case err != nil || info.IsDir():
			adopt.Severity, adopt.What, adopt.Why = Serious, "the credential_process of "+p.Name+" runs "+path+", which is not there", "every SDK fails with this profile"
		case p.KeysIn() == awsconfig.KeysPlain && !p.SessionToken().Empty():
			adopt = x.temporaryBeside(p)
		case len(p.Visible()) > 0:
			adopt.Severity, adopt.What, adopt.Why = Serious, strings.Join(p.Visible(), ", ")+" is set beside the credential_process of "+p.Name, "SDKs prefer it, or assume a role on top of a role"
		case path != mine && !sameFile(path, mine):
			adopt.Severity, adopt.What, adopt.Why = Warning, "the credential_process of "+p.Name+" runs another guise: "+path, "an older one, perhaps"
		default:
			continue
		}
		x.add(adopt)
	}
}

// temporaryBeside is a managed profile that somebody has written temporary keys for:
// they are not worth storing, so adopt does not take them.
func (x *examination) temporaryBeside(p awsconfig.Profile) Finding {
	f := Finding{
		Check: "credential-process", Severity: Serious, What: "temporary credentials are set beside the credential_process of " + p.Name,
		Why: "SDKs prefer them: they take " + p.Name + " for whoever they are of", Fix: editAt(p, "aws_session_token", "remove the section ["+p.Name+"]"),
	}
	if path, _ := p.Where("aws_session_token"); !p.KeysInCredentials() && path != "" {
		f.Fix = editAt(p, "aws_session_token", "remove aws_access_key_id, aws_secret_access_key and aws_session_token of "+p.Name)
	}
	return f
}

// programOf is the first word of a command, which may be quoted.
func programOf(command string) string {
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		path, _, _ := strings.Cut(rest, `"`)
		return path
	}
	path, _, _ := strings.Cut(command, " ")
	return path
}

func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// broken: profiles that cannot have credentials.
func (x *examination) broken(context.Context) {
	for _, plan := range x.plans {
		p, err := plan.Profile, plan.Err
		if err == nil {
			continue
		}
		if syntax, ok := errors.AsType[*awsconfig.SyntaxError](err); ok {
			x.add(Finding{
				Check: "broken-profile", Severity: Serious, What: p.Name + " cannot have credentials: " + err.Error(),
				Why: "the settings below that line may belong to another profile: SDKs may use its credentials under this name", Fix: shell.Edit(syntax.File, syntax.Line),
			})
			continue
		}
		if plan.SettingsAlone() {
			continue
		}
		x.add(Finding{Check: "broken-profile", Severity: Serious, What: p.Name + " cannot have credentials: " + err.Error(), Why: "no SDK can use it", Fix: FixOf(x.Files, err)})
	}
}

// waysToSignIn: what a profile, or the SSO session that it is of, says of how to sign in.
func (x *examination) waysToSignIn(context.Context) {
	told := map[string]bool{}
	for _, plan := range x.plans {
		if plan.Err != nil || len(plan.Chain) == 0 {
			continue
		}
		_, err := signin.CheckWay(plan.Chain[0])
		if err == nil {
			continue
		}
		p, _ := x.Files.Profile(plan.Chain[0].Profile)
		if p.Own("sign_in") == "" {
			p, _ = x.Files.SSOSession(plan.Chain[0].Session)
		}
		if told[p.Name] {
			continue
		}
		told[p.Name] = true
		x.add(Finding{
			Check: "sign-in", Severity: Serious, What: p.Name + ": " + err.Error(), Why: "guise does not sign in there",
			Fix: editAt(p, "sign_in", "browser, device or paste"),
		})
	}
}

// accessRequests: how profiles and SSO sessions say where to ask for access.
func (x *examination) accessRequests(context.Context) {
	all := slices.Clone(x.profiles)
	for _, name := range x.Files.SSOSessions() {
		one, _ := x.Files.SSOSession(name)
		all = append(all, one)
	}
	for _, p := range all {
		if key, err := noaccess.Check(p); err != nil {
			x.add(Finding{
				Check: "access-request", Severity: Warning, What: p.Name + ": " + err.Error(), Why: "guise does not say where to ask for access when AWS denies a role",
				Fix: editAt(p, key, "an https address, or a command"),
			})
		}
	}
}

// editAt is an editor at a setting of a profile, and what to do there.
func editAt(p awsconfig.Profile, key, do string) string {
	path, line := p.Where(key)
	return shell.Edit(path, line) + "   # " + do
}

// FixOf is how a profile is corrected that has no chain for a reason: an editor at the line that
// is to blame, and what to do there. Empty where no line is.
func FixOf(f *awsconfig.Files, err error) string {
	m, ok := session.MistakeIn(f, err)
	if !ok {
		return ""
	}
	fix := shell.Edit(m.File, m.Line)
	if m.Do != "" {
		fix += "   # " + m.Do
	}
	return fix
}

// oldest is how old a key may become.
const oldest = 90 * 24 * time.Hour

func (x *examination) oldKeys(ctx context.Context) {
	for _, p := range x.profiles {
		if p.KeysIn() != awsconfig.KeysInStore {
			continue
		}
		iam, err := x.IAM(ctx, p.Name)
		if err != nil {
			continue
		}
		key, err := keys.Find(ctx, iam, p.AccessKeyID())
		if age := x.Now().Sub(key.Created); err == nil && age > oldest {
			x.add(Finding{
				Check: "old-keys", Severity: Warning, What: fmt.Sprintf("the key of %s is %d days old", p.Name, int(age/(24*time.Hour))),
				Why: "if it leaked in that time, it still works", Fix: shell.Guise("keys rotate", p.Name),
			})
		}
	}
}
