package awsapi

import (
	"os"
	"testing"

	"guise/internal/await"
)

// proxyOfTests is the user's. Package net/http looks at the variables once, so that they
// are set for all tests; what listens on 127.0.0.1 is reached without it.
const proxyOfTests = "http://proxy.example:3128"

func TestMain(m *testing.M) {
	for name, value := range map[string]string{"HTTP_PROXY": proxyOfTests, "HTTPS_PROXY": proxyOfTests, "NO_PROXY": "", "no_proxy": ""} {
		_ = os.Setenv(name, value)
	}
	os.Exit(await.Main(m))
}
