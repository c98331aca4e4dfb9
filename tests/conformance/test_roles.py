"""Roles of tasks: session credentials that containers fetch from 169.254.170.2 and that the API believes, for as
long as their task is there. In one process, and over the agents' protocol with `troupe agent`."""

import json
import os
import subprocess
import time
import unittest
import uuid

import boto3
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.utils

import lan
from daemon import BINARY, Daemon, IMAGE, ROOT, run_one, shell_container, task, wait_for_status, wait_until
from test_agent import Host, Server

ROLE = "arn:aws:iam::000000000000:role/team/web"
AWSVPC = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
# What an SDK in a container does, each second; the answer of one round is one line.
ASK = 'while true; do wget -q -O - "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"; echo; sleep 1; done'
# Of ids that are not this task's: an unknown one, and none at all.
GUESS = "for id in %s ''; do wget -q -O - http://169.254.170.2/v2/credentials/$id 2>&1; echo; done; sleep 300"


class Here:
    """`troupe dev`: everything in one process."""

    def __init__(self, *options):
        self.daemon = Daemon(*options).start()
        self.daemon.load_image()

    def logs(self, arn):
        return self.daemon.run("logs", arn).stdout

    def restart_host(self):
        self.daemon.kill()
        self.daemon.options[1] = self.daemon.url.removeprefix("http://")
        self.daemon.start()

    def remove(self):
        self.daemon.remove()


class Elsewhere:
    """`troupe server` and `troupe agent`, which know each other by frames alone."""

    def __init__(self, *options):
        self.daemon = Server(*options).start()
        self.host = Host(self.daemon, runtime="oci")
        self.on_host("image", "load", self.image())
        self.host.start(self.daemon.run("join-token").stdout.strip())

    def image(self):
        archive = os.path.join(self.daemon.data, "hello.tar")
        subprocess.run([str(ROOT / "tools" / "make-hello-image"), archive, IMAGE + ":latest"], check=True)
        return archive

    def on_host(self, *arguments):
        return subprocess.run([BINARY, *arguments, "--data", self.host.data], check=True, capture_output=True,
                              text=True, timeout=120).stdout

    def logs(self, arn):
        return self.on_host("logs", arn)

    def restart_host(self):
        self.host.kill()
        self.host.start()

    def remove(self):
        if self.host.process.poll() is None:
            self.host.process.terminate()
            self.host.process.wait(timeout=30)
        self.on_host("clean")
        self.host.remove()
        self.daemon.remove()


class OnASite:
    """What tests of both places need."""

    place = None
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.site = cls.place(*cls.options)
        cls.addClassCleanup(cls.site.remove)

    def setUp(self):
        self.ecs = self.site.daemon.client()
        self.addCleanup(self.end_all)

    def end_all(self):
        arns = self.ecs.list_tasks()["taskArns"]
        for arn in arns:
            self.ecs.stop_task(task=arn)
        for arn in arns:
            wait_for_status(self.ecs, arn, "STOPPED")

    def asking(self, family, mode="bridge", role=ROLE, **run):
        run = {**run, **(AWSVPC if mode == "awsvpc" else {})}
        return run_one(self.ecs, family, [shell_container("c", ASK, stopTimeout=2)], networkMode=mode,
                       taskRoleArn=role, run=run)["taskArn"]

    def fetched(self, arn, unlike=None):
        """The newest credentials that a task's container was given, others than `unlike`."""
        def last():
            lines = [line for line in self.site.logs(arn).splitlines() if line.startswith("{")]
            found = json.loads(lines[-1]) if lines else {}
            return found if found.get("AccessKeyId") not in (None, (unlike or {}).get("AccessKeyId")) else None
        return wait_until(last, 30, "the container gets credentials")

    def client(self, keys, token="Token"):
        return boto3.client(
            "ecs", endpoint_url=self.site.daemon.url, region_name="us-east-1",
            config=botocore.config.Config(retries={"max_attempts": 0}), aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys[token] if token else None)

    def refused(self, call, **members):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**members)
        return caught.exception.response["Error"]


