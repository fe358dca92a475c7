package awsapi

import "strings"

// RegionNamed returns the name of a region that guise knows, by that name or by the short
// form that AWS has for it, such as euw1 or apse2. Not ok: guise knows none.
func RegionNamed(text string) (name string, ok bool) {
	for _, r := range Regions {
		if text == r.Name || text == r.Short() {
			return r.Name, true
		}
	}
	return "", false
}

// RegionNames are those of Regions.
func RegionNames() []string {
	names := make([]string, len(Regions))
	for i, r := range Regions {
		names[i] = r.Name
	}
	return names
}

// Short is a region's name with the first letters of what it says of the direction.
func (r Region) Short() string {
	letters := strings.NewReplacer("-", "", "north", "n", "south", "s", "east", "e", "west", "w", "central", "c")
	return letters.Replace(r.Name)
}

// A Region is its name and where it is.
type Region struct{ Name, Place string }

// Regions are those of the public AWS partitions, by the documentation of
// AWS Regions (2026).
var Regions = []Region{
	{"us-east-1", "N. Virginia"},
	{"us-east-2", "Ohio"},
	{"us-west-1", "N. California"},
	{"us-west-2", "Oregon"},
	{"af-south-1", "Cape Town"},
	{"ap-east-1", "Hong Kong"},
	{"ap-east-2", "Taipei"},
	{"ap-northeast-1", "Tokyo"},
	{"ap-northeast-2", "Seoul"},
	{"ap-northeast-3", "Osaka"},
	{"ap-south-1", "Mumbai"},
	{"ap-south-2", "Hyderabad"},
	{"ap-southeast-1", "Singapore"},
	{"ap-southeast-2", "Sydney"},
	{"ap-southeast-3", "Jakarta"},
	{"ap-southeast-4", "Melbourne"},
	{"ap-southeast-5", "Malaysia"},
	{"ap-southeast-6", "New Zealand"},
	{"ap-southeast-7", "Thailand"},
	{"ca-central-1", "Montreal"},
	{"ca-west-1", "Calgary"},
	{"eu-central-1", "Frankfurt"},
	{"eu-central-2", "Zurich"},
	{"eu-north-1", "Stockholm"},
	{"eu-south-1", "Milan"},
	{"eu-south-2", "Spain"},
	{"eu-west-1", "Ireland"},
	{"eu-west-2", "London"},
	{"eu-west-3", "Paris"},
	{"eusc-de-east-1", "Brandenburg"},
	{"il-central-1", "Tel Aviv"},
	{"me-central-1", "UAE"},
	{"me-south-1", "Bahrain"},
	{"mx-central-1", "Mexico"},
	{"sa-east-1", "São Paulo"},
	{"us-gov-east-1", "GovCloud East"},
	{"us-gov-west-1", "GovCloud West"},
	{"cn-north-1", "Beijing"},
	{"cn-northwest-1", "Ningxia"},
}

// A Service is a name that people have for a page of the console, where the path is
// another. The console itself has no name.
type Service struct{ Name, Path string }

// Services are those that guise knows.
var Services = []Service{
	{"", "console/home"},
	{"apigw", "apigateway/main/apis"},
	{"cfn", "cloudformation/home"},
	{"cloudfront", "cloudfront/v4/home"},
	{"codebuild", "codesuite/codebuild/home"},
	{"codepipeline", "codesuite/codepipeline/home"},
	{"cw", "cloudwatch/home"},
	{"ddb", "dynamodbv2/home"},
	{"dynamodb", "dynamodbv2/home"},
	{"ecr", "ecr/repositories"},
	{"ecs", "ecs/v2/home"},
	{"eks", "eks/home"},
	{"iam", "iam/home"},
	{"kms", "kms/home"},
	{"lambda", "lambda/home"},
	{"logs", "cloudwatch/home#logsV2:log-groups"},
	{"r53", "route53/v2/home"},
	{"route53", "route53/v2/home"},
	{"rds", "rds/home"},
	{"s3", "s3/home"},
	{"sfn", "states/home"},
	{"ec2", "ec2/home"},
	{"sm", "secretsmanager/landing"},
	{"secretsmanager", "secretsmanager/landing"},
	{"sns", "sns/v3/home"},
	{"sqs", "sqs/v3/home"},
	{"sso", "singlesignon/home"},
	{"ssm", "systems-manager/home"},
	{"vpc", "vpcconsole/home"},
	{"billing", "costmanagement/home"},
	{"athena", "athena/home"},
	{"glue", "glue/home"},
	{"organizations", "organizations/v2/home"},
}

// ServicePage is the path of a service's page in the console.
func ServicePage(name string) string {
	for _, s := range Services {
		if strings.EqualFold(s.Name, name) {
			return s.Path
		}
	}
	return strings.Trim(name, "/") + "/home"
}
