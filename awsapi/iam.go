package awsapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"guise/internal/secret"
	"guise/session"
)

// IAM's four operations on a user's own access keys, signed by the SDK's signer.
// The SDK's client for all of IAM is as large as the rest of guise.

// AccessKey is a long-lived key of an IAM user.
type AccessKey struct {
	ID      string
	Active  bool
	Created time.Time
}

// AccessKeys lists the keys of the user whose credentials they are. Errors of these
// four are *session.APIError.
func (c *Client) AccessKeys(ctx context.Context, l session.Link, creds session.Credentials) ([]AccessKey, error) {
	var out struct {
		Keys []struct {
			ID      string    `xml:"AccessKeyId"`
			Status  string    `xml:"Status"`
			Created time.Time `xml:"CreateDate"`
		} `xml:"ListAccessKeysResult>AccessKeyMetadata>member"`
	}
	if err := c.iam(ctx, l, creds, "ListAccessKeys", nil, &out); err != nil {
		return nil, err
	}
	keys := make([]AccessKey, len(out.Keys))
	for i, k := range out.Keys {
		keys[i] = AccessKey{k.ID, k.Status == "Active", k.Created}
	}
	return keys, nil
}

// CreateAccessKey makes another key for the user.
func (c *Client) CreateAccessKey(ctx context.Context, l session.Link, creds session.Credentials) (id string, key secret.Text, err error) {
	var out struct {
		ID     string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
		Secret string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
	}
	if err := c.iam(ctx, l, creds, "CreateAccessKey", nil, &out); err != nil {
		return "", secret.Text{}, err
	}
	if out.ID == "" || out.Secret == "" {
		return "", secret.Text{}, &session.APIError{Op: "CreateAccessKey", Message: "the answer holds no key", Reason: session.Refused}
	}
	return out.ID, secret.New(out.Secret), nil
}

// DeactivateAccessKey makes a key useless, until it is activated again.
func (c *Client) DeactivateAccessKey(ctx context.Context, l session.Link, creds session.Credentials, id string) error {
	return c.iam(ctx, l, creds, "UpdateAccessKey", url.Values{"AccessKeyId": {id}, "Status": {"Inactive"}}, nil)
}

// DeleteAccessKey deletes a key for good.
func (c *Client) DeleteAccessKey(ctx context.Context, l session.Link, creds session.Credentials, id string) error {
	return c.iam(ctx, l, creds, "DeleteAccessKey", url.Values{"AccessKeyId": {id}}, nil)
}

// iamPlace is IAM's one address in a partition, and the region that it signs for.
func iamPlace(region string) (address, signing string) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"
	case strings.HasPrefix(region, "us-gov-"):
		return "https://iam.us-gov.amazonaws.com", "us-gov-west-1"
	}
	return "https://iam.amazonaws.com", "us-east-1"
}

func (c *Client) iam(ctx context.Context, l session.Link, creds session.Credentials, action string, form url.Values, out any) error {
	fail := func(err error) error {
		return unanswered(&session.APIError{Op: action, Message: err.Error(), Reason: session.Refused}, err)
	}
	address, region := iamPlace(c.settings.Region(l))
	if l.Endpoint != "" {
		address = l.Endpoint
	}
	if form == nil {
		form = url.Values{}
	}
	form.Set("Action", action)
	form.Set("Version", "2010-05-08")
	body := form.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(address, "/")+"/", strings.NewReader(body))
	if err != nil {
		return fail(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	request.Header.Set("User-Agent", "guise/"+c.settings.Version)
	sum := sha256.Sum256([]byte(body))
	keys := aws.Credentials{AccessKeyID: creds.AccessKeyID, SecretAccessKey: creds.SecretAccessKey.Reveal(), SessionToken: creds.SessionToken.Reveal()}
	if err := v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(sum[:]), "iam", region, c.settings.Now()); err != nil {
		return fail(err)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, longestREST))
	if err != nil {
		return fail(err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		var refused struct {
			Code    string `xml:"Error>Code"`
			Message string `xml:"Error>Message"`
		}
		if xml.Unmarshal(data, &refused) != nil || refused.Code == "" {
			return fail(errors.New(answer.Status))
		}
		return &session.APIError{Op: action, Code: refused.Code, Message: refused.Message, Reason: reasonOf(refused.Code, refused.Message)}
	}
	if out == nil {
		return nil
	}
	if err := xml.Unmarshal(data, out); err != nil {
		return fail(err)
	}
	return nil
}