class RolesOn(OnASite):
    """The same on both."""

    options = ("--operator-roles", "deployer")

    def check_mode(self, mode):
        arn = self.asking("asks-" + mode, mode)
        keys = self.fetched(arn)
        self.assertEqual(set(keys), {"RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"})
        self.assertEqual(keys["RoleArn"], ROLE)
        left = time.mktime(time.strptime(keys["Expiration"], "%Y-%m-%dT%H:%M:%SZ")) - time.mktime(time.gmtime())
        self.assertGreater(left, 3 * 3600 - 60)
        self.assertLessEqual(left, 6 * 3600 + 60)
        own = self.client(keys)
        self.assertIn(arn, own.list_tasks()["taskArns"])
        self.assertEqual(own.describe_tasks(tasks=[arn])["tasks"][0]["taskArn"], arn)

        denied = self.refused(own.stop_task, task=arn)
        self.assertEqual(denied["Code"], "AccessDeniedException")
        self.assertIn("assumed-role/web/" + arn.rsplit("/", 1)[1], denied["Message"])
        bare = self.refused(self.client(keys, token=None).list_tasks)
        self.assertEqual((bare["Code"], bare["Message"]),
                         ("UnrecognizedClientException", "The security token included in the request is invalid."))
        other = self.refused(self.client({**keys, "Token": keys["SecretAccessKey"]}).list_tasks)
        self.assertEqual(other["Code"], "UnrecognizedClientException")

        self.ecs.stop_task(task=arn)
        wait_for_status(self.ecs, arn, "STOPPED")
        over = self.refused(own.list_tasks)
        self.assertEqual((over["Code"], over["Message"]),
                         ("UnrecognizedClientException", "The security token included in the request is invalid."))

    def test_a_task_in_bridge_mode(self):
        self.check_mode("bridge")

    def test_a_task_in_awsvpc_mode(self):
        self.check_mode("awsvpc")

    def test_a_task_in_host_mode(self):
        self.check_mode("host")

    def test_another_task_gets_nothing(self):
        arn = self.asking("has")
        keys = self.fetched(arn)
        # It has no role, asks for an id that it guessed, and for none.
        stranger = run_one(self.ecs, "stranger", [shell_container(
            "c", 'echo "[$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI]"; ' + GUESS % uuid.uuid4(), stopTimeout=2)])["taskArn"]
        def answers():
            text = self.site.logs(stranger)
            return text if text.count("server returned error: HTTP/1.1 400") == 2 else None
        text = wait_until(answers, 20, "both questions are refused")
        self.assertIn("[]", text)
        self.assertNotIn(keys["AccessKeyId"], text)
        # Another task of the same role signs as itself: it may protect itself and not the first.
        second = self.asking("has")
        self.assertNotEqual(self.fetched(second)["AccessKeyId"], keys["AccessKeyId"])
        of_second = self.client(self.fetched(second))
        self.assertEqual(self.refused(of_second.update_task_protection, cluster="default", tasks=[arn],
                                      protectionEnabled=True)["Code"], "AccessDeniedException")

    def test_the_id_is_told_to_the_task_alone(self):
        running = run_one(self.ecs, "told", [shell_container(
            "c", "echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; sleep 300", stopTimeout=2)], taskRoleArn=ROLE)
        path = wait_until(lambda: self.site.logs(running["taskArn"]).strip(), 20, "the container prints its path")
        self.assertRegex(path, r"^/v2/credentials/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        secret = path.rsplit("/", 1)[1]
        seen = json.dumps([task(self.ecs, running["taskArn"]), self.ecs.describe_task_definition(taskDefinition="told"),
                           self.ecs.describe_container_instances(
                               containerInstances=self.ecs.list_container_instances()["containerInstanceArns"])],
                          default=str)
        self.assertNotIn(secret, seen)
        self.assertNotIn(secret, self.site.daemon.log())
        # Whoever has it has the credentials: this process on the host, by botocore's own provider.
        provider = botocore.credentials.ContainerProvider(
            environ={"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path},
            fetcher=botocore.utils.ContainerMetadataFetcher(sleep=lambda _: None))
        keys = provider.load().get_frozen_credentials()
        own = self.client({"AccessKeyId": keys.access_key, "SecretAccessKey": keys.secret_key, "Token": keys.token})
        self.assertEqual(own.list_clusters()["clusterArns"], self.ecs.list_clusters()["clusterArns"])
        self.ecs.stop_task(task=running["taskArn"])
        wait_for_status(self.ecs, running["taskArn"], "STOPPED")
        with self.assertRaises(botocore.exceptions.ClientError):
            own.list_clusters()
        with self.assertRaises(botocore.exceptions.CredentialRetrievalError):
            provider.load()

    def test_an_override_is_the_role_and_its_form_is_checked(self):
        wanted = "arn:aws:iam::000000000000:role/deployer"
        arn = self.asking("over", overrides={"taskRoleArn": wanted})
        keys = self.fetched(arn)
        self.assertEqual(keys["RoleArn"], wanted)
        self.assertEqual(task(self.ecs, arn)["overrides"]["taskRoleArn"], wanted)
        # The server trusts this role to operate.
        own = self.client(keys)
        own.register_task_definition(family="made", containerDefinitions=[
            {"name": "c", "image": "busybox", "memory": 16}])
        self.assertEqual(own.stop_task(task=arn)["task"]["desiredStatus"], "STOPPED")
        bad = {"containerDefinitions": [{"name": "c", "image": "busybox", "memory": 16}], "family": "bad"}
        for members in ({"taskRoleArn": "no role"}, {"executionRoleArn": "arn:aws:iam::000000000000:user/x"}):
            refusal = self.refused(self.ecs.register_task_definition, **bad, **members)
            self.assertEqual((refusal["Code"], refusal["Message"]), ("ClientException", "Role is not valid"))
            refusal = self.refused(self.ecs.run_task, taskDefinition="made", overrides=members)
            self.assertEqual((refusal["Code"], refusal["Message"]), ("ClientException", "Role is not valid"))

    def test_metadata_and_credentials_outlive_their_server(self):
        script = ('while true; do wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task; echo; '
                  'wget -q -O - "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"; echo; sleep 1; done')
        arn = run_one(self.ecs, "lives", [shell_container("c", script, stopTimeout=2)], taskRoleArn=ROLE)["taskArn"]
        def shown():
            lines = [json.loads(line) for line in self.site.logs(arn).splitlines() if line.startswith("{")]
            known = [line for line in lines if line.get("KnownStatus") == "RUNNING"]
            keys = [line for line in lines if "AccessKeyId" in line]
            return (len(lines), known[-1], keys[-1]) if known and keys else None
        count, about, keys = wait_until(shown, 30, "the task reads of itself")
        self.assertEqual(about["TaskARN"], arn)
        self.assertEqual(about["Family"], "lives")
        self.assertEqual([c["Name"] for c in about["Containers"]], ["c"])
        self.site.restart_host()
        self.ecs = self.site.daemon.client()
        wait_until(lambda: shown()[0] >= count + 4, 60, "the task reads of itself again")
        self.assertEqual(shown()[1]["TaskARN"], arn)
        self.assertEqual(task(self.ecs, arn)["lastStatus"], "RUNNING")
        self.assertIn(arn, self.client(shown()[2]).list_tasks()["taskArns"])
        self.assertIn(arn, self.client(keys).list_tasks()["taskArns"])


class RolesHere(RolesOn, unittest.TestCase):
    place = Here


class RolesElsewhere(RolesOn, unittest.TestCase):
    place = Elsewhere


class ShortSessions(OnASite):
    """Credentials that live for some seconds: they end, and are renewed before."""

    options = ("--role-session-seconds", "8")

    def test_they_expire_and_are_renewed(self):
        arn = self.asking("short")
        first = self.fetched(arn)
        own = self.client(first)
        own.list_clusters()
        def ended():
            try:
                own.list_clusters()
                return None
            except botocore.exceptions.ClientError as error:
                return error.response["Error"]
        over = wait_until(ended, 15, "the first key expires")
        self.assertEqual((over["Code"], over["Message"]),
                         ("ExpiredTokenException", "The security token included in the request is expired"))
        # The container was given the next ones before that, under the same address.
        second = self.fetched(arn, unlike=first)
        self.assertEqual(self.client(self.fetched(arn, unlike=first)).list_tasks()["taskArns"], [arn])
        self.assertGreater(second["Expiration"], first["Expiration"])


class ShortHere(ShortSessions, unittest.TestCase):
    place = Here


class ShortElsewhere(ShortSessions, unittest.TestCase):
    place = Elsewhere


if __name__ == "__main__":
    lan.enter()  # A host has one address for credentials, and one daemon answers there.
    lan.lay()
    lan.run("ip", "route", "add", "default", "dev", lan.BRIDGE)
    unittest.main(verbosity=2)
