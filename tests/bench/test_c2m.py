"""`troupe bench c2m` at a tenth of its size: every task comes to run, an update replaces
what it should, a restart finds every task, and all of them end. No speed is asked for."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

TASKS = 200_000
INSTANCES = 610


def figures(printed):
    """Name to value of each `name value unit` line."""
    return {m[1]: float(m[2]) for m in re.finditer(r"^(\S+)\s+([0-9.]+) \S+$", printed, re.M)}


class C2m(unittest.TestCase):
    def test_a_tenth(self):
        with tempfile.TemporaryDirectory() as directory:
            curve = os.path.join(directory, "curve.svg")
            done = subprocess.run(
                [os.environ["TROUPE_BINARY"], "bench", "c2m", "--instances", str(INSTANCES), "--tasks", str(TASKS),
                 "--healthy-after", "1", "--data", directory, "--curve", curve],
                capture_output=True, text=True, timeout=280, check=False)
            print(done.stdout)
            # It fails when a task is lost: all must run, again after the restart, and stop.
            self.assertEqual(done.returncode, 0, done.stderr)
            told = figures(done.stdout)
            self.assertEqual(told["c2m.tasks"], TASKS)
            self.assertEqual(told["c2m.instances"], INSTANCES)
            self.assertEqual(told["c2m.update.tasks"], TASKS / 20)
            for name in ["c2m.all_running", "c2m.update.old_stopped", "c2m.restart", "c2m.all_stopped",
                         "c2m.describe_tasks.p99", "c2m.run_task.p99", "c2m.journal_per_task"]:
                self.assertGreater(told[name], 0, name)
            # Not speed, which is the machine's, but size: 4 KiB are the promise.
            self.assertLess(told["c2m.memory_per_task"], 4)
            picture = ElementTree.parse(curve).getroot()
            self.assertTrue(picture.tag.endswith("svg"))
            self.assertEqual(os.listdir(directory), ["curve.svg"], "its data directory stays behind")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
