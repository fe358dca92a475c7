package awsapi

import "testing"

// TestConsolePage: a service's page in a region, or an address of the console.
func TestConsolePage(t *testing.T) {
	for _, c := range []struct{ region, service, destination, want string }{
		{"eu-west-1", "", "", "https://console.aws.amazon.com/console/home?region=eu-west-1"},
		{"cn-north-1", "s3", "", "https://console.amazonaws.cn/s3/home?region=cn-north-1"},
		{"eu-west-1", "quite/new", "", "https://console.aws.amazon.com/quite/new/home?region=eu-west-1"},
		{"eu-west-1", "", "https://eu-west-1.console.aws.amazon.com/x", "https://eu-west-1.console.aws.amazon.com/x"},
		{"eusc-de-east-1", "s3", "", "https://eusc-de-east-1.console.amazonaws-eusc.eu/s3/home?region=eusc-de-east-1"},
		{"us-iso-east-1", "s3", "", ""}, // nobody says where
		{"us-iso-east-1", "", "https://console.example/s3", "https://console.example/s3"},
		{"nowhere", "", "", ""},
		{"eu-west-1", "s3?x=1", "", ""},
		{"eu-west-1", "s3", "https://example.com", ""},
		{"eu-west-1", "", "http://example.com", ""},
		{"eu-west-1", "", "https:///x", ""},
	} {
		if got, err := ConsolePage(c.region, c.service, c.destination); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
}
