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

// IAM is the service as the user whose credentials they are: its four operations on
// that user's own access keys. Their errors are *session.APIError.
type IAM struct {
	client *Client
	at     session.Place
	creds  session.Credentials
}

// IAM is the service for a user.
func (c *Client) IAM(at session.Place, creds session.Credentials) IAM { return IAM{c, at, creds} }

// AccessKey is a long-lived key of an IAM user.
type AccessKey struct {
	ID      string
	Active  bool
	Created time.Time
}

// AccessKeys lists the user's keys.
func (i IAM) AccessKeys(ctx context.Context) ([]AccessKey, error) {
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
	err := i.do(ctx, query{op: "ListAccessKeys"}, &out, func(r reply) error {
		if out.Result == nil {
			return answer.Missing("AccessKeyMetadata")
		}
		keys = make([]AccessKey, len(out.Result.Keys))
		f := r.from.Fields()
		for n, k := range out.Result.Keys {
			created, err := answer.Time("CreateDate", k.Created)
			if err != nil {
				return err
			}
			keys[n] = AccessKey{f.KeyID("AccessKeyId", k.ID), k.Status == "Active", created}
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
func (i IAM) CreateAccessKey(ctx context.Context) (id string, key secret.Text, err error) {
	var out struct {
		ID     string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
		Secret string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
	}
	var made answer.Keys
	err = i.do(ctx, query{op: "CreateAccessKey", once: true}, &out, func(r reply) (err error) {
		made, err = r.from.Keys(answer.Keys{ID: out.ID, Secret: secret.New(out.Secret)}, r.now)
		return err
	})
	if err != nil {
		return "", secret.Text{}, err
	}
	return made.ID, made.Secret, nil
}

// DeactivateAccessKey makes a key useless, until it is activated again.
func (i IAM) DeactivateAccessKey(ctx context.Context, id string) error {
	return i.change(ctx, query{op: "UpdateAccessKey", form: url.Values{"AccessKeyId": {id}, "Status": {"Inactive"}}})
}

// DeleteAccessKey deletes a key for good. That AWS knows no such key is a success:
// it is gone, perhaps by a first attempt whose answer was lost.
func (i IAM) DeleteAccessKey(ctx context.Context, id string) error {
	err := i.change(ctx, query{op: "DeleteAccessKey", form: url.Values{"AccessKeyId": {id}}})
	if refused, ok := errors.AsType[*session.APIError](err); ok && refused.Code == "NoSuchEntity" {
		return nil
	}
	return err
}

// change makes a call whose answer has no result. That it is done is proved by the
// response element, which no other than IAM writes.
func (i IAM) change(ctx context.Context, q query) error {
	var none struct{}
	return i.do(ctx, q, &none, func(reply) error { return nil })
}

func (i IAM) do(ctx context.Context, q query, out any, check func(reply) error) (err error) {
	q.version, q.keys = "2010-05-08", &i.creds
	if q.at, err = i.client.iamPlace(i.at); err != nil {
		return err
	}
	_, err = i.client.query(ctx, q, out, check)
	return err
}
