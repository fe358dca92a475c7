package awsapi

import (
	"context"
	"errors"
	"net/url"
	"time"

	"guise/internal/answer"
	"guise/internal/secret"
	"guise/session"
)

// IAM's four operations on a user's own access keys.

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
		Result *struct {
			Keys []struct {
				ID      string `xml:"AccessKeyId"`
				Status  string
				Created string `xml:"CreateDate"`
			} `xml:"AccessKeyMetadata>member"`
		} `xml:"ListAccessKeysResult"`
	}
	var keys []AccessKey
	err := c.iam(ctx, l, query{op: "ListAccessKeys", keys: &creds}, &out, func(r reply) error {
		if out.Result == nil {
			return answer.Missing("AccessKeyMetadata")
		}
		keys = make([]AccessKey, len(out.Result.Keys))
		f := r.from.Fields()
		for i, k := range out.Result.Keys {
			created, err := answer.Time("CreateDate", k.Created)
			if err != nil {
				return err
			}
			keys[i] = AccessKey{f.KeyID("AccessKeyId", k.ID), k.Status == "Active", created}
		}
		return f.Err()
	})
	if err != nil {
		return nil, err
	}
	return keys, nil
}

// CreateAccessKey makes another key for the user. Where it is not clear whether AWS
// has made one, it is not asked again.
func (c *Client) CreateAccessKey(ctx context.Context, l session.Link, creds session.Credentials) (id string, key secret.Text, err error) {
	var out struct {
		ID     string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
		Secret string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
	}
	var made answer.Keys
	err = c.iam(ctx, l, query{op: "CreateAccessKey", keys: &creds, once: true}, &out, func(r reply) (err error) {
		made, err = r.from.Keys(answer.Keys{ID: out.ID, Secret: secret.New(out.Secret)}, r.now)
		return err
	})
	if err != nil {
		return "", secret.Text{}, err
	}
	return made.ID, made.Secret, nil
}

// DeactivateAccessKey makes a key useless, until it is activated again.
func (c *Client) DeactivateAccessKey(ctx context.Context, l session.Link, creds session.Credentials, id string) error {
	return c.change(ctx, l, query{op: "UpdateAccessKey", keys: &creds, form: url.Values{"AccessKeyId": {id}, "Status": {"Inactive"}}})
}

// DeleteAccessKey deletes a key for good. That AWS knows no such key is a success:
// it is gone, perhaps by a first attempt whose answer was lost.
func (c *Client) DeleteAccessKey(ctx context.Context, l session.Link, creds session.Credentials, id string) error {
	err := c.change(ctx, l, query{op: "DeleteAccessKey", keys: &creds, form: url.Values{"AccessKeyId": {id}}})
	if refused, ok := errors.AsType[*session.APIError](err); ok && refused.Code == "NoSuchEntity" {
		return nil
	}
	return err
}

// change makes a call whose answer has no result. That it is done is proved by the
// response element, which no other than IAM writes.
func (c *Client) change(ctx context.Context, l session.Link, q query) error {
	var none struct{}
	return c.iam(ctx, l, q, &none, func(reply) error { return nil })
}

func (c *Client) iam(ctx context.Context, l session.Link, q query, out any, check func(reply) error) (err error) {
	q.version = "2010-05-08"
	if q.at, err = c.iamPlace(l); err != nil {
		return err
	}
	_, err = c.query(ctx, q, out, check)
	return err
}
