package ask

import (
	"os"
	"testing"

	"guise/internal/await"
)

func TestMain(m *testing.M) { os.Exit(await.Main(m)) }
