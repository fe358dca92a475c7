package loopback

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// dynamo makes a call of DynamoDB, and returns the code and the words of a refusal.
func dynamo(t *testing.T, s *Server, keys aws.Credentials, operation, body string) (answer map[string]any, code string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", dynamoTarget+operation)
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(sum[:]), "dynamodb", "eu-west-1", s.aws.now()); err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	data, err := io.ReadAll(got.Body)
	if err != nil || json.Unmarshal(data, &answer) != nil {
		t.Fatalf("%s %v", data, err)
	}
	return answer, got.Header.Get("X-Amzn-Errortype")
}

const (
	put  = `{"TableName":"demo","Item":{"id":{"S":"1"},"text":{"S":"secret"}}}`
	get  = `{"TableName":"demo","Key":{"id":{"S":"1"}}}`
	read = "arn:aws:iam::aws:policy/ReadOnlyAccess"
)

func keysOf(c *types.Credentials) aws.Credentials {
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}
}

// TestTable: who may do everything reads what it has written, and nothing that is not there.
func TestTable(t *testing.T) {
	_, me, s := world(t)
	own := aws.Credentials{AccessKeyID: me.AccessKeyID, SecretAccessKey: me.SecretAccessKey}
	if got, code := dynamo(t, s, own, "GetItem", get); code != "" || got["Item"] != nil {
		t.Errorf("%v %s", got, code)
	}
	if _, code := dynamo(t, s, own, "PutItem", put); code != "" {
		t.Error(code)
	}
	if got, code := dynamo(t, s, own, "GetItem", get); code != "" || !strings.Contains(text(got), `"secret"`) {
		t.Errorf("%v %s", got, code)
	}
	if got, code := dynamo(t, s, own, "ListTables", "{}"); code != "" || text(got) != `{"TableNames":["demo"]}` {
		t.Errorf("%v %s", got, code)
	}
	if _, code := dynamo(t, s, own, "DeleteItem", get); code != "" {
		t.Error(code)
	}
	if got, code := dynamo(t, s, own, "GetItem", get); code != "" || got["Item"] != nil {
		t.Errorf("%v %s", got, code)
	}
	for operation, c := range map[string]struct{ body, code string }{
		"Query":   {get, "UnknownOperationException"},
		"GetItem": {`{"TableName":"other"}`, "ResourceNotFoundException"},
		"PutItem": {`{"TableName":"demo","Item":{"id":{"N":"1"}}}`, "ValidationException"},
	} {
		if _, code := dynamo(t, s, own, operation, c.body); code != c.code {
			t.Errorf("%s: %s", operation, code)
		}
	}
	own.SecretAccessKey += "x"
	if _, code := dynamo(t, s, own, "ListTables", "{}"); code != "InvalidSignatureException" {
		t.Error(code)
	}
}

func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// TestSessionPolicies: a session does what its policies allow together, and no more; what
// is denied in one of them it does not.
func TestSessionPolicies(t *testing.T) {
	_, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	const puts = `{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Action":"dynamodb:putitem","Resource":["arn:aws:dynamodb:*:222222222222:table/d?mo"]}]}`
	const denies = `{"Statement":{"Effect":"Deny","Action":["dynamodb:Get*"],"Resource":"*"}}`
	for name, want := range map[string]struct {
		policy             string
		arns               []string
		mayRead, mayWrite  bool
		mayAssume, mayList bool
	}{
		"none":            {mayRead: true, mayWrite: true, mayAssume: true, mayList: true},
		"read-only":       {arns: []string{read}, mayRead: true, mayList: true},
		"inline":          {policy: puts, mayWrite: true},
		"both, united":    {policy: puts, arns: []string{read}, mayRead: true, mayWrite: true, mayList: true},
		"a deny":          {policy: denies, arns: []string{read}, mayList: true},
		"another service": {arns: []string{"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}},
		"everything":      {arns: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}, mayRead: true, mayWrite: true, mayAssume: true, mayList: true},
	} {
		in := sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))}
		if want.policy != "" {
			in.Policy = &want.policy
		}
		for i := range want.arns {
			in.PolicyArns = append(in.PolicyArns, types.PolicyDescriptorType{Arn: &want.arns[i]})
		}
		out, err := assume(t, c, in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		keys := keysOf(out.Credentials)
		for operation, may := range map[string]bool{"PutItem": want.mayWrite, "GetItem": want.mayRead, "ListTables": want.mayList} {
			got, code := dynamo(t, s, keys, operation, map[string]string{"PutItem": put, "GetItem": get, "ListTables": "{}"}[operation])
			if may == (code == "AccessDeniedException") || code != "" && code != "AccessDeniedException" || !may && !strings.Contains(got["message"].(string), "session policy") {
				t.Errorf("%s: %s: %s %v", name, operation, code, got)
			}
		}
		if _, err := as(s, out.Credentials).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := assume(t, as(s, out.Credentials), sts.AssumeRoleInput{RoleArn: aws.String(roleARN("chained"))}); (err == nil) != want.mayAssume {
			t.Errorf("%s: assuming another role: %v", name, err)
		}
	}
}

