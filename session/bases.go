package session

import (
	"cmp"
	"net/url"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/partition"
	"guise/internal/printable"
)

// scopeAccess is what a sign-in needs for its token to open accounts and to be
// renewed: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
const scopeAccess = "sso:account:access"

// sso is the chain of an SSO profile: sign-in, role.
func (r resolver) sso(p awsconfig.Profile) (Chain, error) {
	token, err := r.ssoToken(p)
	if err != nil {
		return nil, err
	}
	account, role := p.Get("sso_account_id"), p.Get("sso_role_name")
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return nil, &SettingError{Profile: p.Name, Key: "sso_account_id", Value: account, Why: "must be the 12 digits of an account"}
	}
	if role == "" {
		return nil, &SettingError{Profile: p.Name, Key: "sso_role_name", Value: role, Why: "an SSO profile needs one"}
	}
	return Chain{token, {
		Kind: SSORole, Profile: p.Name, Session: token.Session, StartURL: token.StartURL, AccountID: account, AccountName: p.Get("sso_account_name"), RoleName: role,
		Place: Place{Region: token.Region, DualStack: token.DualStack, Endpoint: r.defaults.Endpoint(p, "sso")},
	}}, nil
}

// ssoToken is the sign-in that a profile is on: of its sso_session, or, in
// profiles of the older kind, of its own sso_start_url and sso_region.
func (r resolver) ssoToken(p awsconfig.Profile) (Link, error) {
	from, name := p, p.Get("sso_session")
	if name != "" {
		section, ok := r.profiles.SSOSession(name)
		if !ok {
			return Link{}, &SettingError{Profile: p.Name, Key: "sso_session", Value: name, Why: "there is no section [sso-session " + name + "]"}
		}
		from = section
		for _, key := range []string{"sso_start_url", "sso_region"} {
			if own := p.Get(key); own != "" && own != section.Get(key) {
				return Link{}, &SettingError{Profile: p.Name, Key: key, Value: own, Why: "is not what [sso-session " + name + "] says"}
			}
		}
	}
	return r.signIn(p, from, name)
}

