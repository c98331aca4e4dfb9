"""What an agent cannot get: another instance's payloads, the credentials of its tasks, a report on them. And what it
is given with its own, in the exact shape of Amazon's agent."""

import contextlib
import json
import re
import time
import unittest
import urllib.request

from agent_player import Agent, Refused
from daemon import Daemon

ROLE = "arn:aws:iam::000000000000:role/web"
RUNNER = "arn:aws:iam::000000000000:role/runner"
TASK = {"family": "web", "networkMode": "bridge", "taskRoleArn": ROLE, "executionRoleArn": RUNNER,
        "containerDefinitions": [{"name": "app", "image": "busybox:1", "cpu": 64, "memory": 32}]}
ROLE_CAPABILITIES = [{"name": "com.amazonaws.ecs.capability.task-iam-role"},
                     {"name": "ecs.capability.execution-role-ecr-pull"}]
SHAPE = {"credentialsId", "roleArn", "accessKeyId", "secretAccessKey", "sessionToken", "expiration"}


class AgentSecurity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("--role-session-seconds", "30", runtime="simulated").start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.ecs = cls.daemon.client()
        cls.ecs.create_cluster(clusterName="hosts")
        cls.ecs.register_task_definition(**TASK)

    def setUp(self):
        self.mine, self.other = self.joined(), self.joined()
        self.task = self.ecs.start_task(cluster="hosts", taskDefinition="web",
                                        containerInstances=[self.other.arn])["tasks"][0]["taskArn"]
        self.addCleanup(self.ecs.stop_task, cluster="hosts", task=self.task)
        self.payload = self.other.acs.receive_type("PayloadMessage")
        self.other.ack(self.payload)
        self.other.submit(self.task, "RUNNING", [{"containerName": "app", "status": "RUNNING", "runtimeId": "r"}])

    def joined(self):
        """A host with a key of its own."""
        token = self.daemon.run("join-token", "--cluster", "hosts").stdout.strip()
        request = urllib.request.Request(self.daemon.url, data=json.dumps({"token": token}).encode(),
                                         headers={"X-Amz-Target": "Troupe.JoinCluster"})
        with urllib.request.urlopen(request) as answer:
            key = json.loads(answer.read())
        agent = Agent(self.daemon.url, (key["accessKeyId"], key["secretAccessKey"]), cluster="hosts",
                      attributes=ROLE_CAPABILITIES)
        agent.register()
        agent.discover()
        agent.open_acs()
        self.addCleanup(self.leave, agent)
        return agent

    @staticmethod
    def leave(agent):
        with contextlib.suppress(OSError):
            agent.acs.cut()

    def credentials(self):
        return self.payload["tasks"][0]["roleCredentials"]

    def as_task(self, told):
        return Agent(self.daemon.url, (told["accessKeyId"], told["secretAccessKey"], told["sessionToken"]),
                     cluster="hosts")

    def test_a_payload_carries_both_roles_in_the_agents_shape(self):
        told = self.payload["tasks"][0]
        for member, role in (("roleCredentials", ROLE), ("executionRoleCredentials", RUNNER)):
            self.assertEqual(set(told[member]), SHAPE)
            self.assertEqual(told[member]["roleArn"], role)
            self.assertTrue(all(isinstance(value, str) and value for value in told[member].values()))
            self.assertRegex(told[member]["expiration"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertRegex(told[member]["credentialsId"], r"^[0-9a-f-]{36}$")
        self.assertNotEqual(told["roleCredentials"]["credentialsId"],
                            told["executionRoleCredentials"]["credentialsId"])
        # What Amazon's agent does with them for ECS_AGENT_URI: the task protects itself.
        status, body = self.as_task(told["roleCredentials"]).call("GetTaskProtection", cluster="hosts",
                                                                  tasks=[self.task])
        self.assertEqual(status, 200, body)
        status, body = self.as_task(told["executionRoleCredentials"]).call("ListClusters")
        self.assertEqual((status, body["__type"]), (400, "AccessDeniedException"))

    def test_credentials_are_renewed_before_they_end_under_the_same_id(self):
        first = self.payload["tasks"][0]
        seen = {}
        end = time.monotonic() + 25
        while len(seen) < 2 and time.monotonic() < end:
            message = self.other.acs.receive_type("IAMRoleCredentialsMessage", 25)
            self.assertEqual(message["taskArn"], self.task)
            self.assertEqual(set(message["roleCredentials"]), SHAPE)
            self.other.say("IAMRoleCredentialsAckRequest", messageId=message["messageId"],
                           credentialsId=message["roleCredentials"]["credentialsId"],
                           expiration=message["roleCredentials"]["expiration"])
            seen[message["roleType"]] = message["roleCredentials"]
        self.assertEqual(set(seen), {"TaskApplication", "TaskExecution"})
        for kind, member in (("TaskApplication", "roleCredentials"), ("TaskExecution", "executionRoleCredentials")):
            self.assertEqual(seen[kind]["credentialsId"], first[member]["credentialsId"])
            self.assertGreater(seen[kind]["expiration"], first[member]["expiration"])
        self.assertEqual(self.as_task(seen["TaskApplication"]).call("ListClusters")[0], 200)

    def test_a_new_process_of_the_agent_is_given_them_again(self):
        self.other.acs.cut()
        self.other.open_acs(send_credentials="true")
        again = self.other.acs.receive_type("PayloadMessage")["tasks"][0]
        self.assertEqual(again["arn"], self.task)
        message = self.other.acs.receive_type("IAMRoleCredentialsMessage")
        self.assertEqual(message["taskArn"], self.task)
        self.assertIn(message["roleCredentials"]["credentialsId"],
                      {again[member]["credentialsId"] for member in ("roleCredentials", "executionRoleCredentials")})

    def test_another_host_hears_nothing_of_them(self):
        self.mine.acs.cut()
        session = self.mine.open_acs(send_credentials="true")
        manifest = session.receive_type("TaskManifestMessage")
        self.assertEqual(manifest["tasks"], [])
        # A task of its own comes; of the other's, nothing did before it.
        own = self.ecs.start_task(cluster="hosts", taskDefinition="web",
                                  containerInstances=[self.mine.arn])["tasks"][0]["taskArn"]
        self.addCleanup(self.ecs.stop_task, cluster="hosts", task=own)
        while True:
            frame = session.receive()
            self.assertNotIn(self.task, json.dumps(frame))
            self.assertNotIn(self.credentials()["credentialsId"], json.dumps(frame))
            if frame["type"] == "PayloadMessage":
                break
        self.assertEqual(frame["message"]["tasks"][0]["arn"], own)

    def test_another_hosts_sessions_are_refused(self):
        intruder = Agent(self.daemon.url, (self.mine.keys.access_key, self.mine.keys.secret_key), cluster="hosts",
                         arn=self.other.arn)
        intruder.endpoints = self.mine.endpoints
        for door in (intruder.open_acs, intruder.open_tcs):
            with self.assertRaises(Refused) as refused:
                door()
            self.assertEqual(refused.exception.status, 403)
            self.assertEqual(list(refused.exception.body), ["AccessDeniedException"])
        # The session that is there goes on.
        self.other.acs.receive_type("HeartbeatMessage", 30)

    def test_a_report_on_another_hosts_task_changes_nothing(self):
        for call, members in (("SubmitTaskStateChange", {"task": self.task, "status": "STOPPED", "reason": ""}),
                              ("SubmitContainerStateChange", {"task": self.task, "containerName": "app",
                                                              "status": "STOPPED", "runtimeId": "r"})):
            status, body = self.mine.call(call, cluster="hosts", **members)
            self.assertEqual((status, body.get("__type")), (400, "AccessDeniedException"), call)
        shown = self.ecs.describe_tasks(cluster="hosts", tasks=[self.task])["tasks"][0]
        self.assertEqual((shown["lastStatus"], shown["desiredStatus"]), ("RUNNING", "RUNNING"))
        for call, members in (("DescribeTasks", {"tasks": [self.task]}), ("StopTask", {"task": self.task}),
                              ("ListTasks", {})):
            self.assertEqual(self.mine.call(call, cluster="hosts", **members)[1]["__type"], "AccessDeniedException")

    def test_the_key_of_a_task_opens_no_door_for_agents(self):
        thief = self.as_task(self.credentials())
        for call, members in (("RegisterContainerInstance", {}), ("DiscoverPollEndpoint", {}),
                              ("SubmitTaskStateChange", {"task": self.task, "status": "STOPPED"})):
            self.assertEqual(thief.call(call, cluster="hosts", **members)[1]["__type"], "AccessDeniedException", call)
        thief.arn, thief.endpoints = self.other.arn, self.other.endpoints
        with self.assertRaises(Refused) as refused:
            thief.open_acs()
        self.assertEqual(refused.exception.status, 403)

    def test_the_key_of_a_task_that_its_agent_ended_is_refused(self):
        own = self.as_task(self.credentials())
        self.assertEqual(own.call("ListClusters")[0], 200)
        self.other.submit(self.task, "STOPPED", [{"containerName": "app", "status": "STOPPED", "exitCode": 0}])
        status, body = own.call("ListClusters")
        self.assertEqual((status, body["__type"]), (400, "UnrecognizedClientException"))

    def test_secrets_are_not_in_the_log(self):
        log = self.daemon.log()
        for member in ("secretAccessKey", "sessionToken", "credentialsId"):
            self.assertNotIn(self.credentials()[member], log)
        self.assertFalse(re.search(r"TRPT[0-9A-F]{56}", log))


if __name__ == "__main__":
    unittest.main(verbosity=2)
