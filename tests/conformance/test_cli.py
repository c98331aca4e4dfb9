"""Debian's AWS CLI, unmodified, from registration to a page served by a container."""

import json
import subprocess
import unittest

from daemon import BINARY, Daemon, IMAGE, page, shell_container, wait_for_status


class AwsCli(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon().start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.daemon.load_image()
        cls.ecs = cls.daemon.client()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end_all_tasks(cls.ecs)

    def test_a_registered_definition_runs_and_serves_a_page(self):
        definition = [{"name": "web", "image": IMAGE, "memory": 64, "stopTimeout": 2,
                       "portMappings": [{"containerPort": 80}]}]
        self.daemon.aws("register-task-definition", "--family", "page", "--container-definitions",
                        json.dumps(definition))
        run = json.loads(self.daemon.aws("run-task", "--task-definition", "page").stdout)
        arn = run["tasks"][0]["taskArn"]
        self.assertEqual(run["tasks"][0]["lastStatus"], "PENDING")
        running = wait_for_status(self.ecs, arn, "RUNNING")
        binding = running["containers"][0]["networkBindings"][0]
        self.assertEqual(binding["containerPort"], 80)
        self.assertGreaterEqual(binding["hostPort"], 49153)
        self.assertIn(b"Hello from a task", page(f"127.0.0.1:{binding['hostPort']}"))
        stopped = json.loads(self.daemon.aws("stop-task", "--task", arn, "--reason", "enough").stdout)["task"]
        self.assertEqual((stopped["desiredStatus"], stopped["stopCode"], stopped["stoppedReason"]),
                         ("STOPPED", "UserInitiated", "enough"))
        final = wait_for_status(self.ecs, arn, "STOPPED")
        self.assertEqual(final["containers"][0]["exitCode"], 137)
        for earlier, later in (("createdAt", "startedAt"), ("startedAt", "stoppingAt"),
                               ("stoppingAt", "executionStoppedAt"), ("executionStoppedAt", "stoppedAt")):
            self.assertLessEqual(final[earlier], final[later])

    def test_the_waiter_sees_the_task_run(self):
        self.daemon.aws("register-task-definition", "--family", "waited", "--container-definitions",
                        json.dumps([{"name": "web", "image": IMAGE, "memory": 64, "stopTimeout": 2}]))
        run = json.loads(self.daemon.aws("run-task", "--task-definition", "waited").stdout)
        self.daemon.aws("wait", "tasks-running", "--tasks", run["tasks"][0]["taskArn"])

    def instance(self):
        """The one container instance, as the CLI lists and describes it."""
        listed = json.loads(self.daemon.aws("list-container-instances").stdout)["containerInstanceArns"]
        self.assertEqual(len(listed), 1)
        told = json.loads(self.daemon.aws("describe-container-instances", "--container-instances", *listed).stdout)
        self.assertEqual(told["failures"], [])
        self.assertEqual(told["containerInstances"][0]["containerInstanceArn"], listed[0])
        return told["containerInstances"][0]

    def test_the_instance_is_described(self):
        instance = self.instance()
        self.assertEqual((instance["status"], instance["agentConnected"]), ("ACTIVE", True))
        registered = {each["name"]: each for each in instance["registeredResources"]}
        self.assertGreaterEqual(registered["CPU"]["integerValue"], 1024)
        self.assertGreater(registered["MEMORY"]["integerValue"], 0)
        self.assertIn("ecs.os-type", {each["name"] for each in instance["attributes"]})
        missing = json.loads(self.daemon.aws("describe-container-instances", "--container-instances", "1" * 32).stdout)
        self.assertEqual(missing["containerInstances"], [])
        self.assertEqual(missing["failures"][0]["reason"], "MISSING")

    def test_start_task_names_its_instance(self):
        self.daemon.aws("register-task-definition", "--family", "started", "--container-definitions",
                        json.dumps([{"name": "web", "image": IMAGE, "memory": 64, "stopTimeout": 2}]))
        arn = self.instance()["containerInstanceArn"]
        start = json.loads(self.daemon.aws("start-task", "--task-definition", "started",
                                           "--container-instances", arn).stdout)
        self.assertEqual(start["failures"], [])
        started = start["tasks"][0]
        self.assertEqual(started["containerInstanceArn"], arn)
        wait_for_status(self.ecs, started["taskArn"], "RUNNING")
        self.assertGreaterEqual(self.instance()["runningTasksCount"], 1)
        nowhere = json.loads(self.daemon.aws("start-task", "--task-definition", "started",
                                             "--container-instances", "1" * 32).stdout)
        self.assertEqual(nowhere["tasks"], [])
        self.assertEqual(nowhere["failures"][0]["reason"], "MISSING")

    def test_logs_are_followed_to_the_end(self):
        script = "echo first; until [ -e /tmp/go ]; do sleep 0.1; done; echo last"
        self.daemon.aws("register-task-definition", "--family", "talks", "--container-definitions",
                        json.dumps([shell_container("c", "(sleep 1; touch /tmp/go) & " + script)]))
        arn = json.loads(self.daemon.aws("run-task", "--task-definition", "talks").stdout)["tasks"][0]["taskArn"]
        wait_for_status(self.ecs, arn, "RUNNING")
        with subprocess.Popen([BINARY, "logs", arn, "-f", "--data", self.daemon.data], stdout=subprocess.PIPE,
                              text=True) as follower:
            self.assertEqual(follower.stdout.readline(), "first\n")
            self.assertEqual(follower.stdout.readline(), "last\n")
            self.assertEqual(follower.stdout.read(), "")
            self.assertEqual(follower.wait(timeout=10), 0)
        wait_for_status(self.ecs, arn, "STOPPED")

    def test_an_error_reads_as_it_does_with_aws(self):
        refused = self.daemon.aws("describe-tasks", "--cluster", "nowhere", "--tasks", "0" * 32, check=False)
        self.assertEqual(refused.returncode, 254)
        self.assertIn("(ClusterNotFoundException) when calling the DescribeTasks operation: Cluster not found.",
                      refused.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
