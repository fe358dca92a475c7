package ask

import "os"

func removeAtHangup(path string) (done func()) { return func() { _ = os.Remove(path) } }