// signIn reads the section that says where to sign in. p is the profile that
// asks, for messages and endpoints.
func (r resolver) signIn(p, section awsconfig.Profile, name string) (Link, error) {
	if err := section.Check(); err != nil {
		return Link{}, err
	}
	l := Link{
		Kind: SSOToken, Profile: p.Name, Session: name, StartURL: section.Get("sso_start_url"),
		Scopes: list(section.Get("sso_registration_scopes")), Browser: cmp.Or(p.Own("browser"), section.Own("browser")), SignIn: cmp.Or(p.Own("sign_in"), section.Own("sign_in")), Place: Place{Region: section.Get("sso_region"), Endpoint: r.defaults.Endpoint(p, "sso_oidc")},
	}
	if len(l.Scopes) == 0 {
		l.Scopes = []string{scopeAccess}
	}
	u, err := url.Parse(l.StartURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !isLoopback(u) {
		return l, &SettingError{Profile: section.Name, Key: "sso_start_url", Value: l.StartURL, Why: "must be the https address of the access portal"}
	}
	portal, known := partition.PortalAt(u)
	if portal.Region != "" {
		l.Region, l.DualStack = portal.Region, portal.DualStack // whatever sso_region says: see package signin, starturl.go
	}
	own := !known && u.Scheme == "https" && !partition.IsAWS(u.Hostname())
	if told := l.Region == "" && own; !told && !isRegion(l.Region) { // a company's own domain tells at the sign-in
		return l, &SettingError{Profile: section.Name, Key: "sso_region", Value: l.Region, Why: "must be the region of the IAM Identity Center"}
	}
	return l, nil
}

// SSOSession plans the sign-in of an [sso-session NAME] section. Its error is a
// [*SettingError] or an *awsconfig.SyntaxError.
func SSOSession(profiles Profiles, name string, d Defaults) (Link, error) {
	r := newResolver(profiles, d)
	section, ok := profiles.SSOSession(name)
	if !ok {
		return Link{}, &SettingError{Profile: name, Key: "sso_session", Value: name, Why: "there is no section [sso-session " + name + "]"}
	}
	return r.signIn(section, section, name)
}

// isLoopback reports whether an address is plain http on this machine, as tests and the
// demo use it.
func isLoopback(u *url.URL) bool {
	return u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1")
}

// isRegion keeps everything out of host names that is no region.
func isRegion(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// saml is the chain of a federated profile: assertion, role.
func (r resolver) saml(p awsconfig.Profile) (Chain, error) {
	base := Link{Kind: Assertion, Profile: p.Name, URL: p.Own("saml_url"), Command: p.Own("saml_command")}
	if base.Command != "" {
		base.URL = "" // the command needs nobody
		base.Outside = r.toCommand(base.Command)
	} else if u, err := url.Parse(base.URL); err != nil || u.Host == "" || u.Scheme != "https" && !isLoopback(u) {
		return nil, &SettingError{Profile: p.Name, Key: "guise_saml_url", Value: base.URL, Why: "must be the https address at which the sign-in begins"}
	}
	by, err := policiesOf(p)
	if err != nil {
		return nil, err
	}
	role := Link{
		Kind: SAML, Profile: p.Name, RoleARN: p.Own("saml_role_arn"), Policy: by.inline, PolicyARNs: by.arns,
		Place: r.place(p, "sts"),
	}
	if role.RoleARN != "" && !isRole(role.RoleARN) {
		return nil, &SettingError{Profile: p.Name, Key: "guise_saml_role_arn", Value: role.RoleARN, Why: notRole}
	}
	role.Duration, err = roleDuration(p)
	return Chain{base, role}, err
}

const notRole = "not the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME, with 12 digits of the account)"

// IsRole reports whether a text is the ARN of a role.
func IsRole(arn string) bool { return isRole(arn) && printable.Word(arn) }

func isRole(arn string) bool {
	rest, ok := strings.CutPrefix(arn, "arn:")
	_, rest, _ = strings.Cut(rest, ":") // the partition
	account, resource, _ := splitARN(arn)
	return ok && len(account) == 12 && strings.Trim(account, "0123456789") == "" && strings.HasPrefix(rest, "iam:") && strings.HasPrefix(resource, "role/") && !strings.Contains(resource, ":")
}

// Where the machine gives credentials: the AWS SDKs and tools reference, "IMDS
// credential provider" and "Container credential provider".
const (
	instanceMetadata  = "http://169.254.169.254"
	instanceMetadata6 = "http://[fd00:ec2::254]"
	containerRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
	containerFull     = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	instanceEndpoint  = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
	instanceMode      = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
)

// containerMetadata is the address that a relative address of a container's
// credentials goes with.
const containerMetadata = "http://169.254.170.2"

// ContainerURL is where a container's credentials are; empty where there is none.
func ContainerURL(getenv func(string) string) string {
	if path := getenv(containerRelative); path != "" {
		return containerMetadata + path
	}
	return getenv(containerFull)
}

// machine is the base of a credential_source. Whether there is such a source here
// is not asked: another terminal may have it.
func (r resolver) machine(p awsconfig.Profile, source string) (Chain, error) {
	env := r.defaults.Getenv
	base := Link{Profile: p.Name}
	switch {
	case source == "Environment":
		base.Kind, base.AccessKeyID = Environment, env("AWS_ACCESS_KEY_ID")
	case source == "EcsContainer":
		base.Kind, base.URL = Container, ContainerURL(env)
		base.Outside = r.ofContainer()
	case source == "Ec2InstanceMetadata":
		base.Kind, base.Endpoint = Instance, metadataEndpoint(p, env)
		base.Outside = []string{"host=" + r.defaults.Host()}
	default:
		return nil, &SettingError{Profile: p.Name, Key: "credential_source", Value: source, Why: "must be Environment, Ec2InstanceMetadata or EcsContainer, in these letters"}
	}
	return Chain{base}, nil
}

func metadataEndpoint(p awsconfig.Profile, env func(string) string) string {
	for _, address := range []string{env(instanceEndpoint), p.Get("ec2_metadata_service_endpoint")} {
		if address != "" {
			return address
		}
	}
	for _, mode := range []string{env(instanceMode), p.Get("ec2_metadata_service_endpoint_mode")} {
		if strings.EqualFold(mode, "IPv6") {
			return instanceMetadata6
		}
	}
	return instanceMetadata
}