// TestPoliciesRefused: what STS does not take as a session policy.
func TestPoliciesRefused(t *testing.T) {
	_, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	random := strings.NewReplacer("/", "", "+", "", "=", "").Replace(randomSecret(1300))
	for policy, code := range map[string]string{
		"x": "MalformedPolicyDocument", "{}": "MalformedPolicyDocument", `{"Statement":[]}`: "MalformedPolicyDocument",
		`{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}`:                "MalformedPolicyDocument",
		`{"Statement":{"Effect":"Allow","Action":"*"}}`:                               "MalformedPolicyDocument",
		`{"Statement":{"Effect":"Allow","NotAction":"*","Resource":"*"}}`:             "MalformedPolicyDocument",
		strings.Repeat(" ", 2049):                                                     "ValidationError",
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"` + random + `"}}`:   "PackedPolicyTooLarge",
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}` + `{"more":1}`: "MalformedPolicyDocument",
	} {
		_, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), Policy: &policy})
		wantCode(t, err, code, "")
	}
	many := make([]types.PolicyDescriptorType, 11)
	for i := range many {
		many[i].Arn = aws.String(read)
	}
	_, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), PolicyArns: many})
	wantCode(t, err, "ValidationError", "less than or equal to 10")
	for _, arn := range []string{"arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/None"} {
		_, err = assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), PolicyArns: []types.PolicyDescriptorType{{Arn: &arn}}})
		wantCode(t, err, "MalformedPolicyDocument", arn)
	}
}

// TestFederationToken: the session of a user that its policies narrow, and what it cannot do
// whatever they say.
func TestFederationToken(t *testing.T) {
	_, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	federate := func(c *sts.Client, change func(*sts.GetFederationTokenInput)) (*sts.GetFederationTokenOutput, error) {
		in := sts.GetFederationTokenInput{Name: aws.String("guise-me"), PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}}}
		if change != nil {
			change(&in)
		}
		return c.GetFederationToken(t.Context(), &in)
	}
	out, err := federate(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if left := out.Credentials.Expiration.Sub(s.aws.now()); left > 12*time.Hour || left < 12*time.Hour-time.Minute {
		t.Errorf("lasts %s unasked", left)
	}
	fed := as(s, out.Credentials)
	if who, err := fed.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil || *who.Arn != "arn:aws:sts::111111111111:federated-user/guise-me" {
		t.Errorf("%+v %v", who, err)
	}
	if _, code := dynamo(t, s, keysOf(out.Credentials), "PutItem", put); code != "" {
		t.Error(code)
	}
	_, err = federate(fed, nil)
	wantCode(t, err, "AccessDenied", "session credentials")
	_, err = fed.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	wantCode(t, err, "AccessDenied", "session credentials")
	_, err = assume(t, fed, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))})
	wantCode(t, err, "AccessDenied", "")
	session, err := c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = federate(as(s, session.Credentials), nil)
	wantCode(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	for _, change := range []func(*sts.GetFederationTokenInput){
		func(in *sts.GetFederationTokenInput) { in.Name = aws.String("x") },
		func(in *sts.GetFederationTokenInput) { in.Name = aws.String(strings.Repeat("x", 33)) },
		func(in *sts.GetFederationTokenInput) { in.Name = aws.String("a b") },
		func(in *sts.GetFederationTokenInput) { in.DurationSeconds = aws.Int32(899) },
		func(in *sts.GetFederationTokenInput) { in.DurationSeconds = aws.Int32(129601) },
	} {
		_, err := federate(c, change)
		wantCode(t, err, "ValidationError", "")
	}
	out, err = federate(c, func(in *sts.GetFederationTokenInput) { in.PolicyArns = nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, code := dynamo(t, s, keysOf(out.Credentials), "ListTables", "{}"); code != "AccessDeniedException" {
		t.Errorf("without policies it may do nothing: %q", code)
	}
}
