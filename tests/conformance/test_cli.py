"""Debian's AWS CLI, unmodified, from registration to a page served by a container."""

import json
import unittest
import urllib.request

from daemon import Daemon, IMAGE, wait_for_status


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
        with urllib.request.urlopen(f"http://127.0.0.1:{binding['hostPort']}/", timeout=10) as page:
            self.assertIn(b"Hello from a task", page.read())
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

    def test_an_error_reads_as_it_does_with_aws(self):
        refused = self.daemon.aws("describe-tasks", "--cluster", "nowhere", "--tasks", "0" * 32, check=False)
        self.assertEqual(refused.returncode, 254)
        self.assertIn("(ClusterNotFoundException) when calling the DescribeTasks operation: Cluster not found.",
                      refused.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
