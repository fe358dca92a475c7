// Command gov1 is a client on the AWS SDK for Go v1, as Packer, rclone and many
// older programs are. It is a module of its own, so that guise does not depend on
// an SDK that AWS no longer maintains.
//
//	gov1 calls N    calls GetCallerIdentity N times in one session, and prints
//	                the ARN and the access key id that signed each call
//	gov1 default N  the same in a session with default options
//	gov1 limit SECONDS COMMAND
//	                asks a credential process, as this SDK does, for so long at most
//
// The default options of this SDK do not read ~/.aws/config: it needs
// AWS_SDK_LOAD_CONFIG=1, or a session made as here. It does not read
// AWS_ENDPOINT_URL either: the program hands it over.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials/processcreds"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gov1:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	switch {
	case len(words) == 3 && words[0] == "limit":
		seconds, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		return limit(time.Duration(seconds)*time.Second, words[2])
	case len(words) == 2 && (words[0] == "calls" || words[0] == "default"):
		n, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		shared := session.SharedConfigEnable
		if words[0] == "default" {
			shared = session.SharedConfigStateFromEnv
		}
		return calls(n, shared)
	}
	return fmt.Errorf("usage: gov1 calls|default N | limit SECONDS COMMAND")
}

// limit has the SDK start a command, with another limit than its minute.
func limit(d time.Duration, command string) error {
	key, err := processcreds.NewCredentials(command, func(p *processcreds.ProcessProvider) { p.Timeout = d }).Get()
	if err != nil {
		return err
	}
	fmt.Println(key.AccessKeyID)
	return nil
}

func calls(n int, shared session.SharedConfigState) error {
	config := aws.Config{Region: aws.String(region())}
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		config.Endpoint = aws.String(url)
	}
	sess, err := session.NewSessionWithOptions(session.Options{SharedConfigState: shared, Config: config})
	if err != nil {
		return err
	}
	client := sts.New(sess)
	for range n {
		who, err := client.GetCallerIdentity(&sts.GetCallerIdentityInput{})
		if err != nil {
			return err
		}
		key, err := client.Config.Credentials.Get()
		if err != nil {
			return err
		}
		fmt.Println(aws.StringValue(who.Arn), key.AccessKeyID)
	}
	return nil
}

func region() string {
	if region := os.Getenv("AWS_REGION"); region != "" {
		return region
	}
	return "us-east-1"
}
