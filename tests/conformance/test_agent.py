"""`troupe agent`: a control plane and two hosts in three processes. Hosts join with a token, share a service,
survive their own kill -9 and the server's, and speak for nobody but themselves."""

import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import botocore.exceptions

from agent_player import Agent as Player, Refused
from daemon import BINARY, Daemon, wait_until

TASK = {"family": "web", "networkMode": "bridge", "containerDefinitions": [
    {"name": "app", "image": "busybox:1", "cpu": 64, "memory": 32, "command": ["sleep", "600"]}]}


class Server(Daemon):
    """The control plane alone; it comes back on the port that it had."""

    command = "server"

    def __init__(self, *options):
        super().__init__()
        self.more = options
        self.options = ["--listen", "127.0.0.1:0", *options]

    def start(self, deadline_s=60):
        super().start(deadline_s)
        self.options = ["--listen", self.url.removeprefix("http://"), *self.more]
        return self

    def remove(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)


class Host:
    """One data directory and the agent on it, again and again."""

    def __init__(self, server, runtime="simulated"):
        self.server = server
        self.runtime = runtime
        self.data = tempfile.mkdtemp(prefix="troupe-host-")
        self.process = None
        self.arn = None

    def start(self, token=None, *options):
        environment = {"PATH": "/usr/bin:/bin"}
        if token:
            environment["TROUPE_JOIN_TOKEN"] = token
        with open(os.path.join(self.data, "agent.log"), "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "agent", "--server", self.server.url, "--data", self.data, "--runtime", self.runtime, *options],
                stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            raise AssertionError("the agent did not start: " + self.log()[-2000:])
        self.arn = line.split()[1]
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def remove(self):
        if self.process.poll() is None:
            self.process.terminate()
            if self.process.wait(timeout=30) != 0:
                raise AssertionError("the agent did not end cleanly: " + self.log()[-2000:])
            self.process.stdout.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def log(self):
        return pathlib.Path(self.data, "agent.log").read_text(errors="replace")

    def keys(self):
        lines = pathlib.Path(self.data, "identity").read_text().splitlines()
        known = dict(line.split("=", 1) for line in lines)
        return known["AWS_ACCESS_KEY_ID"], known["AWS_SECRET_ACCESS_KEY"]


class TwoHosts(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        self.token = self.server.run("join-token").stdout.strip()
        self.hosts = [Host(self.server).start(self.token) for _ in range(2)]
        for host in self.hosts:
            self.addCleanup(host.remove)

    def tasks(self, status="RUNNING"):
        """Tasks of the service that run, by instance."""
        arns = self.ecs.list_tasks(serviceName="web", desiredStatus="RUNNING")["taskArns"]
        found = {}
        for task in self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []:
            if task["lastStatus"] == status:
                found.setdefault(task["containerInstanceArn"], set()).add(task["taskArn"])
        return found

    def running(self):
        return sum(len(tasks) for tasks in self.tasks().values())

    def connected(self, host):
        found = self.ecs.describe_container_instances(containerInstances=[host.arn])["containerInstances"]
        return found[0]["agentConnected"]

    def serve_six(self):
        self.ecs.register_task_definition(**TASK)
        self.ecs.create_service(serviceName="web", taskDefinition="web", desiredCount=6,
                                placementStrategy=[{"type": "spread", "field": "instanceId"}])
        wait_until(lambda: self.running() == 6, 60, "six tasks run")

    def test_a_service_spreads_and_survives_both_sides(self):
        self.serve_six()
        first, second = self.hosts
        spread = self.tasks()
        self.assertEqual({arn: len(tasks) for arn, tasks in spread.items()}, {first.arn: 3, second.arn: 3})

        # The server goes and comes back: nobody registers anew, nothing is lost or doubled.
        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        wait_until(lambda: all(self.connected(host) for host in self.hosts), 60, "both agents are back")
        self.assertEqual(self.tasks(), spread)
        self.assertEqual(len(self.ecs.list_container_instances()["containerInstanceArns"]), 2)

        # The simulated containers die with their process: their tasks are reported, not begun again.
        before = first.arn
        first.kill()
        first.start()
        self.assertEqual(first.arn, before)
        wait_until(lambda: self.running() == 6 and not spread[before] & self.tasks().get(before, set()), 90,
                   "the lost tasks are replaced")
        for task in self.ecs.describe_tasks(tasks=sorted(spread[before]))["tasks"]:
            self.assertEqual(task["lastStatus"], "STOPPED")
        self.assertEqual(self.tasks()[second.arn] & spread[second.arn], spread[second.arn])
        self.assertEqual(len(self.ecs.list_container_instances()["containerInstanceArns"]), 2)

        self.ecs.update_service(service="web", desiredCount=0)
        wait_until(lambda: not self.ecs.list_tasks(serviceName="web", desiredStatus="RUNNING")["taskArns"], 60,
                   "the service has ended")

    def test_what_ends_while_the_server_is_away_is_told_when_it_is_back(self):
        self.ecs.register_task_definition(**TASK)
        self.serve_six()
        self.server.kill()
        self.hosts[0].kill()
        lost = self.hosts[0].arn
        self.server.start()
        self.ecs = self.server.client()
        self.hosts[0].start()
        self.assertEqual(self.hosts[0].arn, lost)
        wait_until(lambda: self.running() == 6, 90, "six tasks run again")

    def test_the_key_is_kept_and_speaks_for_its_host_alone(self):
        first, second = self.hosts
        mode = os.stat(os.path.join(first.data, "identity")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.serve_six()
        self.ecs.create_cluster(clusterName="other")
        key = first.keys()
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            Player(self.server.url, key, cluster="other").register()
        intruder = Player(self.server.url, key, arn=second.arn)
        intruder.endpoints = {"endpoint": self.server.url + "/acs/"}
        with self.assertRaises(Refused) as refused:
            intruder.open_acs()
        self.assertEqual(refused.exception.status, 403)
        with self.assertRaisesRegex(Exception, "AccessDenied"):
            intruder.submit(sorted(self.tasks()[second.arn])[0], "STOPPED", [])

    def test_a_deregistered_host_says_so_and_ends(self):
        host = self.hosts[0]
        self.ecs.deregister_container_instance(containerInstance=host.arn, force=True)
        self.assertEqual(host.process.wait(timeout=30), 5)
        self.assertIn("was deregistered", host.log())
        for _ in range(2):
            again = subprocess.run([BINARY, "agent", "--server", self.server.url, "--data", host.data, "--runtime",
                                    "simulated"], capture_output=True, text=True, timeout=30, check=False)
            self.assertEqual(again.returncode, 5, again.stderr)
            self.assertIn("was deregistered", again.stderr.strip().splitlines()[-1])
        self.assertEqual(len(self.ecs.list_container_instances()["containerInstanceArns"]), 1)

    def test_a_host_without_token_or_with_anothers_directory_says_so(self):
        self.server.run("join-token")
        empty = tempfile.mkdtemp(prefix="troupe-host-")
        self.addCleanup(shutil.rmtree, empty)
        command = [BINARY, "agent", "--server", self.server.url, "--runtime", "simulated", "--data"]
        for data, more, what in ((empty, [], "has not joined yet"), (empty, ["--token", "wrong"], "was refused"),
                                 (self.hosts[0].data, [], "another agent has")):
            ended = subprocess.run([*command, data, *more], capture_output=True, text=True, timeout=30,
                                   env={"PATH": "/usr/bin:/bin"}, check=False)
            self.assertEqual(ended.returncode, 1)
            self.assertIn(what, ended.stderr)
            self.assertEqual(len(ended.stderr.strip().splitlines()), 1, ended.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
