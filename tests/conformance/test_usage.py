"""What containers use, from their cgroups to whoever asks: `troupe top`, /metrics, the task metadata endpoint;
and what an instance has left, as Debian's AWS CLI shows it."""

import json
import pty
import os
import re
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from daemon import BINARY, Daemon, run_one, shell_container, task, wait_until
from test_agent import Host, Server

MIB = 1 << 20
# Half a core: the burner's quota. A busy machine gives less.
CPU_MIN, CPU_MAX = 200, 600
HELD = 24 * MIB


def burner():
    return shell_container("burner", "while :; do :; done")


def holder():
    """Holds memory, and says once a second what the metadata endpoint tells of it."""
    script = (f"dd if=/dev/zero of=/dev/shm/held bs={MIB} count={HELD // MIB} 2>/dev/null; "
              "while :; do wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/stats; echo; "
              "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task/stats; echo; sleep 1; done")
    # Its share comes before what the burner takes of the task's.
    return shell_container("holder", script, memory=64, cpu=256)


def top(daemon, *arguments):
    return json.loads(daemon.run("top", "--once", "--json", *arguments).stdout)


def sooner_or_later(check, deadline_s=60):
    """One look shows one second, in which a busy machine may have given a container nothing: looks again
    until what `check` asserts holds."""
    end = time.monotonic() + deadline_s
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > end:
                raise
        time.sleep(0.5)


def container_in(usage, arn, name):
    """What a container uses; None as long as nothing is known of it."""
    for each in usage["tasks"]:
        if each["taskArn"] == arn:
            for one in each["containers"]:
                if one["name"] == name:
                    return one.get("used")
    return None


