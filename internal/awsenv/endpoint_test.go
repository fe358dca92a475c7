package awsenv

import (
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
)

// TestEndpoint: the order of the SDKs, from the environment's own for a service to the
// profile's for all.
func TestEndpoint(t *testing.T) {
	f := configtest.Files(t, "[profile p]\nservices = s\nendpoint_url = http://profile\n[services s]\nsts =\n  endpoint_url = http://section\n")
	p, err := f.Profile("p")
	if err != nil {
		t.Fatal(err)
	}
	services, _ := f.Services("s")
	env := map[string]string{"AWS_ENDPOINT_URL_STS": "http://service", "AWS_ENDPOINT_URL": "http://all"}
	is := func(service, want string) {
		t.Helper()
		if got := Endpoint(func(name string) string { return env[name] }, p, services, service); got != want {
			t.Errorf("%s, %v: %q, want %q", service, env, got, want)
		}
	}
	is("sts", "http://service")
	is("iam", "http://all")
	delete(env, "AWS_ENDPOINT_URL_STS")
	is("sts", "http://all")
	delete(env, "AWS_ENDPOINT_URL")
	is("sts", "http://section")
	is("iam", "http://profile")
	services = awsconfig.Profile{}
	is("sts", "http://profile")
	env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
	is("sts", "")
}
