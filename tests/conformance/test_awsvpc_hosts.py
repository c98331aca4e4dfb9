"""Tasks in mode awsvpc on two hosts with `troupe agent` and real containers: DescribeTasks, the events and the task's own
metadata have the address that the container has, a neighbour reaches it there, and it stays so when the agent and the
server come again."""

import json
import unittest
import urllib.request

import lan
from daemon import IMAGE, page, wait_until

NETWORK = "awsvpcConfiguration={subnets=[subnet-1]}"
# What the container sees of itself, as a page.
SCRIPT = ("mkdir /tmp/w; ip -4 addr show eth0 >/tmp/w/index.html; ip link show eth0 >>/tmp/w/index.html; "
          "httpd -p 80 -h /tmp/w; "
          "while sleep 0.5; do wget -q -O /tmp/new $ECS_CONTAINER_METADATA_URI_V4/task && mv /tmp/new /tmp/w/task; done")


def metadata(address):
    """The addresses that the container is told to have, once it is told any."""
    def told():
        try:
            with urllib.request.urlopen(f"http://{address}/task", timeout=5) as answer:
                return json.loads(answer.read())["Containers"][0]["Networks"][0].get("IPv4Addresses")
        except (OSError, ValueError, KeyError, IndexError):
            return None
    return wait_until(told, 20, f"the task at {address} is told its address")


class TwoHosts(unittest.TestCase):
    def setUp(self):
        self.server = lan.Server().start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        image = lan.make_image(self.server.data)
        self.hosts = []
        for number in (218, 219):
            space = f"10.{number}.0.0/16"
            host = lan.Host(self.server, "--address-space", space, "--ready-networks", "2")
            self.addCleanup(host.remove)
            host.load_image(image)
            self.hosts.append(host.start(self.server.run("join-token").stdout.strip()))
            lan.run("ip", "route", "add", space, "via", host.address)

    def aws(self, *arguments):
        done = self.server.aws(*arguments, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout else {}

    def running(self):
        arns = self.aws("list-tasks", "--service-name", "web")["taskArns"]
        tasks = self.aws("describe-tasks", "--tasks", *arns)["tasks"] if arns else []
        return [each for each in tasks if each["lastStatus"] == "RUNNING"]

    def details(self, task):
        self.assertEqual([each["status"] for each in task["attachments"]], ["ATTACHED"])
        return {each["name"]: each["value"] for each in task["attachments"][0]["details"]}

    def has_the_address_that_is_shown(self, task):
        shown = self.details(task)
        address = shown["privateIPv4Address"]
        interface, = task["containers"][0]["networkInterfaces"]
        self.assertEqual(interface["privateIpv4Address"], address)
        self.assertEqual(interface["attachmentId"], task["attachments"][0]["id"])
        self.assertEqual(shown["subnetId"], "subnet-1")
        self.assertRegex(shown["networkInterfaceId"], "^eni-[0-9a-f]{17}$")
        seen = page(f"{address}:80").decode()
        self.assertIn(f"inet {address}/", seen)
        self.assertIn(f"link/ether {shown['macAddress']} ", seen)
        host = next(each for each in self.hosts if each.arn == task["containerInstanceArn"])
        self.assertTrue(address.startswith(host.options[1].split("0.0")[0]), f"{address} is of {host.options}")
        self.assertEqual(metadata(address), [address])
        return address, shown["macAddress"]

    def test_the_address_that_is_shown_is_the_containers(self):
        self.aws("register-task-definition", "--family", "web", "--network-mode", "awsvpc", "--container-definitions",
                 json.dumps([{"name": "web", "image": IMAGE, "memory": 16, "stopTimeout": 2,
                              "command": ["/bin/sh", "-c", SCRIPT]}]))
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "4",
                 "--network-configuration", NETWORK, "--placement-strategy", "type=spread,field=instanceId")
        tasks = wait_until(lambda: len(self.running()) == 4 and self.running(), 60, "four tasks run")
        self.assertEqual({each["containerInstanceArn"] for each in tasks}, {host.arn for host in self.hosts})
        before = {each["taskArn"]: self.has_the_address_that_is_shown(each) for each in tasks}
        self.assertEqual(len(set(before.values())), 4)

        # The agent of one host and the server come again; nobody is given another address.
        self.hosts[0].kill()
        self.hosts[0].start()
        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        def connected():
            arns = [host.arn for host in self.hosts]
            found = self.ecs.describe_container_instances(containerInstances=arns)["containerInstances"]
            return all(each["agentConnected"] for each in found)
        wait_until(connected, 30, "both agents are back")
        after = {each["taskArn"]: self.has_the_address_that_is_shown(each) for each in self.running()}
        self.assertEqual(after, before)

        self.the_events_say_it(before)
        self.aws("delete-service", "--service", "web", "--force")
        wait_until(lambda: not any(host.containers() for host in self.hosts), 30, "no container is left")

    def the_events_say_it(self, addresses):
        for arn, (address, _) in addresses.items():
            told = self.server.run("events", "--from", "0", "--filter", "task=" + arn.rsplit("/", 1)[1],
                                   "--filter", "detail-type=ECS Task State Change", "--count", "3").stdout
            states = [json.loads(line)["detail"] for line in told.splitlines()]
            self.assertEqual(states[-1]["taskArn"], arn)
            running = [each for each in states if each["attachments"][0]["status"] == "ATTACHED"]
            self.assertTrue(running, states)
            for state in running:
                details = {each["name"]: each["value"] for each in state["attachments"][0]["details"]}
                self.assertEqual(details["privateIPv4Address"], address)


if __name__ == "__main__":
    lan.enter()
    lan.lay()
    unittest.main(verbosity=2)
