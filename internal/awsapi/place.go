package awsapi

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guise/session"
)

// stsPlace is where STS is called, on behalf of the identity with an ARN.
func (c *Client) stsPlace(ctx context.Context, at session.Place, arn string) (place, error) {
	at.Region = c.settings.Region(at, arn)
	address, err := c.serviceURL(ctx, at, "sts")
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
	region := c.settings.Region(at, "")
	host, signing := "iam.amazonaws.com", "us-east-1"
	switch {
	case strings.HasPrefix(region, "cn-"):
		host, signing = "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		host, signing = "iam.us-gov.amazonaws.com", "us-gov-west-1"
	}
	if at.Endpoint == "" {
		return place{&url.URL{Scheme: "https", Host: host}, "iam", signing}, nil
	}
	address, err := configured("iam", at.Endpoint)
	return place{address, "iam", signing}, err
}

// serviceURL is the address of a service: the one configured, or AWS's own, which
// is that of STS in the region with another name before it ("oidc", "portal.sso").
func (c *Client) serviceURL(ctx context.Context, at session.Place, name string) (*url.URL, error) {
	if at.Endpoint != "" {
		return configured(name, at.Endpoint)
	}
	endpoint, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{
		Region: &at.Region, UseFIPS: aws.Bool(c.settings.FIPS), UseDualStack: aws.Bool(c.settings.DualStack), UseGlobalEndpoint: aws.Bool(false),
	})
	if err != nil {
		return nil, &session.APIError{Op: name, Message: err.Error(), Reason: session.Refused}
	}
	u := endpoint.URI
	u.Host = name + strings.TrimPrefix(u.Host, "sts")
	return &u, nil
}

// configured is an address of the user's.
func configured(service, endpoint string) (*url.URL, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &session.APIError{Op: service, Message: "not an address: " + endpoint, Reason: session.Refused}
	}
	return u, nil
}

// consoleHost is where a partition's console has its sign-in: "AWS sign-in
// endpoints and quotas" in the AWS general reference.
func consoleHost(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "signin.amazonaws.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "signin.amazonaws-us-gov.com"
	}
	return "signin.aws.amazon.com"
}
