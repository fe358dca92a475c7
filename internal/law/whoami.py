"""Says who botocore is as a profile. One request a line, as JSON, on stdin; one answer a line."""

import json
import os
import sys

import botocore.config
import botocore.credentials
import botocore.session

# It renews a sign-in of `aws login` with awscrt, and uses none without it. No sign-in has to be
# renewed here.
if getattr(botocore.credentials, "EC", None) is None:
    botocore.credentials.EC = object()

OWN = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
)

first = botocore.session.Session()
shared = {name: first.get_component(name) for name in ("data_loader", "endpoint_resolver")}


class Session(botocore.session.Session):
    """A session whose every client speaks to the loopback AWS, as older botocores
    know no AWS_ENDPOINT_URL."""

    def create_client(self, *args, **kwargs):
        kwargs["endpoint_url"] = os.environ["AWS_ENDPOINT_URL"]
        return super().create_client(*args, **kwargs)


def who(profile):
    session = Session(profile=profile)
    for name, component in shared.items():
        session.register_component(name, component)
    config = botocore.config.Config(retries={"max_attempts": 0})
    answer = session.create_client("sts", config=config).get_caller_identity()
    return answer["Arn"]


print(json.dumps({"version": botocore.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    os.environ["AWS_CONFIG_FILE"] = request["config"]
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = request["credentials"]
    for name in OWN:
        os.environ.pop(name, None)
    os.environ.update(request["own"] or {"AWS_EC2_METADATA_DISABLED": "true"})
    if request["own"]:
        os.environ.pop("AWS_EC2_METADATA_DISABLED", None)
    try:
        print(json.dumps({"arn": who(request["profile"])}), flush=True)
    except Exception as e:  # whatever it is, this profile has no identity
        print(json.dumps({"error": f"{type(e).__name__}: {e}"}), flush=True)
