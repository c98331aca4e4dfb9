"""Bad input gets an error in ECS's own words, and the daemon goes on."""

import json
import unittest
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

from daemon import Daemon, IMAGE


def raw_request(daemon, body, target, signed=True):
    """Status, exception and text of one hand-made request."""
    env = daemon.environment()
    request = botocore.awsrequest.AWSRequest(
        method="POST", url=daemon.url + "/", data=body,
        headers={"X-Amz-Target": "AmazonEC2ContainerServiceV20141113." + target,
                 "Content-Type": "application/x-amz-json-1.1"})
    if signed:
        credentials = botocore.credentials.Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])
        botocore.auth.SigV4Auth(credentials, "ecs", "us-east-1").add_auth(request)
    prepared = request.prepare()
    try:
        answer = urllib.request.urlopen(urllib.request.Request(
            prepared.url, data=body, headers=dict(prepared.headers), method="POST"), timeout=20)
        return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as refusal:
        told = json.loads(refusal.read())
        return refusal.code, told["__type"], told.get("message", "")


def raw_call(daemon, operation, members):
    return raw_request(daemon, json.dumps(members).encode(), operation)


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(runtime="simulated").start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.ecs = cls.daemon.client()

    def refused(self, code, text, operation, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            getattr(self.ecs, operation)(**arguments)
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertIn(text, error["Message"])
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)

    def raw(self, body, target="ListClusters", signed=True):
        return raw_request(self.daemon, body, target, signed)

    def test_unknown_resources(self):
        self.refused("ClusterNotFoundException", "Cluster not found.", "list_tasks", cluster="nowhere")
        self.refused("ClientException", "Unable to describe task definition.", "describe_task_definition",
                     taskDefinition="nothing")
        self.refused("ClientException", "TaskDefinition not found.", "run_task", taskDefinition="nothing")
        self.refused("InvalidParameterException", "The referenced task was not found.", "stop_task", task="0" * 32)
        missing = self.ecs.describe_tasks(tasks=["1" * 32])["failures"][0]
        self.assertEqual(missing["reason"], "MISSING")
        self.assertTrue(missing["arn"].endswith("task/default/" + "1" * 32))

    def test_limits_of_requests(self):
        self.refused("InvalidParameterException", "Tasks cannot be empty.", "describe_tasks", tasks=[])
        self.refused("InvalidParameterException", "", "describe_tasks", tasks=["2" * 32] * 101)
        self.refused("InvalidParameterException", "", "run_task", taskDefinition="x", count=11)

    def test_invalid_task_definitions(self):
        container = {"name": "c", "image": IMAGE, "memory": 8}
        self.refused("ClientException", "Container.image should not be null or empty.", "register_task_definition",
                     family="bad", containerDefinitions=[{"name": "c", "memory": 8}])
        self.refused("ClientException", "At least one of 'memory' or 'memoryReservation' must be specified.",
                     "register_task_definition", family="bad", containerDefinitions=[{"name": "c", "image": IMAGE}])
        self.refused("ClientException", "Family contains invalid characters.", "register_task_definition",
                     family="a b", containerDefinitions=[container])
        self.refused("ClientException", "host ports and container ports in port mappings must match",
                     "register_task_definition", family="bad", networkMode="awsvpc", containerDefinitions=[
                         {**container, "portMappings": [{"containerPort": 80, "hostPort": 81}]}])

    def test_broken_bodies(self):
        self.assertEqual(self.raw(b"{")[:2], (400, "SerializationException"))
        self.assertEqual(self.raw(b"[]")[:2], (400, "SerializationException"))
        self.assertEqual(self.raw(b'{"maxResults":"x"}'),
                         (400, "SerializationException", "STRING_VALUE cannot be converted to Integer"))
        self.assertEqual(self.raw(b"{}", target="NoSuchThing")[:2], (400, "UnknownOperationException"))
        self.assertEqual(self.raw(b"")[0], 200)
        self.assertEqual(self.raw(b'{"unknown":{"deep":[1]}}')[0], 200)

    def test_operations_that_are_not_built_say_so(self):
        status, code, text = self.raw(b'{"resourceArn":"arn"}', target="TagResource")
        self.assertEqual((status, code), (400, "UnsupportedFeatureException"))
        self.assertIn("TagResource", text)

    def test_oversized_body(self):
        status, code, _ = self.raw(b'{"family":"' + b"x" * (2 << 20) + b'"}', target="RegisterTaskDefinition")
        self.assertEqual(status, 413, code)

    def test_signatures(self):
        self.assertEqual(self.raw(b"{}", signed=False)[1], "MissingAuthenticationTokenException")
        stranger = boto3.client("ecs", endpoint_url=self.daemon.url, region_name="us-east-1",
                                aws_access_key_id="AKIAUNKNOWNUNKNOWNXX", aws_secret_access_key="secret")
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            stranger.list_clusters()
        self.assertEqual(caught.exception.response["Error"]["Code"], "UnrecognizedClientException")
        key = self.daemon.environment()["AWS_ACCESS_KEY_ID"]
        forger = boto3.client("ecs", endpoint_url=self.daemon.url, region_name="us-east-1",
                              aws_access_key_id=key, aws_secret_access_key="wrong")
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            forger.list_clusters()
        self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidSignatureException")

    def test_a_second_daemon_is_refused(self):
        second = self.daemon.run("dev", "--listen", "127.0.0.1:0", "--runtime", "simulated", check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn("is in use by another process", second.stderr)

    def test_a_taken_port_is_refused(self):
        taken = self.daemon.url.removeprefix("http://")
        with_own_data = Daemon(runtime="simulated", listen=taken)
        self.addCleanup(with_own_data.remove)
        with self.assertRaisesRegex(AssertionError, "cannot listen on .* in use"):
            with_own_data.start()

    def test_wrong_options_are_all_named(self):
        refused = self.daemon.run("dev", "--account", "1", "--runtime", "podman", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("account: must be 12 digits", refused.stderr)
        self.assertIn("runtime: must be", refused.stderr)


class Clusters(unittest.TestCase):
    """The other operations, by boto3."""

    def test_life_of_a_cluster(self):
        daemon = Daemon(runtime="simulated").start()
        self.addCleanup(daemon.remove)
        ecs = daemon.client()
        made = ecs.create_cluster(clusterName="web", tags=[{"key": "team", "value": "a"}])["cluster"]
        self.assertEqual(made["status"], "ACTIVE")
        self.assertEqual(ecs.create_cluster(clusterName="web")["cluster"]["clusterArn"], made["clusterArn"])
        described = ecs.describe_clusters(clusters=["web", "nowhere"], include=["TAGS", "SETTINGS", "STATISTICS"])
        self.assertEqual(described["clusters"][0]["tags"], [{"key": "team", "value": "a"}])
        self.assertEqual(described["failures"][0]["reason"], "MISSING")
        with self.assertRaises(ecs.exceptions.InvalidParameterException):
            ecs.run_task(cluster="web", taskDefinition=self.definition(ecs))
        daemon.kill()
        daemon.start()
        ecs = daemon.client()
        self.assertEqual(len(ecs.list_clusters()["clusterArns"]), 2)
        self.assertEqual(ecs.delete_cluster(cluster="web")["cluster"]["status"], "INACTIVE")
        self.assertEqual(len(ecs.list_clusters()["clusterArns"]), 1)
        with self.assertRaises(ecs.exceptions.ClusterContainsContainerInstancesException):
            ecs.delete_cluster(cluster="default")

    def definition(self, ecs):
        answer = ecs.register_task_definition(family="f", containerDefinitions=[
            {"name": "c", "image": IMAGE, "memory": 8}])
        return answer["taskDefinition"]["taskDefinitionArn"]

    def test_revisions_pages_and_tokens(self):
        daemon = Daemon(runtime="simulated").start()
        self.addCleanup(daemon.remove)
        ecs = daemon.client()
        arns = [self.definition(ecs) for _ in range(5)]
        paginator = ecs.get_paginator("list_task_definitions")
        listed = [arn for page in paginator.paginate(familyPrefix="f", PaginationConfig={"PageSize": 2})
                  for arn in page["taskDefinitionArns"]]
        self.assertEqual(listed, arns)
        ecs.deregister_task_definition(taskDefinition="f:5")
        self.assertEqual(self.definition(ecs).rsplit(":", 1)[1], "6")
        # Debian's botocore does not know RunTask's clientToken yet, so the request is made by hand.
        run = {"taskDefinition": "f", "clientToken": "once", "count": 2}
        first = raw_call(daemon, "RunTask", run)[2]
        again = raw_call(daemon, "RunTask", run)[2]
        tasks = [{task["taskArn"] for task in json.loads(body)["tasks"]} for body in (first, again)]
        self.assertEqual(len(tasks[0]), 2)
        self.assertEqual(tasks[0], tasks[1])
        self.assertEqual(raw_call(daemon, "RunTask", {**run, "count": 1})[1], "ConflictException")


if __name__ == "__main__":
    unittest.main(verbosity=2)
