"""A data directory whose disk fills up: nothing acknowledged is lost, and work goes on with the space."""

import os
import subprocess
import unittest

import botocore.exceptions

from daemon import Daemon, run_one, shell_container, task, wait_for_status, wait_until


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m,mode=0755", "tmpfs", self.daemon.data], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.daemon.data], check=True)
        self.addCleanup(self.daemon.stop)
        self.daemon.start()
        self.daemon.load_image()
        self.ecs = self.daemon.client()

    def fill(self):
        """Takes the last byte; what the daemon frees meanwhile, too."""
        with open(os.path.join(self.daemon.data, "filler"), "ab", buffering=0) as filler:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    pass

    def try_to_run(self):
        """What a RunTask on a full disk came to: 'refused', or the final task."""
        try:
            answer = self.ecs.run_task(taskDefinition="sleeps")
        except botocore.exceptions.ClientError as refusal:
            self.assertEqual(refusal.response["Error"]["Code"], "ServerException")
            self.assertGreaterEqual(refusal.response["ResponseMetadata"]["HTTPStatusCode"], 500)
            return "refused"
        return answer["tasks"][0]["taskArn"]

    def test_it_refuses_says_so_and_goes_on(self):
        sleeper = shell_container("c", "trap 'exit 0' TERM; sleep 600 & wait", stopTimeout=2)
        before = run_one(self.ecs, "sleeps", [sleeper], networkMode="host")["taskArn"]
        self.fill()
        acknowledged = [before]
        outcomes = [self.try_to_run() for _ in range(5)]
        for arn in (each for each in outcomes if each != "refused"):
            # The journal had room in a file it has already; the container had none.
            acknowledged.append(arn)
            self.fill()
        self.assertEqual(task(self.ecs, before)["lastStatus"], "RUNNING", "reading goes on")
        if outcomes.count("refused") == 5:
            self.assertEqual(self.ecs.list_tasks()["taskArns"], [before], "what was refused is not there")
        os.unlink(os.path.join(self.daemon.data, "filler"))

        def runs_again():
            arn = self.try_to_run()
            return arn if arn != "refused" else None
        after = wait_until(runs_again, 30, "RunTask is accepted when there is space")
        wait_for_status(self.ecs, after, "RUNNING", 30)
        acknowledged.append(after)
        for arn in acknowledged:
            now = wait_until(lambda arn=arn: self.settled(arn), 30, f"{arn} runs, or says why not")
            if now["lastStatus"] == "STOPPED":
                self.assertIn("no space left on device", now["stoppedReason"].lower())
        self.daemon.kill()
        self.daemon.start()
        self.ecs = self.daemon.client()
        found = self.ecs.describe_tasks(tasks=acknowledged)
        self.assertEqual(found["failures"], [], "an acknowledged task is missing")
        for arn in (before, after):
            wait_for_status(self.ecs, arn, "RUNNING", 30)
        self.daemon.end_all_tasks(self.ecs)

    def settled(self, arn):
        now = task(self.ecs, arn)
        return now if now["lastStatus"] in ("RUNNING", "STOPPED") else None


if __name__ == "__main__":
    unittest.main(verbosity=2)
