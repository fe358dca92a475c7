// Package partition knows AWS's partitions: clouds that share software and no hosts,
// accounts or ARNs. It says which partition a region is in, and at which hosts the
// services that guise calls are there.
//
// The facts are the SDKs' own. Regions and suffixes are those of partitions.json in
// aws-sdk-go-v2 (internal/endpoints/awsrulesfn), sign-in domains those of the endpoint
// rules of its service/signin; TestAsTheSDK holds every one against the SDK. They are
// written down here since the SDK keeps its data to itself, but for the clients of each
// service, and three of those would cost every call of guise a millisecond.
//
// Nobody publishes some facts about the iso partitions (the pages of their console, the
// hosts of their access portals). They are left out, and whoever asks is told so.
package partition

import "strings"

// A Partition is one of AWS's clouds.
type Partition struct {
	ID string // as ARNs have it: "aws-eusc"
	// Home is the region that IAM signs for there: iam's endpoint rules in botocore.
	Home string

	regions           string // what the names of its regions begin with; of "aws": nothing
	suffix, dualStack string // of its services' hosts
	iam               string // IAM's one host
	signIn            string // the domain of the console's sign-in
	everywhere        bool   // the sign-in and the console have a host without a region, too
	console           string // the console's domain; empty: nobody says
	portals           portals
}

// all are the partitions that there are, the first of them the one that a region is in
// which no other has. Nobody changes it.
var all = []Partition{
	{
		ID: "aws", Home: "us-east-1", suffix: "amazonaws.com", dualStack: "api.aws", iam: "iam.amazonaws.com",
		signIn: "signin.aws.amazon.com", everywhere: true, console: "console.aws.amazon.com",
		portals: portals{dualStack: "app.aws", older: "*.awsapps.com", issuer: "identitycenter.amazonaws.com"},
	},
	{
		ID: "aws-cn", Home: "cn-north-1", regions: "cn-", suffix: "amazonaws.com.cn", dualStack: "api.amazonwebservices.com.cn", iam: "iam.cn-north-1.amazonaws.com.cn",
		signIn: "signin.amazonaws.cn", everywhere: true, console: "console.amazonaws.cn",
		portals: portals{dualStack: "app.amazonwebservices.com.cn", older: "start.home.awsapps.cn", olderRegional: "home.awsapps.cn", issuer: "identitycenter.amazonaws.com.cn"},
	},
	{
		ID: "aws-us-gov", Home: "us-gov-west-1", regions: "us-gov-", suffix: "amazonaws.com", dualStack: "api.aws", iam: "iam.us-gov.amazonaws.com",
		signIn: "signin.amazonaws-us-gov.com", everywhere: true, console: "console.amazonaws-us-gov.com",
		portals: portals{dualStack: "app.aws", older: "start.us-gov-home.awsapps.com", olderRegional: "us-gov-home.awsapps.com", issuer: "identitycenter.us-gov.amazonaws.com"},
	},
	{
		ID: "aws-eusc", Home: "eusc-de-east-1", regions: "eusc-", suffix: "amazonaws.eu", dualStack: "api.amazonwebservices.eu", iam: "iam.eusc-de-east-1.amazonaws.eu",
		signIn: "signin.amazonaws-eusc.eu", console: "console.amazonaws-eusc.eu",
		portals: portals{dualStack: "api.amazonwebservices.eu", issuer: "identitycenter.amazonaws.eu"},
	},
	// The partitions for classified work.
	{
		ID: "aws-iso", Home: "us-iso-east-1", regions: "us-iso-", suffix: "c2s.ic.gov", dualStack: "api.aws.ic.gov",
		iam: "iam.us-iso-east-1.c2s.ic.gov", signIn: "signin.c2shome.ic.gov",
	},
	{
		ID: "aws-iso-b", Home: "us-isob-east-1", regions: "us-isob-", suffix: "sc2s.sgov.gov", dualStack: "api.aws.scloud",
		iam: "iam.us-isob-east-1.sc2s.sgov.gov", signIn: "signin.sc2shome.sgov.gov",
	},
	{
		ID: "aws-iso-e", Home: "eu-isoe-west-1", regions: "eu-isoe-", suffix: "cloud.adc-e.uk", dualStack: "api.cloud-aws.adc-e.uk",
		iam: "iam.eu-isoe-west-1.cloud.adc-e.uk", signIn: "signin.csphome.adc-e.uk",
	},
	{
		ID: "aws-iso-f", Home: "us-isof-south-1", regions: "us-isof-", suffix: "csp.hci.ic.gov", dualStack: "api.aws.hci.ic.gov",
		iam: "iam.us-isof-south-1.csp.hci.ic.gov", signIn: "signin.csphome.hci.ic.gov",
	},
}

