"""Five hosts, each with `troupe agent`, real containers, and a network between them: a service spreads over them; one
host is cut off and comes back, one agent is killed, the server is killed, one host is drained; a DAEMON service
follows a host that joins."""

import json
import unittest

import lan
from daemon import IMAGE, page, wait_until

SILENCE_S, LOSS_S = 3, 6
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a", "us-east-1b"]
REPLICAS = 10


def containers(name, port):
    ports = [{"containerPort": port}] if port else []
    return json.dumps([{"name": name, "image": IMAGE, "memory": 16, "stopTimeout": 2, "portMappings": ports}])


class FiveHosts(unittest.TestCase):
    def setUp(self):
        self.server = lan.Server("--agent-silence-seconds", str(SILENCE_S), "--lost-instance-seconds",
                                 str(LOSS_S)).start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        self.image = lan.make_image(self.server.data)
        self.hosts = []

    def join(self, zone):
        host = lan.Host(self.server, "--availability-zone", zone, "--ready-networks", "2", "--server-silence-seconds",
                        str(2 * SILENCE_S))
        self.addCleanup(host.remove)
        host.load_image(self.image)
        self.hosts.append(host.start(self.server.run("join-token").stdout.strip()))
        return host

    def aws(self, *arguments):
        done = self.server.aws(*arguments, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout else {}

    def instance(self, host):
        return self.ecs.describe_container_instances(containerInstances=[host.arn])["containerInstances"][0]

    def running(self, service):
        """The service's running tasks, by the ARN of their instance."""
        arns = self.ecs.list_tasks(serviceName=service)["taskArns"]
        found = {}
        for task in self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []:
            if task["lastStatus"] == "RUNNING" and task["desiredStatus"] == "RUNNING":
                found.setdefault(task["containerInstanceArn"], {})[task["taskArn"]] = task
        return found

    def placed(self, service):
        return {arn: set(tasks) for arn, tasks in self.running(service).items()}

    def count(self, service):
        return sum(len(tasks) for tasks in self.running(service).values())

    def runs(self, service, count, hosts, deadline_s=40):
        """Exactly `count` tasks of the service run, on these hosts only, and nothing else has begun."""
        arns = {host.arn for host in hosts}

        def settled():
            now = self.running(service)
            return (sum(len(tasks) for tasks in now.values()) == count and set(now) <= arns
                    and len(self.ecs.list_tasks(serviceName=service)["taskArns"]) == count)
        wait_until(settled, deadline_s, f"{count} tasks of {service} run on {len(arns)} hosts")

    def nothing_is_doubled(self):
        """On each machine runs what is placed on it, and nothing else."""
        web, watch = self.placed("web"), self.placed("watch")

        def exact():
            return all(len(host.containers()) == len(web.get(host.arn, ())) + len(watch.get(host.arn, ()))
                       for host in self.hosts)
        wait_until(exact, 20, f"containers are as placed: {[len(host.containers()) for host in self.hosts]}")
        self.assertEqual((self.placed("web"), self.placed("watch")), (web, watch))
        self.assertEqual(len(self.ecs.list_container_instances()["containerInstanceArns"]), len(self.hosts))

    def serves(self, host):
        for task in self.running("web").get(host.arn, {}).values():
            port = task["containers"][0]["networkBindings"][0]["hostPort"]
            self.assertIn(b"Troupe", page(f"{host.address}:{port}"))

    def begin(self):
        """A DAEMON service on four hosts; it follows the fifth, and then ten replicas spread over all."""
        for zone in ZONES[:4]:
            self.join(zone)
        for family, port in (("web", 80), ("watch", None)):
            self.aws("register-task-definition", "--family", family, "--container-definitions",
                     containers(family, port))
        self.aws("create-service", "--service-name", "watch", "--task-definition", "watch", "--scheduling-strategy",
                 "DAEMON")
        self.runs("watch", 4, self.hosts)
        fifth = self.join(ZONES[4])
        self.runs("watch", 5, self.hosts)
        self.assertEqual(len(self.placed("watch")[fifth.arn]), 1)
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count",
                 str(REPLICAS), "--placement-strategy", "type=spread,field=attribute:ecs.availability-zone",
                 "type=spread,field=instanceId")
        self.runs("web", REPLICAS, self.hosts)

    def test_a_cluster_of_five_hosts(self):
        self.begin()
        self.spreads_over_zones()
        self.one_is_cut_off_and_comes_back()
        self.one_agent_is_killed()
        self.the_server_is_killed()
        self.one_is_drained()
        self.end()

    def spreads_over_zones(self):
        spread = {arn: len(tasks) for arn, tasks in self.placed("web").items()}
        by_zone = {}
        for host, zone in zip(self.hosts, ZONES):
            self.assertGreaterEqual(spread[host.arn], 1)
            self.assertEqual([a["value"] for a in self.instance(host)["attributes"]
                              if a["name"] == "ecs.availability-zone"], [zone])
            by_zone[zone] = by_zone.get(zone, 0) + spread[host.arn]
            self.serves(host)
        self.assertLessEqual(max(by_zone.values()) - min(by_zone.values()), 1)
        self.nothing_is_doubled()

    def one_is_cut_off_and_comes_back(self):
        host, others = self.hosts[0], self.hosts[1:]
        before, ours = host.containers(), self.placed("web")[host.arn]
        host.unplug()
        wait_until(lambda: not self.instance(host)["agentConnected"], 4 * SILENCE_S, "the host is not connected")
        # Tasks of a host that is only silent stay as they are.
        silent = self.ecs.describe_tasks(tasks=sorted(ours))["tasks"]
        self.assertEqual({task["lastStatus"] for task in silent}, {"RUNNING"})
        self.runs("web", REPLICAS, others)
        for task in self.ecs.describe_tasks(tasks=sorted(ours))["tasks"]:
            self.assertEqual((task["lastStatus"], task["stopCode"]), ("STOPPED", "TerminationNotice"))
            self.assertRegex(task["stoppedReason"], r"^Host EC2 \(instance .*\) terminated\.$")
        self.assertEqual(host.containers(), before)
        host.plug_in()
        wait_until(lambda: self.instance(host)["agentConnected"], 40, "the host is connected again")
        wait_until(lambda: not before & host.containers(), 30, "what ran there has ended")
        self.runs("watch", 5, self.hosts)
        self.runs("web", REPLICAS, others)
        self.nothing_is_doubled()

    def one_agent_is_killed(self):
        host = self.hosts[1]
        before, arn, placed = host.containers(), host.arn, self.placed("web")
        host.kill()
        self.assertEqual(host.containers(), before)
        host.start()
        self.assertEqual(host.arn, arn)
        wait_until(lambda: self.instance(host)["agentConnected"], 20, "the agent is back")
        self.nothing_is_doubled()
        self.assertEqual(host.containers(), before)
        self.assertEqual(self.placed("web"), placed)
        self.serves(host)

    def the_server_is_killed(self):
        before, placed = [host.containers() for host in self.hosts], self.placed("web")
        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        wait_until(lambda: all(self.instance(host)["agentConnected"] for host in self.hosts), 20, "all agents are back")
        self.assertEqual(self.placed("web"), placed)
        self.nothing_is_doubled()
        self.assertEqual([host.containers() for host in self.hosts], before)

    def one_is_drained(self):
        host = self.hosts[2]
        others = [each for each in self.hosts if each is not host]
        self.aws("update-container-instances-state", "--container-instances", host.arn, "--status", "DRAINING")
        self.runs("web", REPLICAS, others)
        self.runs("watch", 4, others)
        wait_until(lambda: not host.containers(), 20, "nothing runs on the drained host")
        self.aws("update-container-instances-state", "--container-instances", host.arn, "--status", "ACTIVE")
        self.runs("watch", 5, self.hosts)
        self.nothing_is_doubled()

    def end(self):
        for service in ("web", "watch"):
            self.aws("delete-service", "--service", service, "--force")
        wait_until(lambda: not any(host.containers() for host in self.hosts), 30, "no container is left")


if __name__ == "__main__":
    lan.enter()
    lan.lay()
    unittest.main(verbosity=2)
