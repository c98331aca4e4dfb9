"""Managed scaling with real machines: `troupe agent` processes in network namespaces. A service on a capacity provider
without instances waits, machines come, its tasks run; a machine that dies is replaced; a server that is killed finds
its machines again; and when nothing is wanted any more they are drained and end."""

import os
import pathlib
import signal
import subprocess
import unittest

import lan
from daemon import Daemon, wait_until

GROUP = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/elastic"


class Server(Daemon):
    command = "server"

    def start(self, deadline_s=60):
        super().start(deadline_s)
        self.options[1] = self.url.removeprefix("http://")
        return self

    def remove(self):
        self.stop()
        for name, pid in self.machines().items():
            os.kill(pid, signal.SIGKILL)
            subprocess.run(["ip", "netns", "delete", "troupe-" + name], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", self.data], check=True)

    def machines(self):
        """Pids of the agents, by the names of their machines."""
        found = {}
        for file in pathlib.Path(self.data, "machines").glob("*/machine"):
            pid = int(file.read_text().split()[3])
            if pid > 0 and pathlib.Path(f"/proc/{pid}").exists():
                found[file.parent.name] = pid
        return found


class ElasticTest(unittest.TestCase):
    """A server with one group of machines, and the capacity provider `elastic` that scales it."""

    def start(self, group):
        self.server = Server("--machine-group", "elastic:" + group, "--scaling-seconds", "1")
        self.server.options = ["--listen", "127.0.0.1:0", *self.server.options[4:]]
        self.server.start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        self.ecs.create_capacity_provider(name="elastic", autoScalingGroupProvider={
            "autoScalingGroupArn": GROUP, "managedTerminationProtection": "DISABLED",
            "managedScaling": {"status": "ENABLED", "targetCapacity": 100, "instanceWarmupPeriod": 2}})
        self.ecs.put_cluster_capacity_providers(cluster="default", capacityProviders=["elastic"],
                                                defaultCapacityProviderStrategy=[])

    def instances(self):
        arns = self.ecs.list_container_instances()["containerInstanceArns"]
        return self.ecs.describe_container_instances(containerInstances=arns)["containerInstances"] if arns else []


class Scaling(ElasticTest):
    def setUp(self):
        self.start("min=0,max=4,runtime=simulated,zone=us-east-1b,attributes=stack=elastic")
        # Two of them fill a machine, which has this host's processors.
        self.ecs.register_task_definition(family="web", containerDefinitions=[
            {"name": "web", "image": "busybox", "cpu": os.cpu_count() * 512, "memory": 64}])
        self.ecs.register_task_definition(family="watch", containerDefinitions=[
            {"name": "watch", "image": "busybox", "memory": 16}])

    def tasks(self, service="web"):
        arns = self.ecs.list_tasks(serviceName=service)["taskArns"]
        return self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []

    def all_run(self, count, service="web"):
        tasks = self.tasks(service)
        return tasks if len(tasks) == count and all(t["lastStatus"] == "RUNNING" for t in tasks) else None

    def namespaces(self):
        return {os.readlink(f"/proc/{pid}/ns/net") for pid in self.server.machines().values()}

    def test_machines_come_and_go_with_the_tasks(self):
        self.assertEqual(self.instances(), [])
        self.ecs.create_service(serviceName="watch", taskDefinition="watch", schedulingStrategy="DAEMON")
        self.ecs.create_service(serviceName="web", taskDefinition="web", desiredCount=4, capacityProviderStrategy=[
            {"capacityProvider": "elastic", "weight": 1}])
        waiting = wait_until(lambda: len(self.tasks()) == 4 and self.tasks(), 20, "four tasks wait")
        for task in waiting:
            self.assertEqual(task["capacityProviderName"], "elastic")
        self.assertIn("PROVISIONING", {task["lastStatus"] for task in waiting})

        tasks = wait_until(lambda: self.all_run(4), 60, "four tasks run")
        self.assertEqual({task["taskArn"] for task in tasks}, {task["taskArn"] for task in waiting})
        instances = self.instances()
        self.assertEqual(len(instances), 2)
        for instance in instances:
            self.assertEqual(instance["capacityProviderName"], "elastic")
            attributes = {each["name"]: each.get("value") for each in instance["attributes"]}
            self.assertEqual((attributes["stack"], attributes["ecs.availability-zone"]), ("elastic", "us-east-1b"))
        self.assertEqual(len(self.namespaces()), 2)
        self.assertNotIn(os.readlink("/proc/self/ns/net"), self.namespaces())
        wait_until(lambda: self.all_run(2, "watch"), 30, "a daemon runs on each")

        self.a_server_that_is_killed_finds_its_machines(tasks)
        self.a_machine_that_dies_is_replaced()

        self.ecs.update_service(service="web", desiredCount=0)
        wait_until(lambda: not self.instances(), 60, "the instances are gone")
        wait_until(lambda: not self.server.machines(), 30, "the machines are gone")
        def left():
            return subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
        wait_until(lambda: "troupe-elastic" not in left(), 30, "the namespaces are gone")
    def a_server_that_is_killed_finds_its_machines(self, tasks):
        machines = self.server.machines()
        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        wait_until(lambda: all(each["agentConnected"] for each in self.instances()), 60, "the agents are back")
        self.assertEqual(self.server.machines(), machines)
        self.assertEqual({task["taskArn"] for task in wait_until(lambda: self.all_run(4), 30, "all run")},
                         {task["taskArn"] for task in tasks})

    def a_machine_that_dies_is_replaced(self):
        machines = self.server.machines()
        name, pid = sorted(machines.items())[0]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: name not in self.server.machines() and len(self.server.machines()) == 2, 60,
                   "another machine has come")
        wait_until(lambda: self.all_run(4) and len(self.instances()) == 2, 60, "four tasks run again")


if __name__ == "__main__":
    lan.enter()
    lan.up()
    unittest.main(verbosity=2)