// IsRegion reports whether a word has the form of a region's name. New regions
// appear every year, so none is refused for not being listed anywhere.
func IsRegion(s string) bool {
	parts := strings.Split(s, "-")
	for _, p := range parts {
		if p == "" || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(parts) >= 3
}

// OfRegion is the partition that a region is in, or would be: new ones appear each year.
func OfRegion(region string) Partition {
	for _, p := range all[1:] {
		if strings.HasPrefix(region, p.regions) || strings.TrimSuffix(region, "-global") == p.ID {
			return p
		}
	}
	return all[0]
}

// OfARN is the partition that an ARN names; that of most accounts where it names none.
func OfARN(arn string) Partition {
	for _, p := range all {
		if strings.HasPrefix(arn, "arn:"+p.ID+":") {
			return p
		}
	}
	return all[0]
}

// A Variant is which of AWS's hosts for a service is meant: the endpoints of the
// SDKs' AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT.
type Variant struct{ FIPS, DualStack bool }

// Host is that of a service in a region of the partition: "sts", "oidc", "portal.sso".
func (p Partition) Host(service, region string, v Variant) string {
	suffix := p.suffix
	if v.DualStack {
		suffix = p.dualStack
	}
	switch {
	case service == "sts" && region == "aws-global" && v == Variant{}:
		return "sts.amazonaws.com"
	case v.FIPS && (p.ID != "aws-us-gov" || v.DualStack): // GovCloud's IPv4 hosts are FIPS endpoints themselves
		service += "-fips"
	}
	return service + "." + region + "." + suffix
}

// IAM is IAM's one host in the partition.
func (p Partition) IAM() string { return p.iam }

// SignIn is the host of the console's sign-in in a region of the partition: where `aws
// login` signs in.
func (p Partition) SignIn(region string) string { return region + "." + p.signIn }

// Federation is the host that turns credentials into a sign-in to the console: the
// global one, where the partition has such.
func (p Partition) Federation(region string) string {
	if p.everywhere {
		return p.signIn
	}
	return p.SignIn(region)
}

// Console is the host of the console's pages in a region; not ok where nobody says.
func (p Partition) Console(region string) (host string, ok bool) {
	switch {
	case p.console == "":
		return "", false
	case p.everywhere:
		return p.console, true
	}
	return region + "." + p.console, true
}

// SAMLReceivers are the addresses at which AWS takes SAML assertions from browsers: "Configure
// SAML assertions" in the IAM user guide. A star stands for a region. Of aws-eusc and the iso
// partitions no page of AWS's says them: they are the domains of the sign-in, with the path
// that it has elsewhere.
func SAMLReceivers() (addresses []string) {
	for _, p := range all {
		addresses = append(addresses, "https://"+p.signIn+"/saml", "https://*."+p.signIn+"/saml")
	}
	return append(addresses, "https://console.csphome.adc-e.uk/saml") // the Landing Zone Accelerator's, for aws-iso-e
}

// Answers reports whether a host is one at which AWS's services answer, or its sign-in.
func Answers(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, p := range all {
		if below(host, p.suffix) || below(host, p.dualStack) || below(host, p.signIn) || host == p.signIn {
			return true
		}
	}
	return false
}

// below reports whether a host is in a domain, and not the domain itself.
func below(host, domain string) bool {
	name, ok := strings.CutSuffix(host, domain)
	return ok && strings.HasSuffix(name, ".")
}
