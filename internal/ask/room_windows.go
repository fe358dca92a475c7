package ask

import (
	"errors"
	"os"
)

// There are no pending requests on Windows: nothing there shows a request, and no file
// tells by itself that its process is gone.

var errNoRoom = errors.New("there are no pending requests on Windows")

func claim(string) (*os.File, error) { return nil, errNoRoom }

type pipe struct{}

func openPipe(string) (pipe, error) { return pipe{}, errNoRoom }

// Read returns nothing.
func (pipe) Read([]byte) (int, error) { return 0, errNoRoom }

// Close does nothing.
func (pipe) Close() error { return nil }

func writePipe(string) (*os.File, error) { return nil, errNoRoom }

// OurSession: there is no such thing here.
func OurSession() int { return 0 }

// OurJob: there are no jobs here.
func OurJob() int { return 0 }

// Tell: a console has no foreground program that the question could not be asked beside.
func Tell(string) {}
