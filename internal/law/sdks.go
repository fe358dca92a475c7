//go:build unix

package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// An identity is the ARN of a caller; nobody is an error.
type identity struct{ arn, err string }

func (i identity) String() string {
	if i.arn == "" {
		return "nobody (" + i.err + ")"
	}
	return i.arn
}

// ownName is the session name that an SDK, or guise, makes up where the profile
// has none.
func ownName() *regexp.Regexp {
	return regexp.MustCompile(`/(botocore-session-\d+|aws-go-sdk-\d+|guise-[\w+=,.@-]+|\d{15,})$`)
}

// botocore is one Python process that answers for all profiles.
type botocore struct {
	version string
	in      io.WriteCloser
	out     *bufio.Scanner
	own     *regexp.Regexp
}

//go:embed whoami.py
var whoami string

func startBotocore(python string) (*botocore, error) {
	c := exec.Command(python, "-u", "-c", whoami)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	b := &botocore{in: in, out: bufio.NewScanner(out), own: ownName()}
	b.out.Buffer(nil, 1<<20)
	var hello struct{ Version string }
	if !b.out.Scan() || json.Unmarshal(b.out.Bytes(), &hello) != nil || hello.Version == "" {
		return nil, fmt.Errorf("%s has no botocore", python)
	}
	b.version = hello.Version
	return b, nil
}

// who says as whom botocore calls under a profile.
func (b *botocore) who(f paths, profile string) identity {
	request, _ := json.Marshal(map[string]any{"config": f.config, "credentials": f.credentials, "profile": profile, "own": f.own})
	if _, err := b.in.Write(append(request, '\n')); err != nil || !b.out.Scan() {
		return identity{err: "the Python process is gone"}
	}
	var answer struct{ Arn, Error string }
	if err := json.Unmarshal(b.out.Bytes(), &answer); err != nil {
		return identity{err: err.Error()}
	}
	return identity{b.own.ReplaceAllString(answer.Arn, "/*"), answer.Error}
}

// goSDK is the Go SDK v2, in this process.
type goSDK struct{ own *regexp.Regexp }

func (g goSDK) who(f paths, profile string) identity {
	ctx := context.Background()
	for name, value := range f.own {
		_ = os.Setenv(name, value)
		defer func() { _ = os.Unsetenv(name) }()
	}
	if f.own == nil {
		_ = os.Setenv(noInstance, "true")
		defer func() { _ = os.Unsetenv(noInstance) }()
	}
	loaded, err := config.LoadDefaultConfig(ctx, config.WithSharedConfigProfile(profile), config.WithRetryMaxAttempts(1),
		config.WithSharedConfigFiles([]string{f.config}), config.WithSharedCredentialsFiles([]string{f.credentials}))
	if err != nil {
		return identity{err: err.Error()}
	}
	out, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return identity{err: err.Error()}
	}
	return identity{arn: g.own.ReplaceAllString(aws.ToString(out.Arn), "/*")}
}

// paths of the two files, and the environment in which a machine has something of its own;
// nil: it has nothing.
type paths struct {
	config, credentials string
	own                 map[string]string
}
