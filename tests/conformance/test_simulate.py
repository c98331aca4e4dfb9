"""`troupe simulate` on descriptions and on a copy of a live cluster. The live one is `troupe dev` with a
simulated runtime: what it does is compared with what the copy said it would do."""

import json
import os
import subprocess
import tempfile
import unittest

from daemon import BINARY, Daemon, wait_until

WEB = {"family": "web", "containerDefinitions": [{"name": "web", "image": "web:1", "memory": 512, "cpu": 256}]}
DESCRIPTION = {
    "name": "two <zones>", "seed": 3, "lastsSeconds": 1800,
    "instances": [{"name": "node", "count": 4, "cpu": 2048, "memory": 4096,
                   "availabilityZones": ["us-east-1a", "us-east-1b"]}],
    "taskDefinitions": [WEB],
    "services": [{"serviceName": "web", "taskDefinition": "web", "desiredCount": 6}],
}


def simulate(*arguments, env=None):
    return subprocess.run([BINARY, "simulate", *arguments], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **(env or {})})


class Descriptions(unittest.TestCase):
    def play(self, description, *more, code=0):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(description, file)
            file.flush()
            done = simulate(file.name, *more)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout[-2000:])
        return done

    def report(self, description, code=0):
        return json.loads(self.play(description, "--json", "-", code=code).stdout)

    def test_a_service_becomes_steady(self):
        report = self.report(DESCRIPTION)
        self.assertTrue(report["finished"])
        self.assertEqual(report["bugs"], [])
        self.assertEqual(report["services"][0]["running"], 6)
        self.assertEqual(sum(each["tasks"] for each in report["instances"]), 6)
        self.assertEqual(self.report(DESCRIPTION), report, "the same description, the same report")

    def test_what_does_not_fit_is_said_with_its_reason(self):
        large = {**DESCRIPTION, "lastsSeconds": 300}
        large["services"] = [{"serviceName": "web", "taskDefinition": "web", "desiredCount": 60}]
        report = self.report(large, code=2)
        self.assertFalse(report["finished"])
        self.assertLess(report["services"][0]["running"], 60)
        self.assertIn("unable to place", report["refusals"][0]["reason"])
        self.assertIn("insufficient", json.dumps(report["refusals"]))

    def test_calls_and_faults_happen_at_their_times(self):
        plan = {**DESCRIPTION, "schedule": [
            {"at": 200, "call": "UpdateService", "with": {"service": "web", "desiredCount": 8}},
            {"at": 300, "fault": "loseInstance", "target": "node-2"},
            {"at": 400, "call": "UpdateContainerInstancesState",
             "with": {"containerInstances": ["@node-1"], "status": "DRAINING"}},
            {"at": 500, "call": "DeleteService", "with": {"service": "nobody"}}]}
        report = self.report(plan)
        told = [(each["kind"], each["text"]) for each in report["steps"]]
        self.assertIn(("fault", "the instance is lost"), told)
        self.assertTrue(any(kind == "refused" and "ServiceNotFoundException" in text for kind, text in told), told)
        self.assertEqual(report["services"][0]["running"], 8)
        self.assertLess(report["services"][0]["lowestRunning"], 8)
        tasks = {each["name"]: each["tasks"] for each in report["instances"]}
        self.assertEqual((tasks["node-1"], tasks["node-2"]), (0, 0))

    def test_the_page_loads_nothing_and_escapes(self):
        with tempfile.TemporaryDirectory() as folder:
            self.play(DESCRIPTION, "--html", folder + "/report.html")
            with open(folder + "/report.html", encoding="utf-8") as file:
                page = file.read()
        self.assertIn("<svg", page)
        self.assertIn("two &lt;zones&gt;", page)
        for loaded in ("http://", "https://", "<script", "src=", "@import", "<zones>"):
            self.assertNotIn(loaded, page)

    def test_a_wrong_description_is_refused_with_its_place(self):
        done = self.play({**DESCRIPTION, "instances": [{"memory": "much"}]}, code=1)
        self.assertIn("instances.memory must be a number", done.stderr)
        done = self.play({**DESCRIPTION, "sevices": []}, code=1)
        self.assertIn("no member sevices", done.stderr)
        self.assertIn("cannot read", simulate("/nowhere/at/all.json").stderr)
        self.assertEqual(simulate().returncode, 1)

    def test_chaos_holds_and_says_its_rate(self):
        done = simulate("--chaos", "--seed", "1", "--seeds", "2")
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])
        self.assertRegex(done.stdout, r"seed 2 holds: \d+ messages.*virtual hours/min")
        again = simulate("--chaos", "--seed", "1", "--seeds", "1").stdout
        digest = again.split("digest ")[1][:16]
        self.assertIn("digest " + digest, done.stdout)

    def test_a_planted_bug_is_seen(self):
        done = simulate("--chaos", "--plant", "skipped-sequence")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"seed \d+, step \d+: event \d+ is written after event \d+")


class LiveCluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("--instances", "3", runtime="simulated").start()
        cls.addClassCleanup(cls.daemon.remove)
        ecs = cls.ecs = cls.daemon.client()
        ecs.register_task_definition(**WEB)
        ecs.create_service(serviceName="web", taskDefinition="web", desiredCount=3)
        ecs.run_task(taskDefinition="web", count=2)
        wait_until(lambda: ecs.describe_services(services=["web"])["services"][0]["runningCount"] == 3, 30,
                   "the service runs")
        cls.instances = ecs.list_container_instances()["containerInstanceArns"]

    def ask(self, *more, code=0):
        done = simulate("--from", self.daemon.url, "--data", self.daemon.data, "--json", "-", *more)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout[-2000:])
        return json.loads(done.stdout)

    def test_the_copy_stands_as_the_original(self):
        report = self.ask()
        self.assertTrue(report["finished"])
        self.assertEqual(len(report["instances"]), 3)
        self.assertEqual(sum(each["tasks"] for each in report["instances"]), 5)
        self.assertEqual(report["services"][0]["desired"], 3)

    def test_a_rollout_keeps_its_healthy_tasks(self):
        report = self.ask("--deploy", "web=web:2")
        self.assertTrue(report["finished"])
        web = report["services"][0]
        self.assertEqual((web["running"], web["lowestHealthy"]), (3, 3))
        self.assertGreater(report["finishedAt"], report["stepsFrom"] + 40, "new tasks are healthy after 40 s")

    def test_a_drained_instance_is_empty_at_the_end(self):
        report = self.ask("--drain", self.instances[0])
        self.assertTrue(report["finished"], report["unrest"])
        draining = [each for each in report["instances"] if each["status"] == "DRAINING"]
        self.assertEqual(len(draining), 1)
        self.assertNotIn("service:web", draining[0]["placements"])

    def test_a_scale_that_does_not_fit_says_why(self):
        report = self.ask("--scale", "web=5000", code=2)
        self.assertFalse(report["finished"])
        self.assertIn("unable to place", json.dumps(report["refusals"]))

    def test_a_zone_that_is_lost_takes_all(self):
        report = self.ask("--lose-zone", "us-east-1a", code=2)
        self.assertEqual(report["services"][0]["running"], 0)
        self.assertEqual(report["services"][0]["lowestHealthy"], 0)

    def test_what_is_not_there_is_said(self):
        for more, text in ((("--deploy", "nobody=web:2"), "no service nobody"),
                           (("--drain", "nowhere"), "no instance nowhere"),
                           (("--scale", "web=many"), "no count"),
                           (("--lose-zone", "mars"), "zone mars")):
            done = simulate("--from", self.daemon.url, "--data", self.daemon.data, *more)
            self.assertEqual(done.returncode, 1)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
