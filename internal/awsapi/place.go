package awsapi

import (
	"net/url"
	"strconv"
	"strings"

	"guise/internal/partition"
	"guise/session"
)

// stsPlace is where STS is called, on behalf of the identity with an ARN.
func (c *Client) stsPlace(at session.Place, arn string) (place, error) {
	at.Region = c.settings.Region(at, arn)
	address, err := c.serviceURL(at, "sts")
	if err != nil {
		return place{}, err
	}
	signing := at.Region
	if at.Endpoint == "" && signing == "aws-global" {
		signing = "us-east-1"
	}
	return place{address, "sts", signing}, nil
}

// iamPlace is IAM's one address in a partition, and the region that it signs for.
func (c *Client) iamPlace(at session.Place) (place, error) {
	p := partition.OfRegion(c.settings.Region(at, ""))
	if at.Endpoint == "" {
		return place{https(p.IAM()), "iam", p.Home}, nil
	}
	address, err := configured("iam", at.Endpoint)
	return place{address, "iam", p.Home}, err
}

// serviceURL is the address of a service in a region: the one configured, or AWS's own.
func (c *Client) serviceURL(at session.Place, name string) (*url.URL, error) {
	switch {
	case strings.ContainsFunc(at.Region, func(c rune) bool { return c <= ' ' || c > '~' }): // it would go into a header
		return nil, &session.APIError{Op: name, Message: "not a region name: " + strconv.Quote(at.Region), Reason: session.NoRegion}
	case at.Endpoint != "":
		return configured(name, at.Endpoint)
	case !partition.IsRegion(at.Region) && at.Region != "aws-global":
		return nil, &session.APIError{Op: name, Message: "not a region name: " + at.Region, Reason: session.NoRegion}
	}
	v := partition.Variant{FIPS: c.settings.FIPS, DualStack: c.settings.DualStack || at.DualStack}
	return https(partition.OfRegion(at.Region).Host(name, at.Region, v)), nil
}

func https(host string) *url.URL { return &url.URL{Scheme: "https", Host: host} }

// configured is an address of the user's.
func configured(service, endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &session.APIError{Op: service, Message: "not an address: " + endpoint, Reason: session.Refused}
	}
	return u, nil
}
