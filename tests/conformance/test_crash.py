"""kill -9 of the daemon at random moments under load, twenty times.

After each: what was acknowledged is there, nothing runs twice, what ended meanwhile has
its real exit code. At the end nothing is left on the host.
"""

import os
import random
import threading
import time
import unittest

import botocore.exceptions

from daemon import Daemon, shell_container, wait_until

ROUNDS = int(os.environ.get("TROUPE_CRASH_ROUNDS", "20"))
SEED = int(os.environ.get("TROUPE_CRASH_SEED", str(random.randrange(1 << 32))))
AT_MOST = 24  # tasks at a time


class Load(threading.Thread):
    """Runs and stops tasks until the connection breaks; remembers what was acknowledged."""

    def __init__(self, ecs, seed, known):
        super().__init__()
        self.ecs = ecs
        self.random = random.Random(seed)
        self.known = known
        self.problem = None

    def run(self):
        try:
            while True:
                self.step()
        except (botocore.exceptions.EndpointConnectionError, botocore.exceptions.ConnectionClosedError,
                botocore.exceptions.ReadTimeoutError, botocore.exceptions.HTTPClientError):
            pass  # The crash.
        except Exception as problem:  # pylint: disable=broad-except
            self.problem = problem

    def step(self):
        alive = [arn for arn, state in list(self.known.items()) if state == "RUNNING"]
        if len(alive) < AT_MOST and self.random.random() < 0.7:
            family = self.random.choice(["sleeps", "sleeps-bridge", "ends"])
            answer = self.ecs.run_task(taskDefinition=family, count=self.random.choice([1, 1, 2]))
            for task in answer["tasks"]:
                self.known[task["taskArn"]] = "ENDS" if family == "ends" else "RUNNING"
        elif alive:
            arn = self.random.choice(alive)
            self.known[arn] = "MAYBE"  # Asked, not yet acknowledged.
            self.ecs.stop_task(task=arn)
            self.known[arn] = "STOPPED"


def cgroups_of(ids):
    """Control groups whose names begin with one of these ids. os.walk bears groups that vanish."""
    return [os.path.join(parent, name) for parent, names, _ in os.walk("/sys/fs/cgroup") for name in names
            if any(name.startswith(identity) for identity in ids)]


class Crash(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_and_nothing_runs_twice(self):
        print(f"TROUPE_CRASH_SEED={SEED}", flush=True)
        dice = random.Random(SEED)
        daemon = Daemon().start()
        self.addCleanup(daemon.remove)
        daemon.load_image()
        self.register(daemon.client())
        known = {}
        for turn in range(ROUNDS):
            loads = [Load(daemon.client(), dice.random(), known) for _ in range(2)]
            for load in loads:
                load.start()
            time.sleep(dice.uniform(0.05, 0.8))
            daemon.kill()
            for load in loads:
                load.join(timeout=90)
                self.assertIsNone(load.problem, f"round {turn}: {load.problem}")
            time.sleep(dice.uniform(0, 0.3))  # Containers end while nobody looks.
            daemon.start()
            self.check(daemon, known, turn)
        self.finish(daemon, known)

    def register(self, ecs):
        sleeper = shell_container("c", "trap 'exit 0' TERM; sleep 600 & wait", stopTimeout=2)
        ecs.register_task_definition(family="sleeps", networkMode="host", containerDefinitions=[sleeper])
        ecs.register_task_definition(family="sleeps-bridge", containerDefinitions=[
            {**sleeper, "portMappings": [{"containerPort": 80}]}])
        ecs.register_task_definition(family="ends", networkMode="host", containerDefinitions=[
            shell_container("c", "sleep 0.$(( $$ % 7 )); exit 7")])

    def describe(self, ecs, arns):
        found = {}
        for start in range(0, len(arns), 100):
            answer = ecs.describe_tasks(tasks=arns[start:start + 100])
            self.assertEqual(answer["failures"], [], "an acknowledged task is missing")
            found.update({task["taskArn"]: task for task in answer["tasks"]})
        return found

    def check(self, daemon, known, turn):
        ecs = daemon.client()
        tasks = self.describe(ecs, list(known))
        for arn, state in known.items():
            task = tasks[arn]
            if state == "STOPPED":
                self.assertEqual(task["desiredStatus"], "STOPPED", f"round {turn}: {arn} forgot that it stops")
            if state == "RUNNING":
                self.assertEqual(task["desiredStatus"], "RUNNING", f"round {turn}: {task}")
        self.check_single(daemon, turn)
        running = [arn for arn, state in known.items() if state == "RUNNING"]

        def all_run():
            now = self.describe(ecs, running)
            for task in now.values():
                self.assertNotEqual(task["lastStatus"], "STOPPED", f"round {turn}: {task}")
            return all(task["lastStatus"] == "RUNNING" for task in now.values())
        wait_until(all_run, 60, f"round {turn}: every task that should run does")
        self.check_single(daemon, turn)
        for arn in [arn for arn, state in known.items() if state == "MAYBE"]:
            known[arn] = "STOPPED" if tasks[arn]["desiredStatus"] == "STOPPED" else "RUNNING"

    def check_single(self, daemon, turn):
        """No container has two monitors."""
        ids = []
        for text in daemon.conmons():
            words = text.split(" ")
            ids.append(words[words.index("--cid") + 1])
        doubled = {identity for identity in ids if ids.count(identity) > 1}
        # conmon forks once at its start; both halves show for a moment.
        if doubled:
            time.sleep(0.5)
            again = [text for text in daemon.conmons() for identity in doubled if identity in text]
            self.assertLessEqual(len(again), len(doubled), f"round {turn}: doubled: {again}")

    def finish(self, daemon, known):
        ecs = daemon.client()
        ended = [arn for arn, state in known.items() if state == "ENDS"]
        wait_until(lambda: all(t["lastStatus"] == "STOPPED" for t in self.describe(ecs, ended).values()), 60,
                   "tasks that end by themselves are STOPPED")
        for task in self.describe(ecs, ended).values():
            self.assertEqual(task["containers"][0].get("exitCode"), 7, task)
        daemon.end_all_tasks(ecs)
        self.assertEqual(daemon.mounts(), [])
        ids = [arn.rsplit("/", 1)[1] for arn in known]
        wait_until(lambda: not cgroups_of(ids), 30, f"no cgroup is left, but {cgroups_of(ids)[:3]}")
        print(f"{len(known)} tasks, {ROUNDS} crashes", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
