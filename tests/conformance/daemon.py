"""A real `troupe dev` for tests: its own data directory, a free port, Debian's clients.

Everything it starts is ended by stop(); what a test leaves running is ended through
the daemon first, then checked by leftovers().
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.httpsession

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TROUPE_BINARY", str(ROOT / "build" / "troupe"))
IMAGE = "troupe/hello"


def wait_until(condition, deadline_s, what):
    """Polls an outside fact; the last value of `condition` when it is true."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}")
        time.sleep(0.02)


def page(address, deadline_s=10):
    """What the web server at HOST:PORT serves; RUNNING says that it was started, not that it listens yet."""
    def served():
        try:
            with urllib.request.urlopen(f"http://{address}/", timeout=deadline_s) as answer:
                return answer.read()
        except OSError:
            return b""
    return wait_until(served, deadline_s, f"{address} serves a page")


class Daemon:
    """One data directory and the daemon that runs on it, again and again."""

    command = "dev"

    def __init__(self, *options, runtime="oci", listen="127.0.0.1:0"):
        self.data = tempfile.mkdtemp(prefix="troupe-test-")
        self.options = ["--listen", listen, "--runtime", runtime, *options]
        self.log_path = os.path.join(self.data, "daemon.log")
        self.process = None
        self.url = None
        self.start_s = None

    def start(self, deadline_s=60):
        with open(self.log_path, "ab") as log:
            begun = time.monotonic()
            self.process = subprocess.Popen(
                [BINARY, self.command, "--data", self.data, *self.options],
                stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        line = self.process.stdout.readline().decode()
        self.start_s = time.monotonic() - begun
        if not line.startswith("ready "):
            raise AssertionError("the daemon did not start: " + self.log()[-2000:])
        self.url = line.split()[1]
        return self

    def kill(self):
        """kill -9, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        if self.process:
            self.process.stdout.close()

    def remove(self):
        self.stop()
        if "simulated" not in self.options:
            self.run("clean")
        shutil.rmtree(self.data, ignore_errors=True)

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def run(self, *arguments, check=True):
        """One of our own subcommands on this data directory."""
        return subprocess.run([BINARY, *arguments, "--data", self.data], check=check, capture_output=True,
                              text=True, timeout=120)

    def environment(self):
        lines = self.run("env").stdout.splitlines()
        pairs = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        return pairs

    def load_image(self, name=IMAGE):
        archive = os.path.join(self.data, "hello.tar")
        subprocess.run([str(ROOT / "tools" / "make-hello-image"), archive,
                        name if ":" in name else name + ":latest"], check=True)
        self.run("image", "load", archive)

    def client(self, **options):
        env = self.environment()
        config = botocore.config.Config(retries={"max_attempts": 0}, read_timeout=60, **options)
        return boto3.client("ecs", endpoint_url=self.url, region_name="us-east-1", config=config,
                            aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"])

    def aws(self, *arguments, check=True):
        """Debian's AWS CLI."""
        env = {**self.environment(), "PATH": "/usr/bin:/bin", "HOME": self.data}
        return subprocess.run(["/usr/bin/aws", "--endpoint-url", self.url, "ecs", *arguments], check=check,
                              capture_output=True, text=True, env=env, timeout=120)

    def call(self, operation, **members):
        """An operation that is newer than Debian's clients, signed by botocore."""
        env = self.environment()
        request = botocore.awsrequest.AWSRequest("POST", self.url + "/", data=json.dumps(members), headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AmazonEC2ContainerServiceV20141113." + operation})
        keys = botocore.credentials.Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])
        botocore.auth.SigV4Auth(keys, "ecs", "us-east-1").add_auth(request)
        session = botocore.httpsession.URLLib3Session()
        answer = session.send(request.prepare())
        session.close()
        if answer.status_code != 200:
            raise AssertionError(f"{operation}: {answer.text}")
        return json.loads(answer.text)

    # -- What is left on the host ---------------------------------------------------

    def processes(self):
        """Command lines of processes that belong to this data directory, the daemon excepted."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == self.process.pid:
                continue
            try:
                text = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if self.data in text:
                found.append(text)
        return found

    def mounts(self):
        lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
        return [line for line in lines if self.data in line and "/networks/" not in line]

    def end_all_tasks(self, ecs):
        """Stops every task and waits until nothing of them is on the host."""
        arns = [arn for page in ecs.get_paginator("list_tasks").paginate() for arn in page["taskArns"]]
        for arn in arns:
            ecs.stop_task(task=arn, reason="the test ends")
        wait_until(lambda: not ecs.list_tasks()["taskArns"] and self.all_stopped(ecs, arns), 120, "all tasks STOPPED")
        wait_until(lambda: not self.conmons(), 30, "no conmon is left")

    def all_stopped(self, ecs, arns):
        for start in range(0, len(arns), 100):
            tasks = ecs.describe_tasks(tasks=arns[start:start + 100])["tasks"]
            if any(task["lastStatus"] != "STOPPED" for task in tasks):
                return False
        return True

    def conmons(self):
        return [text for text in self.processes() if "conmon" in text.split(" ")[0]]


def task(ecs, arn):
    return ecs.describe_tasks(tasks=[arn])["tasks"][0]


def wait_for_status(ecs, arn, status, deadline_s=60):
    def reached():
        now = task(ecs, arn)
        if now["lastStatus"] == "STOPPED" and status != "STOPPED":
            raise AssertionError(f"task stopped: {now.get('stoppedReason')} {now['containers']}")
        return now if now["lastStatus"] == status else None
    return wait_until(reached, deadline_s, f"task {arn} is {status}")


def shell_container(name, script, **members):
    """A container that runs a shell script."""
    return {"name": name, "image": IMAGE, "memory": 32, "command": ["/bin/sh", "-c", script], **members}


def run_one(ecs, family, containers, deadline_s=60, until="RUNNING", **members):
    """Registers, runs one task, and waits for its status."""
    run = members.pop("run", {})
    ecs.register_task_definition(family=family, containerDefinitions=containers, **members)
    answer = ecs.run_task(taskDefinition=family, **run)
    if not answer["tasks"]:
        raise AssertionError(f"not placed: {answer['failures']}")
    return wait_for_status(ecs, answer["tasks"][0]["taskArn"], until, deadline_s)
