package loopback

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The access keys of a user, as IAM has them: at most two, each active or not.

type accessKey struct {
	UserName string `xml:"UserName"`
	ID       string `xml:"AccessKeyId"`
	Status   string `xml:"Status"`
	Secret   string `xml:"SecretAccessKey,omitempty"`
	Created  string `xml:"CreateDate"`
}

type createdKey struct {
	Key accessKey `xml:"AccessKey"`
}

type listedKeys struct {
	Keys      []accessKey `xml:"AccessKeyMetadata>member"`
	Truncated bool        `xml:"IsTruncated"`
}

// done is the answer of what gives none.
type done struct{}

func isIAM(action string) bool {
	return strings.HasSuffix(action, "AccessKey") || action == "ListAccessKeys"
}

// iam answers an action of IAM. The caller holds the lock.
func (a *AWS) iam(action string, form url.Values, caller *credentials) (any, *refusal) {
	if caller.user != nil && !caller.expires.IsZero() && caller.mfaAt.IsZero() { // by GetFederationToken, or GetSessionToken without MFA
		return nil, refuse(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid")
	}
	if caller.user == nil {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "only users have access keys here")
	}
	if caller.user.MFASerial != "" && caller.mfaAt.IsZero() && !caller.user.KeysWithoutMFA {
		return nil, refuse(http.StatusForbidden, "AccessDenied", "User: "+caller.arn()+" is not authorized to perform: iam:"+action+" with an explicit deny (no MFA)")
	}
	var own []*credentials
	for _, c := range a.keys {
		if c.user != nil && c.expires.IsZero() && c.user.ARN() == caller.user.ARN() {
			own = append(own, c)
		}
	}
	slices.SortFunc(own, func(x, y *credentials) int { return strings.Compare(x.id, y.id) })
	i := slices.IndexFunc(own, func(c *credentials) bool { return c.id == form.Get("AccessKeyId") })
	switch action {
	case "ListAccessKeys":
		var list listedKeys
		for _, c := range own {
			list.Keys = append(list.Keys, keyOf(c, ""))
		}
		return list, nil
	case "CreateAccessKey":
		if len(own) >= 2 {
			return nil, refuse(http.StatusConflict, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
		}
		made := &credentials{id: "AKIA" + random(16), secret: randomSecret(30), user: caller.user, created: a.clock()}
		a.keys[made.id] = made
		a.made = append(a.made, made.secret)
		return createdKey{keyOf(made, made.secret)}, nil
	}
	if i < 0 {
		return nil, refuse(http.StatusNotFound, "NoSuchEntity", "The Access Key with id "+form.Get("AccessKeyId")+" cannot be found.")
	}
	switch action {
	case "UpdateAccessKey":
		own[i].inactive = form.Get("Status") == "Inactive"
		return done{}, nil
	case "DeleteAccessKey":
		delete(a.keys, own[i].id)
		return done{}, nil
	}
	return nil, refuse(http.StatusBadRequest, "InvalidAction", action)
}

func keyOf(c *credentials, secret string) accessKey {
	status := "Active"
	if c.inactive {
		status = "Inactive"
	}
	return accessKey{c.user.Name, c.id, status, secret, c.created.UTC().Format(time.RFC3339)}
}

// KeysOf returns the ids of a user's access keys and whether each is active.
func (a *AWS) KeysOf(arn string) map[string]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	keys := map[string]bool{}
	for id, c := range a.keys {
		if c.user != nil && c.expires.IsZero() && c.user.ARN() == arn {
			keys[id] = !c.inactive
		}
	}
	return keys
}
