"""What container definitions ask for is what containers get."""

import os
import unittest

from daemon import Daemon, page, run_one, shell_container, task, wait_for_status, wait_until


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon().start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.daemon.load_image()
        cls.ecs = cls.daemon.client()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end_all_tasks(cls.ecs)

    def logs(self, arn):
        return self.daemon.run("logs", arn).stdout

    def output(self, family, script, until="STOPPED", **members):
        """What a container with this script writes."""
        task_members = {k: members.pop(k) for k in list(members) if k in
                        ("networkMode", "volumes", "pidMode", "ipcMode", "run", "cpu")}
        final = run_one(self.ecs, family, [shell_container("c", script, **members)], until=until, **task_members)
        return self.logs(final["taskArn"]).strip()

    def test_environment_user_and_directory(self):
        text = self.output("env", 'echo "$GREETING $(id -u):$(id -g) $(pwd)"', user="65534:65534",
                           workingDirectory="/tmp", environment=[{"name": "GREETING", "value": "hello"}])
        self.assertEqual(text, "hello 65534:65534 /tmp")

    def test_overrides_win(self):
        text = self.output("over", "echo never", environment=[{"name": "A", "value": "1"}],
                           run={"overrides": {"containerOverrides": [
                               {"name": "c", "command": ["/bin/sh", "-c", "echo $A$B"],
                                "environment": [{"name": "A", "value": "2"}, {"name": "B", "value": "3"}]}]}})
        self.assertEqual(text, "23")

    def test_exit_code_and_reason(self):
        final = run_one(self.ecs, "seven", [shell_container("c", "exit 7")], until="STOPPED")
        self.assertEqual(final["stopCode"], "EssentialContainerExited")
        self.assertEqual(final["stoppedReason"], "Essential container in task exited")
        self.assertEqual(final["containers"][0]["exitCode"], 7)

    def test_too_much_memory_is_said(self):
        hog = shell_container("c", "tail /dev/zero", memory=16)
        final = run_one(self.ecs, "hog", [hog], until="STOPPED")
        self.assertEqual(final["containers"][0]["exitCode"], 137)
        self.assertEqual(final["containers"][0]["reason"],
                         "OutOfMemoryError: Container killed due to memory usage")

    def test_capabilities_are_docker_s(self):
        text = self.output("caps", "grep CapEff /proc/self/status; grep Seccomp: /proc/self/status")
        self.assertIn("00000000a80425fb", text)
        self.assertRegex(text, r"Seccomp:\s*2")

    def test_volumes_are_shared_and_tmpfs_is_small(self):
        volumes = [{"name": "shared"}]
        mount = [{"sourceVolume": "shared", "containerPath": "/data"}]
        writer = shell_container("writer", "echo kept > /data/file", essential=False, mountPoints=mount)
        reader = shell_container("reader", "cat /data/file; df -m /small | tail -1", mountPoints=mount,
                                 dependsOn=[{"containerName": "writer", "condition": "SUCCESS"}],
                                 linuxParameters={"tmpfs": [{"containerPath": "/small", "size": 3}]})
        final = run_one(self.ecs, "vols", [writer, reader], until="STOPPED", volumes=volumes)
        text = self.logs(final["taskArn"])
        self.assertIn("kept", text)
        self.assertRegex(text, r"tmpfs\s+3\s")

    def test_awsvpc_gives_an_address_of_its_own(self):
        web = {"name": "web", "image": "troupe/hello", "memory": 32, "stopTimeout": 2,
               "portMappings": [{"containerPort": 80}]}
        running = run_one(self.ecs, "own", [web], networkMode="awsvpc",
                          run={"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}})
        details = {d["name"]: d["value"] for d in running["attachments"][0]["details"]}
        self.assertEqual(running["attachments"][0]["status"], "ATTACHED")
        self.assertIn(b"Hello from a task", page(details["privateIPv4Address"]))

    def test_host_network_is_the_host_s(self):
        text = self.output("hostnet", "ls -l /proc/self/ns/net", networkMode="host")
        self.assertIn(os.readlink("/proc/self/ns/net"), text)

    def test_health_is_checked(self):
        healthy = shell_container("c", "sleep 300", stopTimeout=2,
                                  healthCheck={"command": ["CMD-SHELL", "exit 0"], "interval": 5})
        running = run_one(self.ecs, "healthy", [healthy])
        wait_until(lambda: task(self.ecs, running["taskArn"])["healthStatus"] == "HEALTHY", 20, "HEALTHY")

    def test_metadata_endpoint_tells_who_one_is(self):
        text = self.output("meta", "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task")
        self.assertIn('"Family":"meta"', text)

    def test_a_missing_image_is_said(self):
        self.ecs.register_task_definition(family="missing", containerDefinitions=[
            {"name": "c", "image": "127.0.0.1:1/no/such:image", "memory": 16}])
        arn = self.ecs.run_task(taskDefinition="missing")["tasks"][0]["taskArn"]
        final = wait_for_status(self.ecs, arn, "STOPPED")
        self.assertEqual(final["stopCode"], "TaskFailedToStart")
        self.assertTrue(final["stoppedReason"].startswith("CannotPullContainerError: "), final["stoppedReason"])
        self.assertNotIn("startedAt", final)

    def test_a_taken_port_is_said(self):
        import socket
        with socket.socket() as holder:
            holder.bind(("0.0.0.0", 0))
            holder.listen()
            port = holder.getsockname()[1]
            web = {"name": "web", "image": "troupe/hello", "memory": 32,
                   "portMappings": [{"containerPort": 80, "hostPort": port}]}
            final = run_one(self.ecs, "taken", [web], until="STOPPED")
        self.assertEqual(final["stopCode"], "TaskFailedToStart")
        self.assertIn("port is already allocated", final["stoppedReason"])

    def test_a_fork_bomb_ends_with_its_task(self):
        bomb = shell_container("c", "f() { f | f & }; f; sleep 300", memory=64, stopTimeout=2)
        running = run_one(self.ecs, "bomb", [bomb])
        self.ecs.stop_task(task=running["taskArn"])
        wait_for_status(self.ecs, running["taskArn"], "STOPPED")

    def test_a_full_port_is_refused_at_placement(self):
        web = shell_container("c", "sleep 300", stopTimeout=2,
                              portMappings=[{"containerPort": 80, "hostPort": 28080}])
        run_one(self.ecs, "once", [web])
        again = self.ecs.run_task(taskDefinition="once")
        self.assertEqual(again["tasks"], [])
        self.assertEqual(again["failures"][0]["reason"], "RESOURCE:PORTS")


if __name__ == "__main__":
    unittest.main(verbosity=2)
