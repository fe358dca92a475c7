package process

import "runtime/debug"

// CollectLate has this process collect garbage from 64 MiB on, which few commands need: their
// lives are short. Where much more than that is in use, it collects as often as it has to, to
// stay at 256 MiB.
func CollectLate() {
	const percent = 1600 // of the 4 MiB from which Go collects
	debug.SetGCPercent(percent)
	debug.SetMemoryLimit(256 << 20)
}
