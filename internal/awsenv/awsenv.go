// Package awsenv knows the environment variables by which AWS SDKs are told who
// they are and where they call: which of them win over a profile, and which
// variable says what a profile's setting says.
//
// An [Env] is changed by value, and holds each variable once: a program that finds
// two of a name takes the first or the last, as its language has it.
package awsenv

import (
	"slices"
	"strings"
)

// Variables that a switch sets, or that choose what is active.
const (
	Profile        = "AWS_PROFILE"
	DefaultProfile = "AWS_DEFAULT_PROFILE" // botocore prefers it to AWS_PROFILE
	Region         = "AWS_REGION"
	DefaultRegion  = "AWS_DEFAULT_REGION"

	ConfigFile      = "AWS_CONFIG_FILE"
	CredentialsFile = "AWS_SHARED_CREDENTIALS_FILE"

	AccessKeyID     = "AWS_ACCESS_KEY_ID"
	SecretAccessKey = "AWS_SECRET_ACCESS_KEY"
	SessionToken    = "AWS_SESSION_TOKEN"
	Expiration      = "AWS_CREDENTIAL_EXPIRATION"

	// Where SDKs look for a container's credentials: "Container credential
	// provider" in the AWS SDKs and Tools reference. A token file wins over the
	// token.
	ContainerURI   = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	ContainerToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN"

	// LoadConfig makes older SDKs (Go v1, JavaScript v2) read the config file.
	LoadConfig = "AWS_SDK_LOAD_CONFIG"

	// ExecProfile names the profile that a shell or a command runs under, for its prompt:
	// `guise exec` sets it.
	ExecProfile = "GUISE_EXEC_PROFILE"
	// ExecStatus names the status file of that profile's session (session.StatusDir), for
	// the same prompt.
	ExecStatus = "GUISE_EXEC_STATUS"

	// BedrockToken is what SDKs call Bedrock with, whatever the profile is.
	BedrockToken = "AWS_BEARER_TOKEN_BEDROCK"
)

// Rivals are the variables that win over AWS_PROFILE in some SDK. The short
// names of the keys are older ones, which both Go SDKs still read.
var Rivals = []string{
	AccessKeyID, SecretAccessKey, SessionToken, "AWS_SECURITY_TOKEN", Expiration, "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
	"AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
	ContainerURI, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ContainerToken, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
	"AWS_EB_PROFILE",
}

// RivalsOfContainer are the variables that win over a container's credentials
// too: files of keys that boto3 reads before it asks there.
var RivalsOfContainer = []string{"AWS_CREDENTIAL_FILE", "BOTO_CONFIG"}

// A Variable is one of an environment.
type Variable struct{ Name, Value string }

// An Env is an environment: NAME=value, as the operating system has it.
type Env []string

// Get returns a variable, and whether it is set: it may be set to nothing.
func (e Env) Get(name string) (string, bool) {
	for _, pair := range e {
		if n, value, _ := strings.Cut(pair, "="); n == name {
			return value, true
		}
	}
	return "", false
}

// Without is the environment with some variables left out.
func (e Env) Without(names ...string) Env {
	return slices.DeleteFunc(slices.Clone(e), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(names, name)
	})
}

// WithoutAWS leaves out all of AWS's variables: for browsers and the like, which need
// none and would hand them on.
func (e Env) WithoutAWS() Env {
	return slices.DeleteFunc(slices.Clone(e), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
}

// With is the environment with variables set, in the place of those of their names.
func (e Env) With(variables ...Variable) Env {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	with := e.Without(names...)
	for _, v := range variables {
		with = append(with, v.Name+"="+v.Value)
	}
	return with
}

// Missing returns those of some variables that are not set, or set to nothing.
func (e Env) Missing(variables ...Variable) []Variable {
	return slices.DeleteFunc(slices.Clone(variables), func(v Variable) bool {
		value, _ := e.Get(v.Name)
		return value != ""
	})
}
