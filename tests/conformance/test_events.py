"""`troupe events` over a real WebSocket: what happens arrives, once, also across a restart."""

import json
import subprocess
import unittest

from daemon import BINARY, Daemon, IMAGE, wait_for_status


class Events(unittest.TestCase):
    def follow(self, daemon, *arguments):
        """The events that come until so many have come."""
        done = subprocess.run([BINARY, "events", "--data", daemon.data, *arguments], capture_output=True, text=True,
                              timeout=60, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_resumes_without_gap_after_kill_9(self):
        daemon = Daemon(runtime="simulated").start()
        self.addCleanup(daemon.remove)
        ecs = daemon.client()
        ecs.register_task_definition(family="f", containerDefinitions=[{"name": "c", "image": IMAGE, "memory": 8}])
        first = ecs.run_task(taskDefinition="f")["tasks"][0]["taskArn"]
        wait_for_status(ecs, first, "RUNNING")
        early = self.follow(daemon, "--from", "0", "--filter", "detail-type=ECS Task State Change", "--count", "2")
        self.assertEqual([e["detail"]["lastStatus"] for e in early], ["PENDING", "RUNNING"])
        self.assertEqual(early[0]["resources"], [first])
        self.assertEqual(early[0]["source"], "aws.ecs")
        last = early[-1]["sequence"]
        daemon.kill()
        daemon.start()
        ecs = daemon.client()
        # The simulated containers ended with the process, and the node says so.
        wait_for_status(ecs, first, "STOPPED")
        task_id = first.rsplit("/", 1)[1]
        late = self.follow(daemon, "--from", str(last), "--filter", "task=" + task_id, "--count", "1")
        sequences = [e["sequence"] for e in early + late]
        self.assertEqual(sequences, sorted(set(sequences)))
        versions = [e["detail"]["version"] for e in early + late]
        self.assertEqual(versions, list(range(1, len(versions) + 1)))

    def test_without_a_key_nobody_follows(self):
        daemon = Daemon(runtime="simulated").start()
        self.addCleanup(daemon.remove)
        env = {"AWS_ENDPOINT_URL_ECS": daemon.url, "AWS_ACCESS_KEY_ID": "AKIAUNKNOWNUNKNOWNXX",
               "AWS_SECRET_ACCESS_KEY": "wrong", "PATH": "/usr/bin"}
        done = subprocess.run([BINARY, "events", "--data", daemon.data], env=env, capture_output=True, text=True,
                              timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("403", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
