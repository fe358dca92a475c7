package signin

import (
	"context"
	"net/url"

	"guise/internal/partition"
	"guise/session"
)

// Start URLs. What is written in sso_start_url names an IAM Identity Center in one of
// these ways, and remains the name under which its tokens are kept, as it is in the AWS
// CLI's files:
//
//   - an access portal of AWS's whose host tells the region: that region counts, also
//     where sso_region says another or is not there (AWS's own tools do the same where
//     they resolve one: SSOEndpointResolver of the SDK for .NET). Where the host is a
//     dual-stack one, so are the sign-in service and the portal's API that are called: a
//     sign-in that begins at the other family's is refused (aws/aws-cli 10507);
//   - a portal whose host does not: in sso_region;
//   - an address at a company's own domain: at each sign-in it is asked where it leads.
//     The region may be another one each time, so that a company can move its people to
//     another region by DNS; a token is renewed and used where it was given.
//
// Only AWS's own hosts are ever sent a registration, a code or a token, whatever a
// redirect says: it chooses among regions.

// isLed reports whether a start URL is at a company's own domain.
func isLed(l session.Link) bool {
	u, err := url.Parse(l.StartURL)
	if err != nil || u.Scheme != "https" || l.Endpoint != "" || partition.IsAWS(u.Hostname()) {
		return false
	}
	// The hosts of the iso partitions' portals are not published: what is written is one.
	return l.Region == "" || partition.OfRegion(l.Region).PortalsKnown()
}

// portal is the link at the portal that its start URL leads to.
func (s *SSO) portal(ctx context.Context, l session.Link) (session.Link, error) {
	if !isLed(l) {
		return l, nil
	}
	led, err := s.Center.LeadsTo(ctx, l.StartURL)
	switch {
	case err != nil:
		return l, err
	case led != "":
		l.StartURL = led
		if u, err := url.Parse(led); err == nil {
			if portal, _ := partition.PortalAt(u); portal.Region != "" {
				l.Region, l.DualStack = portal.Region, portal.DualStack
			}
		}
	}
	if l.Region == "" {
		return l, &session.SettingError{Profile: l.Profile, Key: "sso_region", Why: l.StartURL + " does not tell the region of the IAM Identity Center"}
	}
	return l, nil
}
