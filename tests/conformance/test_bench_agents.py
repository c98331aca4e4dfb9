"""`troupe bench agents`, small: every figure comes, and the agents take their share of the tasks."""

import subprocess
import tempfile
import unittest

from daemon import BINARY


class BenchAgents(unittest.TestCase):
    def test_a_small_crowd_prints_every_figure(self):
        with tempfile.TemporaryDirectory(prefix="troupe-test-") as directory:
            done = subprocess.run([BINARY, "bench", "agents", "--agents", "25", "--tasks", "100", "--runs", "1",
                                   "--seconds", "1", "--data", directory], capture_output=True, text=True,
                                  timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()}
        self.assertEqual(figures["agents.connected"], 25)
        self.assertEqual(figures["agents.spread.tasks"], 100)
        for name in ("plain.beast.memory_of_two", "agents.connect.all", "agents.server_memory_each",
                     "agents.agent_memory_each", "agents.spread.all_running.p50", "agents.spread.rate"):
            self.assertGreater(figures[name], 0, name)
        self.assertIn("agents.heartbeat.server_cpu_per_1000", figures)

    def test_more_agents_than_files_are_refused_with_the_reason(self):
        done = subprocess.run(["prlimit", "--nofile=4096:4096", "setpriv", "--bounding-set", "-sys_resource",
                               "--inh-caps", "-sys_resource", BINARY, "bench", "agents", "--agents", "2000"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("4096 files open, and 2000 agents need", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
