package awsenv

import (
	"cmp"
	"strings"
	"unicode"

	"guise/internal/awsconfig"
)

const (
	endpointURL = "AWS_ENDPOINT_URL"
	endpointKey = "endpoint_url"
)

// settings are the settings of a profile that say where calls go and how, each
// with its variable: "Settings reference" in the AWS SDKs and Tools reference.
var settings = []Variable{
	{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"},
	{"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"},
	{"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"},
	{"AWS_CA_BUNDLE", "ca_bundle"},
	{"AWS_RETRY_MODE", "retry_mode"},
	{"AWS_MAX_ATTEMPTS", "max_attempts"},
	{"AWS_DEFAULTS_MODE", "defaults_mode"},
	{"AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints"},
	{"AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode"},
	{"AWS_S3_USE_ARN_REGION", "s3_use_arn_region"},
	{"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint"},
	{"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "s3_disable_multiregion_access_points"},
	{"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "s3_disable_express_session_auth"},
	{"AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation"},
	{"AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation"},
}

// Carried returns what a program must be told that sees the credentials of a profile
// and not the profile: its region, its endpoints, and how calls are made. What the
// environment says already stays as it is, since it wins over a profile as well.
func Carried(e Env, p, services awsconfig.Profile) []Variable {
	carried := region(e, p.Get("region"))
	for _, s := range settings {
		carried = append(carried, e.Missing(Variable{s.Name, p.Get(s.Value)})...)
	}
	// One address for all services, in the environment, wins over what the profile
	// says of one service.
	if all, _ := e.Get(endpointURL); all == "" {
		carried = append(carried, e.Missing(Variable{endpointURL, p.Get(endpointKey)})...)
		for _, service := range services.NestedKeys() {
			name := endpointURL + "_" + strings.ToUpper(service)
			carried = append(carried, e.Missing(Variable{name, services.Nested(service)[endpointKey]})...)
		}
	}
	kept := carried[:0]
	for _, v := range carried {
		if v.Value != "" && strings.IndexFunc(v.Value, unicode.IsControl) < 0 && isName(v.Name) {
			kept = append(kept, v)
		}
	}
	return kept
}

// region: the terminal's wins, whichever variable names it. SDKs differ in which
// they read, so both are set.
func region(e Env, ofProfile string) []Variable {
	name := cmp.Or(e.TerminalRegion(), ofProfile)
	return e.Missing(Variable{Region, name}, Variable{DefaultRegion, name})
}

// isName is whether a word, made of what is in a file, can name a variable.
func isName(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// Endpoint returns the address that replaces AWS's own for a service ("sts"), in the
// order of the SDKs: the environment's for the service, then for all; the services
// section's that the profile names, then the profile's. It is empty where none is set.
func Endpoint(getenv func(string) string, p, services awsconfig.Profile, service string) string {
	if getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true" {
		return ""
	}
	if set := cmp.Or(getenv(endpointURL+"_"+strings.ToUpper(service)), getenv(endpointURL)); set != "" {
		return set
	}
	return cmp.Or(services.Nested(service)[endpointKey], p.Get(endpointKey))
}
