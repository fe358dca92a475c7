// Command guise switches a terminal between AWS profiles and hands SDKs the
// short-lived credentials behind them.
package main

import (
	"os"

	"guise/cmd"
)

func main() { os.Exit(cmd.Main(cmd.Here())) }
