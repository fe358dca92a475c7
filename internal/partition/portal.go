package partition

import (
	"net/url"
	"strings"
)

// portals are the hosts of access portals in a partition, as AWS's own tools know them:
// awscli/customizations/sso/resolve.py of the AWS CLI 2.36, SSOEndpointResolver of the
// AWS SDK for .NET, and the lists of domains to allow in the user guides of IAM Identity
// Center and of GovCloud.
//
//	INSTANCE.REGION.portal.SUFFIX      each partition that has portals here
//	INSTANCE.portal.REGION.DUALSTACK   the same, by IPv6 too
//	ALIAS.awsapps.com, start.…         older, and still served
//	identitycenter.SUFFIX/INSTANCE     the issuer of tokens, which AWS takes as start URL
type portals struct {
	dualStack     string
	older         string // a star stands for one label
	olderRegional string // start.REGION. is before it
	issuer        string
}

// A Portal is what the host of an access portal tells.
type Portal struct {
	Region    string // empty where the host does not tell
	DualStack bool   // it is reached by IPv6 too, and so is the sign-in service that it knows
}

// PortalAt reads an address as one of AWS's access portals. Not ok: it is none, and the
// address of a company's own domain may lead to one.
func PortalAt(u *url.URL) (portal Portal, ok bool) {
	if u.Scheme != "https" || u.User != nil || u.Port() != "" && u.Port() != "443" {
		return Portal{}, false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, p := range all {
		if p.PortalsKnown() {
			if portal, ok = p.portal(host); ok {
				return portal, true
			}
		}
	}
	return Portal{}, false
}

// portal reads a host as a portal of the partition.
func (p Partition) portal(host string) (Portal, bool) {
	first, rest, _ := strings.Cut(host, ".")
	switch wild, any := strings.CutPrefix(p.portals.older, "*."); {
	case host == p.portals.issuer, host == p.portals.older, any && first != "" && rest == wild:
		return Portal{}, true
	case first == "":
		return Portal{}, false
	}
	second, rest, _ := strings.Cut(rest, ".")
	switch third, domain, _ := strings.Cut(rest, "."); {
	case third == "portal" && domain == p.suffix && p.has(second):
		return Portal{Region: second}, true
	case second == "portal" && domain == p.portals.dualStack && p.has(third):
		return Portal{Region: third, DualStack: true}, true
	case first == "start" && rest == p.portals.olderRegional && p.has(second):
		return Portal{}, true // AWS's own tools go by sso_region here
	}
	return Portal{}, false
}

// has reports whether a word is the name of a region of the partition.
func (p Partition) has(region string) bool {
	return IsRegion(region) && OfRegion(region).ID == p.ID
}

// IsAWS reports whether a host is one of AWS's own, be it a portal that is known here or
// not: no company's domain, to be asked where it leads.
func IsAWS(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return below(host, "app.aws") || below(host, "awsapps.com") || below(host, "awsapps.cn") ||
		below(host, "amazonwebservices.com.cn") || below(host, "amazonwebservices.eu") || Answers(host)
}

// PortalsKnown reports whether the hosts of the partition's access portals are published.
func (p Partition) PortalsKnown() bool { return p.portals.issuer != "" }
