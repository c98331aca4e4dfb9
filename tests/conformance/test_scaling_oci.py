"""Managed scaling with real containers: a service on a capacity provider without instances waits, machines come, pull
its image from a registry and run it; one that dies takes its containers with it and is replaced; and when nothing is
wanted any more the machines end, and nothing of them is left on the host: no process, namespace, cable, mount, control
group or directory."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import lan
from daemon import page, wait_until
from test_crash import cgroups_of
from test_scaling import ElasticTest

REGISTRY = "10.216.0.1:5000"
IMAGE = REGISTRY + "/troupe/hello"


class Registry:
    """Debian's docker-registry, at the bridge's address, which the machines reach; over HTTP, as the server's
    environment allows."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="troupe-registry-")
        # Which the server hands on to its machines.
        os.environ["CONTAINERS_REGISTRIES_CONF"] = self.write(
            "registries.conf", f'[[registry]]\nlocation = "{REGISTRY}"\ninsecure = true\n')
        config = self.write("config.yml", f"""
version: 0.1
log: {{level: info}}
http: {{addr: ':5000'}}
storage: {{filesystem: {{rootdirectory: {self.directory}/data}}}}
""")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if re.search(r"listening on .*:5000", line):
                break
        archive = lan.make_image(self.directory)
        lan.run("skopeo", "copy", "--quiet", "--dest-tls-verify=false", "docker-archive:" + archive,
                "docker://127.0.0.1:5000/troupe/hello:latest")

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        pathlib.Path(path).write_text(text)
        return path

    def remove(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        shutil.rmtree(self.directory)


class ScalingWithContainers(ElasticTest):
    def setUp(self):
        registry = Registry()
        self.addCleanup(registry.remove)
        self.start("min=0,max=3,runtime=oci")
        # Two of them fill a machine, which has this host's processors.
        self.ecs.register_task_definition(family="web", containerDefinitions=[
            {"name": "web", "image": IMAGE, "cpu": os.cpu_count() * 512, "memory": 64, "stopTimeout": 2,
             "portMappings": [{"containerPort": 80}]}])

    def running(self):
        arns = self.ecs.list_tasks(serviceName="web")["taskArns"]
        tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
        return [each for each in tasks if each["lastStatus"] == "RUNNING" and each["desiredStatus"] == "RUNNING"]

    def three_run(self):
        tasks = self.running()
        return tasks if len(tasks) == 3 else None

    def addresses(self):
        """Of the machines, by the ARN of their instance."""
        by_name = {file.parent.name: file.read_text().split()[2]
                   for file in pathlib.Path(self.server.data, "machines").glob("*/machine")}
        found = {}
        for instance in self.instances():
            attributes = {each["name"]: each.get("value") for each in instance["attributes"]}
            found[instance["containerInstanceArn"]] = by_name[attributes["troupe.machine"]]
        return found

    def serve(self, tasks):
        addresses = self.addresses()
        for task in tasks:
            port = task["containers"][0]["networkBindings"][0]["hostPort"]
            self.assertIn(b"Troupe", page(f"{addresses[task['containerInstanceArn']]}:{port}", 20))

    def conmons(self, machine=""):
        return [text for text in self.server.conmons() if machine in text]

    def test_containers_come_and_go_with_their_machines(self):
        self.ecs.create_service(serviceName="web", taskDefinition="web", desiredCount=3, capacityProviderStrategy=[
            {"capacityProvider": "elastic", "weight": 1}])
        tasks = wait_until(self.three_run, 90, "three tasks run")
        self.assertEqual({each["capacityProviderName"] for each in tasks}, {"elastic"})
        self.assertEqual(len(self.instances()), 2)
        self.assertEqual(len(self.conmons()), 3)
        self.serve(tasks)
        seen = {each["taskArn"] for each in tasks}

        seen |= self.the_server_is_killed(tasks)
        seen |= self.a_machine_dies(tasks)
        self.ecs.update_service(service="web", desiredCount=0)
        wait_until(lambda: not self.instances(), 90, "the instances are gone")
        self.nothing_is_left({arn.rsplit("/", 1)[1] for arn in seen})

    def the_server_is_killed(self, tasks):
        before = sorted(self.conmons())
        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        wait_until(lambda: self.instances() and all(each["agentConnected"] for each in self.instances()), 60,
                   "the agents are back")
        self.assertEqual({each["taskArn"] for each in wait_until(self.three_run, 30, "three tasks run")},
                         {each["taskArn"] for each in tasks})
        self.assertEqual(sorted(self.conmons()), before)
        return set()

    def a_machine_dies(self, tasks):
        """Its agent ends by itself: whatever it ran goes with it."""
        name, pid = sorted(self.server.machines().items())[0]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: name not in self.server.machines() and len(self.server.machines()) == 2, 60,
                   "another machine has come")
        wait_until(lambda: not self.conmons("/" + name + "/"), 30, "its containers are gone")
        after = wait_until(self.three_run, 90, "three tasks run again")
        wait_until(lambda: len(self.conmons()) == 3, 30, "and no other container")
        self.serve(after)
        return {each["taskArn"] for each in after}

    def nothing_is_left(self, task_ids):
        wait_until(lambda: not self.server.machines(), 30, "the machines are gone")

        def left():
            names = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout.split()
            links = subprocess.run(["ip", "-o", "link"], check=True, capture_output=True, text=True).stdout
            return {"processes": self.server.processes(),
                    "namespaces": [name for name in names if name.startswith("troupe-elastic")],
                    "cables": re.findall(r"tm-[0-9a-f]+", links),
                    "mounts": self.server.mounts(),
                    "control groups": cgroups_of(task_ids),
                    "directories": os.listdir(os.path.join(self.server.data, "machines"))}
        wait_until(lambda: not any(left().values()), 30, f"nothing is left, but {left()}")


if __name__ == "__main__":
    lan.enter()
    lan.up()
    unittest.main(verbosity=2)