class OfContainers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("--usage-interval", "1").start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.daemon.load_image()
        cls.ecs = cls.daemon.client()
        cls.before = cls.resources()
        running = run_one(cls.ecs, "used", [burner(), holder()], cpu="512", memory="256", networkMode="awsvpc",
                          run={"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}})
        cls.arn = running["taskArn"]
        cls.id = cls.arn.split("/")[-1]
        wait_until(lambda: (container_in(top(cls.daemon), cls.arn, "burner") or {}).get("cpuUnits", 0) > CPU_MIN,
                   60, "the burner burns")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end_all_tasks(cls.ecs)

    @classmethod
    def resources(cls):
        arns = json.loads(cls.daemon.aws("list-container-instances").stdout)["containerInstanceArns"]
        shown = cls.daemon.aws("describe-container-instances", "--container-instances", *arns)
        instance = json.loads(shown.stdout)["containerInstances"][0]
        return {kind: {each["name"]: each.get("stringSetValue", each["integerValue"]) for each in instance[kind]}
                for kind in ("registeredResources", "remainingResources")}

    def metrics(self):
        with urllib.request.urlopen(self.daemon.url + "/metrics", timeout=10) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            text = answer.read().decode()
        samples = {}
        for family in text_string_to_metric_families(text):
            self.assertIn(family.type, ("gauge", "counter", "histogram"), family.name)
            self.assertTrue(family.documentation, family.name)
            for sample in family.samples:
                samples.setdefault(sample.name, []).append((sample.labels, sample.value))
        return samples

    def test_top_shows_what_is_used_beside_what_is_reserved(self):
        sooner_or_later(self.look_at_top)

    def look_at_top(self):
        usage = top(self.daemon, "--minutes", "60")
        instance = usage["containerInstances"][0]
        self.assertGreaterEqual(instance["reserved"]["cpuUnits"], 512)
        self.assertGreater(instance["used"]["memoryBytes"], HELD)
        self.assertGreaterEqual(len(instance["minutes"]), 1)
        used = {name: container_in(usage, self.arn, name) for name in ("burner", "holder")}
        self.assertTrue(CPU_MIN < used["burner"]["cpuUnits"] < CPU_MAX, used)
        self.assertTrue(HELD <= used["holder"]["memoryBytes"] < HELD + 16 * MIB, used)
        self.assertLess(used["burner"]["memoryBytes"], 16 * MIB)
        # It asks the metadata endpoint once a second.
        self.assertGreater(used["holder"]["receivedBytesPerSecond"], 100)
        task_use = next(each for each in usage["tasks"] if each["taskArn"] == self.arn)
        self.assertEqual(task_use["reserved"], {"cpuUnits": 512, "memoryMib": 256})
        minutes = next(each for each in task_use["containers"] if each["name"] == "holder")["minutes"]
        memory = minutes[-1]["memoryBytes"]
        self.assertLessEqual(memory["min"], memory["avg"])
        self.assertLessEqual(memory["avg"], memory["max"])
        self.assertAlmostEqual(memory["sum"], memory["avg"] * memory["count"], delta=memory["sum"] / 1000)

    def test_top_is_plain_when_piped_and_refreshes_in_place_on_a_terminal(self):
        lines = self.daemon.run("top", "--once").stdout.splitlines()
        self.assertTrue(lines[0].startswith("cluster default: 1 instances, "), lines[0])
        self.assertRegex("\n".join(lines), r"INSTANCE +HOST +STATUS +TASKS +CPU +RESERVED +USED")
        self.assertRegex("\n".join(lines), rf"\n{self.id} +family:used +RUNNING ")
        self.assertNotIn("\x1b", "".join(lines))
        by_memory = self.daemon.run("top", "--once", "--by", "memory").stdout
        self.assertIn("\n  holder ", by_memory)
        wrong = self.daemon.run("top", "--by", "colour", check=False)
        self.assertEqual((wrong.returncode, wrong.stderr),
                         (1, "troupe: by: 'colour' is not cpu, memory, network, io or name\n"))
        main, terminal = pty.openpty()
        shown = subprocess.Popen([BINARY, "top", "--interval", "1", "--data", self.daemon.data], stdout=terminal,
                                 stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True)
        os.close(terminal)
        text = b""
        end = time.monotonic() + 30
        while text.count(b"\x1b[H") < 2 and time.monotonic() < end:
            text += os.read(main, 65536)
        shown.terminate()
        self.assertEqual(shown.wait(timeout=30), 0)
        try:
            while more := os.read(main, 65536):
                text += more
        except OSError:  # Nobody has the terminal open any more.
            pass
        os.close(main)
        self.assertTrue(text.startswith(b"\x1b[?1049h"), text[:40])
        self.assertEqual(text.count(b"cluster default: "), text.count(b"\x1b[H"))
        self.assertTrue(text.endswith(b"\x1b[?1049l"), text[-40:])

    def test_metrics_are_what_prometheus_reads(self):
        sooner_or_later(self.look_at_metrics)

    def look_at_metrics(self):
        samples = self.metrics()
        self.assertEqual(samples["troupe_clusters"], [({}, 1.0)])
        running = [value for labels, value in samples["troupe_tasks"] if labels["status"] == "RUNNING"]
        self.assertEqual(running, [1.0])

        def of(name, container):
            return next(value for labels, value in samples[name]
                        if labels["task"] == self.id and labels["container"] == container)
        self.assertTrue(CPU_MIN < of("troupe_container_cpu_used_units", "burner") < CPU_MAX)
        self.assertTrue(HELD <= of("troupe_container_memory_used_bytes", "holder") < HELD + 16 * MIB)
        self.assertEqual(of("troupe_container_memory_limit_bytes", "holder"), 64 * MIB)
        self.assertGreater(of("troupe_container_network_received_bytes_total", "holder"), 100)
        labels, registered = samples["troupe_instance_cpu_registered_units"][0]
        self.assertEqual(registered, os.cpu_count() * 1024)
        remaining = samples["troupe_instance_cpu_remaining_units"][0][1]
        self.assertEqual(registered - remaining, samples["troupe_instance_cpu_reserved_units"][0][1])
        self.assertEqual(labels["cluster"], "default")
        self.assertGreater(samples["process_resident_memory_bytes"][0][1], MIB)
        commits = samples["troupe_journal_commit_seconds_count"][0][1]
        self.assertGreater(commits, 0)
        self.assertEqual(samples["troupe_journal_failures_total"], [({}, 0.0)])
        self.assertEqual(samples["troupe_events_subscribers"], [({}, 0.0)])
        later = wait_until(lambda: [self.metrics()], 10, "metrics again")[0]
        growing = "troupe_container_network_received_bytes_total"
        for (labels, value), (_, now) in zip(samples[growing], later[growing]):
            self.assertGreaterEqual(now, value, labels)

    def test_metrics_are_not_for_pages_from_elsewhere(self):
        request = urllib.request.Request(self.daemon.url + "/metrics", headers={"Origin": "https://evil.example"})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()
        self.assertRegex(self.daemon.run("metrics-token").stdout, r"^[\w-]+\.[\w-]+\n$")

    def test_a_container_reads_its_own_stats(self):
        sooner_or_later(self.look_at_own_stats)

    def look_at_own_stats(self):
        def said():
            whole = []
            for line in self.daemon.run("logs", self.arn).stdout.splitlines():
                try:
                    whole.append(json.loads(line[line.find("{"):]))
                except json.JSONDecodeError:
                    continue  # wget's two answers may share a line, or one is being written.
            told = [answer for answer in whole if "network_rate_stats" in json.dumps(answer)]
            own = [answer for answer in told if "read" in answer]
            tasks = [answer for answer in told if "read" not in answer]
            return (own[-1], tasks[-1]) if own and tasks else None
        stats, of_task = wait_until(said, 30, "the container has read its stats")
        memory = stats["memory_stats"]
        used = memory["usage"] - memory["stats"]["total_inactive_file"]
        self.assertTrue(HELD <= used < HELD + 16 * MIB, memory)
        self.assertEqual(memory["limit"], 64 * MIB)
        self.assertGreater(stats["networks"]["eth0"]["rx_packets"], 0)
        self.assertGreater(stats["network_rate_stats"]["rx_bytes_per_sec"], 0)
        self.assertGreaterEqual(stats["pids_stats"]["current"], 1)
        burned = of_task[f"{self.id}-burner"]
        cpu = burned["cpu_stats"]["cpu_usage"]["total_usage"] - burned["precpu_stats"]["cpu_usage"]["total_usage"]
        host = burned["cpu_stats"]["system_cpu_usage"] - burned["precpu_stats"]["system_cpu_usage"]
        units = cpu / host * burned["cpu_stats"]["online_cpus"] * 1024
        self.assertTrue(CPU_MIN < units < CPU_MAX, units)

    def test_instances_show_what_is_left_of_them(self):
        self.assertEqual(self.before["registeredResources"], self.before["remainingResources"])
        web = {"name": "web", "image": "troupe/hello", "cpu": 100, "memory": 96, "stopTimeout": 2,
               "portMappings": [{"containerPort": 80, "hostPort": 25871}]}
        running = run_one(self.ecs, "left", [web])
        now = self.resources()
        self.assertEqual(now["registeredResources"], self.before["registeredResources"])
        was, left = self.before["remainingResources"], now["remainingResources"]
        self.assertEqual(was["CPU"] - left["CPU"], 512 + 100)
        self.assertEqual(was["MEMORY"] - left["MEMORY"], 256 + 96)
        self.assertEqual(set(left["PORTS"]) - set(was["PORTS"]), {"25871"})
        self.ecs.stop_task(task=running["taskArn"])
        wait_until(lambda: task(self.ecs, running["taskArn"])["lastStatus"] == "STOPPED", 60, "STOPPED")
        after = self.resources()["remainingResources"]
        self.assertEqual((after["CPU"], after["MEMORY"], after["PORTS"]),
                         (was["CPU"] - 512, was["MEMORY"] - 256, was["PORTS"]))


class OfAHostElsewhere(unittest.TestCase):
    """Over frames of telemetry. The simulated runtime's containers use a twentieth of a core and 8 MiB."""

    def test_usage_comes_with_telemetry(self):
        server = Server().start()
        self.addCleanup(server.remove)
        host = Host(server).start(server.run("join-token").stdout.strip(), "--usage-interval", "2")
        self.addCleanup(host.remove)
        ecs = server.client()
        running = run_one(ecs, "web", [{"name": "app", "image": "busybox:1", "cpu": 64, "memory": 32}])

        def used():
            known = container_in(top(server), running["taskArn"], "app")
            return known if known and "cpuUnits" in known else None
        known = wait_until(used, 90, "its host has told what it uses")
        self.assertAlmostEqual(known["cpuUnits"], 51.2, delta=3)
        self.assertAlmostEqual(known["memoryBytes"], 8 * MIB, delta=1)
        instance = top(server)["containerInstances"][0]
        self.assertEqual(instance["reserved"], {"cpuUnits": 64, "memoryMib": 32})
        self.assertTrue(re.fullmatch(r"arn:aws:ecs:.*", instance["containerInstanceArn"]))


if __name__ == "__main__":
    unittest.main()
