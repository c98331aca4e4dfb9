"""Calls a server at argv[1] as AWS's own SDK would, with keys and token given.

Prints one line per call, so that the test which started it can tell what the
server and botocore made of each other. Arguments: URL, access key, secret key,
session token (may be empty).
"""

import sys

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

url, access_key, secret_key, token = sys.argv[1:5]


def client(secret, retries=0):
    session = botocore.session.Session()
    session.set_credentials(access_key, secret, token or None)
    return session.create_client(
        "ecs", region_name="eu-central-1", endpoint_url=url,
        config=Config(retries={"max_attempts": retries}, read_timeout=20, connect_timeout=20))


good = client(secret_key)
for call in range(3):
    answer = good.list_clusters(maxResults=call + 1)
    print("clusters", answer["clusterArns"], answer["ResponseMetadata"]["HTTPStatusCode"],
          len(answer["ResponseMetadata"]["RequestId"]))
answer = good.run_task(taskDefinition="web:1", cluster="d\u00e9faut", overrides={
    "containerOverrides": [{"name": "a", "environment": [{"name": "X", "value": "1 + 1 = 2 \u2713"}]}]})
print("tasks", answer["tasks"], answer["failures"])
try:
    client("wrong").list_clusters()
    print("accepted")
except ClientError as error:
    print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
