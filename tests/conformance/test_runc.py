"""The same task under runc instead of crun."""

import unittest

from daemon import Daemon, IMAGE, page, run_one, wait_for_status


class Runc(unittest.TestCase):
    def test_a_task_runs_serves_a_page_and_stops(self):
        daemon = Daemon("--oci-runtime", "runc").start()
        self.addCleanup(daemon.remove)
        daemon.load_image()
        ecs = daemon.client()
        web = {"name": "web", "image": IMAGE, "memory": 64, "stopTimeout": 2, "portMappings": [{"containerPort": 80}]}
        running = run_one(ecs, "page", [web])
        port = running["containers"][0]["networkBindings"][0]["hostPort"]
        self.assertIn(b"Hello from a task", page(f"127.0.0.1:{port}"))
        self.assertIn("oci uses runc", daemon.log())
        ecs.stop_task(task=running["taskArn"])
        final = wait_for_status(ecs, running["taskArn"], "STOPPED")
        self.assertEqual(final["containers"][0]["exitCode"], 137)
        daemon.end_all_tasks(ecs)


if __name__ == "__main__":
    unittest.main(verbosity=2)
