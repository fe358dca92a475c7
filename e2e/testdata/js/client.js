// A client on the AWS SDKs for JavaScript, as the CDK (v3) and Serverless (v2) are:
//
//     node client.js v3|v2 calls N
//
// calls GetCallerIdentity N times by one client, and prints the ARN and the access
// key id that signed each call. Neither version is told a region or an endpoint
// other than by the environment; v2 does not read AWS_ENDPOINT_URL.
"use strict";

async function v3(calls) {
  const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
  const client = new STSClient({});
  for (let i = 0; i < calls; i++) {
    const who = await client.send(new GetCallerIdentityCommand({}));
    console.log(who.Arn, (await client.config.credentials()).accessKeyId);
  }
}

async function v2(calls) {
  process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
  const AWS = require("aws-sdk");
  const client = new AWS.STS({ endpoint: process.env.AWS_ENDPOINT_URL });
  for (let i = 0; i < calls; i++) {
    const who = await client.getCallerIdentity().promise();
    console.log(who.Arn, client.config.credentials.accessKeyId);
  }
}

const [sdk, , calls] = process.argv.slice(2);
({ v2, v3 })[sdk](Number(calls)).catch((why) => {
  console.error(String(why));
  process.exit(1);
});
