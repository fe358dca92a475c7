package loopback

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"
)

// The answers of STS as its XML has them.

type callerIdentity struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string `xml:"Account"`
}

type shownCredentials struct {
	ID      string `xml:"AccessKeyId"`
	Secret  string `xml:"SecretAccessKey"`
	Token   string `xml:"SessionToken"`
	Expires string `xml:"Expiration"`
}

type sessionToken struct {
	Credentials shownCredentials `xml:"Credentials"`
}

type federationToken struct {
	Credentials shownCredentials `xml:"Credentials"`
	User        federatedUser    `xml:"FederatedUser"`
}

type federatedUser struct {
	ID  string `xml:"FederatedUserId"`
	ARN string `xml:"Arn"`
}

type assumedUser struct {
	ARN string `xml:"Arn"`
	ID  string `xml:"AssumedRoleId"`
}

type assumedRole struct {
	Credentials    shownCredentials `xml:"Credentials"`
	User           assumedUser      `xml:"AssumedRoleUser"`
	SourceIdentity string           `xml:"SourceIdentity,omitempty"`
}

func shown(c *credentials) shownCredentials {
	return shownCredentials{c.id, c.secret, c.token, c.expires.Format(time.RFC3339)}
}

// A refusal is AWS's error answer.
type refusal struct {
	status        int
	code, message string
}

func refuse(status int, code, message string) *refusal { return &refusal{status, code, message} }

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

func writeAnswer(w http.ResponseWriter, action, id string, result any) {
	body, err := xml.Marshal(result)
	if err != nil {
		writeRefusal(w, id, refuse(http.StatusInternalServerError, "InternalFailure", err.Error()))
		return
	}
	// Marshal names the root for its Go type; STS names it for the action.
	inner := body[bytes.IndexByte(body, 0x3e)+1 : bytes.LastIndex(body, []byte("</"))]
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, "<%[1]sResponse xmlns=%[2]q><%[1]sResult>%[3]s</%[1]sResult><ResponseMetadata><RequestId>%[4]s</RequestId></ResponseMetadata></%[1]sResponse>", action, stsNamespace, inner, id)
}

func writeRefusal(w http.ResponseWriter, id string, r *refusal) {
	kind := "Sender"
	if r.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	body, _ := xml.Marshal(struct {
		XMLName xml.Name `xml:"ErrorResponse"`
		NS      string   `xml:"xmlns,attr"`
		Type    string   `xml:"Error>Type"`
		Code    string   `xml:"Error>Code"`
		Message string   `xml:"Error>Message"`
		ID      string   `xml:"RequestId"`
	}{NS: stsNamespace, Type: kind, Code: r.code, Message: r.message, ID: id})
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(r.status)
	_, _ = w.Write(body)
}
