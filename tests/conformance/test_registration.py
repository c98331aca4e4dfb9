"""What an agent's directory remembers of its registration: the first answer of the server is lost on the way and the
agent ends; the next one is the same container instance, and no other one is ever there."""

import os
import socket
import subprocess
import threading
import unittest

from daemon import BINARY, wait_until
from test_agent import Host, Server


class LossyLine:
    """Passes connections on to the server, but swallows what it answers to a registration."""

    def __init__(self, server_url):
        host, port = server_url.removeprefix("http://").split(":")
        self.server = (host, int(port))
        self.swallowed = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(self.server) as upstream:
            asked = threading.Event()
            threading.Thread(target=self.pass_requests, args=(client, upstream, asked), daemon=True).start()
            while data := upstream.recv(65536):
                if asked.is_set():
                    self.swallowed.set()
                    return
                client.sendall(data)

    @staticmethod
    def pass_requests(client, upstream, asked):
        try:
            while data := client.recv(65536):
                if b".RegisterContainerInstance" in data:
                    asked.set()
                upstream.sendall(data)
        except OSError:
            pass

    def close(self):
        self.listener.close()


class Registration(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        self.token = self.server.run("join-token").stdout.strip()

    def instances(self):
        return self.ecs.list_container_instances()["containerInstanceArns"]

    def test_an_answer_that_was_lost_registers_no_second_instance(self):
        line = LossyLine(self.server.url)
        self.addCleanup(line.close)
        host = Host(self.server)
        with open(os.path.join(host.data, "agent.log"), "ab") as log:
            lost = subprocess.Popen([BINARY, "agent", "--server", line.url, "--data", host.data, "--runtime", "simulated",
                                     "--capacity", "external"],
                                    env={"PATH": "/usr/bin:/bin", "TROUPE_JOIN_TOKEN": self.token}, stdout=log, stderr=log)
        self.addCleanup(lost.wait)
        self.addCleanup(lost.kill)
        self.assertTrue(line.swallowed.wait(30), "the answer is swallowed")
        registered = wait_until(self.instances, 10, "the server has registered it")
        lost.kill()
        lost.wait()
        self.assertFalse(os.path.exists(os.path.join(host.data, "node", "instance-id")), "the agent never heard of it")

        self.server.kill()
        self.server.start()
        self.ecs = self.server.client()
        host.start()
        self.addCleanup(host.remove)
        self.assertEqual([host.arn], registered)
        self.assertEqual(self.instances(), registered)
        described, = self.ecs.describe_container_instances(containerInstances=registered)["containerInstances"]
        self.assertTrue(described["agentConnected"])
        self.assertIn("ecs.capability.external", [each["name"] for each in described["attributes"]])

    def test_another_directory_is_another_host(self):
        hosts = [Host(self.server).start(self.token) for _ in range(2)]
        for host in hosts:
            self.addCleanup(host.remove)
        self.assertEqual(sorted(self.instances()), sorted(host.arn for host in hosts))


if __name__ == "__main__":
    unittest.main(verbosity=2)
