"""`troupe dev --runtime docker` on a dockerd of this test's own.

The test runs in a network and a mount namespace of its own, so that the engine's
bridges, packet rules and mounts are nobody else's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import boto3
import botocore.exceptions

import lan
from daemon import BINARY, Daemon, IMAGE, ROOT, run_one, task, wait_for_status, wait_until
from test_agent import Host, Server

DOCKERD = shutil.which("dockerd", path="/usr/sbin:/usr/bin:/sbin:/bin")


class Engine:
    """A dockerd with everything below one directory."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="troupe-dockerd-")
        self.socket = os.path.join(self.directory, "engine.sock")
        self.log = open(os.path.join(self.directory, "engine.log"), "wb")
        self.process = subprocess.Popen(
            [DOCKERD, f"--data-root={self.directory}/data", f"--exec-root={self.directory}/exec",
             f"--pidfile={self.directory}/engine.pid", f"--host=unix://{self.socket}", "--bridge=none",
             "--default-address-pool=base=10.213.0.0/16,size=24"],
            stdout=self.log, stderr=self.log, start_new_session=True,
            env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        wait_until(lambda: os.path.exists(self.socket), 30, "dockerd listens")

    def load(self, name):
        archive = os.path.join(self.directory, "hello.tar")
        subprocess.run([str(ROOT / "tools" / "make-hello-image"), archive, name], check=True)
        subprocess.run(["skopeo", "copy", "--quiet", "--dest-daemon-host", f"unix://{self.socket}",
                        "docker-archive:" + archive, "docker-daemon:" + name], check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class OnAnEngine:
    """An engine, and what is true wherever its tasks are asked for."""

    @classmethod
    def setUpClass(cls):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        # A host has a way out; without one its kernel sends nothing to 169.254.170.2 that could be led here.
        subprocess.run(["ip", "route", "replace", "default", "dev", "lo"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
        cls.engine = Engine()
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.load(IMAGE + ":latest")
        os.environ["TROUPE_DOCKER_SOCKET"] = cls.engine.socket
        cls.serve()

    def check_role(self, mode):
        """A task of this mode asks for credentials, and the API believes them as long as it is there."""
        ecs = self.daemon.client()
        role = "arn:aws:iam::000000000000:role/team/web"
        script = ('while true; do wget -q -O - "http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"; echo; '
                  'sleep 1; done')
        asks = {"name": "c", "image": IMAGE, "memory": 32, "stopTimeout": 2, "command": ["/bin/sh", "-c", script]}
        run = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}
        arn = run_one(ecs, "asks-" + mode, [asks], networkMode=mode, taskRoleArn=role,
                      run=run if mode == "awsvpc" else {})["taskArn"]

        def fetched():
            lines = [line for line in self.logs(arn).splitlines() if "AccessKeyId" in line]
            return json.loads(lines[-1]) if lines else None
        keys = wait_until(fetched, 20, "the container gets credentials")
        self.assertEqual(keys["RoleArn"], role)
        own = boto3.client("ecs", endpoint_url=self.daemon.url, region_name="us-east-1",
                           aws_access_key_id=keys["AccessKeyId"], aws_session_token=keys["Token"],
                           aws_secret_access_key=keys["SecretAccessKey"])
        self.addCleanup(own.close)
        self.assertIn(arn, own.list_tasks()["taskArns"])
        ecs.stop_task(task=arn)
        wait_for_status(ecs, arn, "STOPPED")
        with self.assertRaises(botocore.exceptions.ClientError):
            own.list_tasks()

    def test_a_task_role_gives_credentials(self):
        for mode in ("bridge", "awsvpc", "host"):
            with self.subTest(mode):
                self.check_role(mode)


class Docker(OnAnEngine, unittest.TestCase):
    """`troupe dev`: everything in one process."""

    @classmethod
    def serve(cls):
        cls.daemon = Daemon("--docker-socket", cls.engine.socket, runtime="docker").start()
        cls.addClassCleanup(cls.daemon.remove)

    def logs(self, arn):
        return self.daemon.run("logs", arn).stdout

    def page(self, port):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                return answer.read()
        except OSError:
            return b""

    def test_a_task_serves_a_page_and_survives_a_crash(self):
        ecs = self.daemon.client()
        web = {"name": "web", "image": IMAGE, "memory": 64, "stopTimeout": 2, "hostname": "stage",
               "portMappings": [{"containerPort": 80}]}
        running = run_one(ecs, "page", [web])
        arn = running["taskArn"]
        port = running["containers"][0]["networkBindings"][0]["hostPort"]
        wait_until(lambda: b"Hello from a task" in self.page(port), 20, "the page is served")
        self.daemon.kill()
        self.assertIn(b"Hello from a task", self.page(port))
        self.daemon.start()
        ecs = self.daemon.client()
        again = wait_for_status(ecs, arn, "RUNNING")
        self.assertEqual(again["containers"][0]["networkBindings"][0]["hostPort"], port)
        self.assertEqual(again["startedAt"], running["startedAt"])
        self.assertIn(b"Hello from a task", self.page(port))
        described = self.daemon.aws("describe-tasks", "--tasks", arn).stdout
        self.assertIn("RUNNING", described)
        ecs.stop_task(task=arn)
        final = wait_for_status(ecs, arn, "STOPPED")
        self.assertEqual(final["containers"][0]["exitCode"], 137)
        wait_until(lambda: not self.page(port), 20, "the port is free")

    def test_exit_codes_logs_and_refusals(self):
        ecs = self.daemon.client()
        seven = {"name": "c", "image": IMAGE, "memory": 32,
                 "command": ["/bin/sh", "-c", "echo to out; echo to err >&2; hostname; exit 7"], "hostname": "stage"}
        final = run_one(ecs, "seven", [seven], until="STOPPED")
        self.assertEqual(final["containers"][0]["exitCode"], 7)
        logs = self.daemon.run("logs", final["taskArn"])
        self.assertEqual(logs.stdout, "to out\nstage\n")
        self.assertEqual(logs.stderr, "to err\n")
        missing = {"name": "c", "image": "127.0.0.1:1/no/such", "memory": 32}
        refused = run_one(ecs, "missing", [missing], until="STOPPED")
        self.assertEqual(refused["stopCode"], "TaskFailedToStart")
        self.assertIn("CannotPullContainerError", refused["stoppedReason"])
        nothing = {"name": "c", "image": IMAGE, "memory": 32, "command": ["/nope"], "entryPoint": []}
        broken = run_one(ecs, "nothing", [nothing], until="STOPPED")
        self.assertIn("CannotStartContainerError", broken["stoppedReason"])
        hog = {"name": "c", "image": IMAGE, "memory": 16, "command": ["/bin/sh", "-c", "tail /dev/zero"]}
        killed = run_one(ecs, "hog", [hog], until="STOPPED")
        self.assertIn("OutOfMemoryError", killed["containers"][0]["reason"])

    def test_awsvpc_gives_an_address_and_metadata(self):
        ecs = self.daemon.client()
        script = "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task; echo; sleep 600"  # Docker logs whole lines.
        own = {"name": "c", "image": IMAGE, "memory": 32, "stopTimeout": 2, "command": ["/bin/sh", "-c", script]}
        running = run_one(ecs, "own", [own], networkMode="awsvpc", run={
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}})
        details = {d["name"]: d["value"] for d in running["attachments"][0]["details"]}
        self.assertRegex(details["privateIPv4Address"], r"^10\.213\.")
        wait_until(lambda: running["taskArn"] in self.daemon.run("logs", running["taskArn"]).stdout, 20,
                   "the container reads its metadata")
        ecs.stop_task(task=running["taskArn"])
        wait_for_status(ecs, running["taskArn"], "STOPPED")
        self.assertEqual(task(ecs, running["taskArn"])["stopCode"], "UserInitiated")


class DockerElsewhere(OnAnEngine, unittest.TestCase):
    """`troupe server` and `troupe agent`, which know each other by frames alone."""

    @classmethod
    def serve(cls):
        cls.daemon = Server().start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.host = Host(cls.daemon, runtime="docker")
        cls.addClassCleanup(cls.remove_host)
        cls.host.start(cls.daemon.run("join-token").stdout.strip(), "--docker-socket", cls.engine.socket)

    @classmethod
    def remove_host(cls):
        cls.host.process.terminate()
        cls.host.process.wait(timeout=30)
        cls.on_host("clean")
        cls.host.remove()

    @classmethod
    def on_host(cls, *arguments):
        return subprocess.run([BINARY, *arguments, "--data", cls.host.data], check=True, capture_output=True, text=True,
                              timeout=120).stdout

    def logs(self, arn):
        return self.on_host("logs", arn)


if __name__ == "__main__":
    if not DOCKERD:  # tools/packages has it: this machine was not prepared by tools/test.
        print("SKIPPED: dockerd is not installed (Debian's docker.io)", file=sys.stderr)
        sys.exit(77)
    lan.enter()
    unittest.main(verbosity=2)
