package loopback

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A DynamoDB with one table in each account, for calls that read and calls that write: what
// a session may do is seen here. The table is called demo, and its key is a text, id.

const (
	dynamoTarget = "DynamoDB_20120810."
	// Table is the name of the table that every account has.
	Table = "demo"
)

// dynamoCall is a call of the service: what is in it depends on the operation.
type dynamoCall struct {
	TableName string
	Key, Item map[string]map[string]any
}

// dynamo answers an operation of the service.
func (a *AWS) dynamo(r *http.Request, body []byte) (any, *refusal) {
	caller, refused := a.verify(r, body, "dynamodb")
	if refused != nil {
		return nil, asJSON(refused)
	}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), dynamoTarget)
	var call dynamoCall
	if err := json.Unmarshal(body, &call); err != nil {
		return nil, refuse(http.StatusBadRequest, "SerializationException", "Unexpected input")
	}
	region := strings.Split(authorization(r.Header.Get("Authorization"))["Credential"], "/")[2]
	resource := "arn:aws:dynamodb:" + region + ":" + caller.account() + ":table/" + call.TableName
	if operation == "ListTables" {
		resource = strings.TrimSuffix(resource, call.TableName) + "*"
	}
	if refused := caller.mayNot("dynamodb:"+operation, resource); refused != nil {
		return nil, asJSON(refused)
	}
	if operation == "ListTables" {
		return map[string]any{"TableNames": []string{Table}}, nil
	}
	if call.TableName != Table {
		return nil, refuse(http.StatusBadRequest, "ResourceNotFoundException", "Requested resource not found")
	}
	table := a.tables[caller.account()]
	if table == nil {
		table = map[string]map[string]map[string]any{}
		a.tables[caller.account()] = table
	}
	key, keyed := call.Key["id"]["S"].(string)
	switch operation {
	case "PutItem":
		if key, keyed = call.Item["id"]["S"].(string); keyed {
			table[key] = call.Item
			return map[string]any{}, nil
		}
	case "GetItem":
		if item, there := table[key]; there {
			return map[string]any{"Item": item}, nil
		} else if keyed {
			return map[string]any{}, nil
		}
	case "DeleteItem":
		if keyed {
			delete(table, key)
			return map[string]any{}, nil
		}
	default:
		return nil, refuse(http.StatusBadRequest, "UnknownOperationException", "")
	}
	return nil, refuse(http.StatusBadRequest, "ValidationException", "The provided key element does not match the schema")
}

// asJSON is a refusal as the services that speak JSON name it.
func asJSON(r *refusal) *refusal {
	names := map[string]string{
		"AccessDenied": "AccessDeniedException", "InvalidClientTokenId": "UnrecognizedClientException", "ExpiredToken": "ExpiredTokenException",
		"SignatureDoesNotMatch": "InvalidSignatureException", "MissingAuthenticationToken": "MissingAuthenticationTokenException",
		"IncompleteSignature": "IncompleteSignatureException",
	}
	if name, ok := names[r.code]; ok {
		return refuse(http.StatusBadRequest, name, r.message)
	}
	return r
}
