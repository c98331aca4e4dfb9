"""Amazon's agent protocol over real sockets, from the first registration to the last report."""

import contextlib
import json
import time
import unittest
import uuid

from agent_player import Agent, Closed, Refused
from daemon import Daemon, wait_until

TASK = {"family": "web", "networkMode": "bridge", "containerDefinitions": [
    {"name": "app", "image": "busybox:1", "cpu": 64, "memory": 32, "command": ["sleep", "60"],
     "environment": [{"name": "FOO", "value": "bar"}],
     "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}],
     "healthCheck": {"command": ["CMD-SHELL", "true"]}}]}


class AgentProtocol(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(runtime="simulated").start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.ecs = cls.daemon.client()

    def setUp(self):
        self.cluster = "c" + uuid.uuid4().hex[:8]
        self.ecs.create_cluster(clusterName=self.cluster)
        self.ecs.register_task_definition(**TASK)

    def agent(self, **options):
        env = self.daemon.environment()
        keys = (env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"])
        return Agent(self.daemon.url, keys, cluster=self.cluster, **options)

    def instance(self, agent, **options):
        return self.ecs.describe_container_instances(
            cluster=self.cluster, containerInstances=[agent.arn], **options)["containerInstances"][0]

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"][0]

    def joined(self, **options):
        agent = self.agent(**options)
        agent.register()
        agent.discover()
        agent.open_acs()
        return agent

    def payload(self, agent):
        message = agent.acs.receive_type("PayloadMessage")
        self.assertEqual(len(message["tasks"]), 1)
        return message, message["tasks"][0]

    def run_task(self, agent):
        """One task to RUNNING, as the agent lives it."""
        task = self.ecs.run_task(cluster=self.cluster, taskDefinition="web")["tasks"][0]["taskArn"]
        message, told = self.payload(agent)
        self.assertEqual(told["arn"], task)
        agent.ack(message)
        agent.submit(task, "RUNNING", [{"containerName": "app", "status": "RUNNING", "runtimeId": "84fa31",
                                        "imageDigest": "sha256:69a1"}], pullStartedAt=1795351551.629,
                     pullStoppedAt=1795351551.871)
        self.assertEqual(self.task(task)["lastStatus"], "RUNNING")
        return task

    def test_a_task_lives_from_run_task_to_stopped(self):
        agent = self.joined(attributes=[{"name": "stack", "value": "blue"}])
        shown = wait_until(lambda: self.instance(agent) if self.instance(agent)["agentConnected"] else None, 10,
                           "the agent is connected")
        self.assertEqual(shown["versionInfo"], {"agentVersion": "1.105.1", "agentHash": "a8b3e7d3",
                                                "dockerVersion": "20.10.24+dfsg1"})
        task = self.ecs.run_task(cluster=self.cluster, taskDefinition="web")["tasks"][0]["taskArn"]
        message, told = self.payload(agent)
        self.assertEqual(message["containerInstanceArn"], agent.arn)
        self.assertEqual(told["desiredStatus"], "RUNNING")
        container = told["containers"][0]
        self.assertEqual(container["environment"]["FOO"], "bar")
        self.assertEqual(container["overrides"], "{}")
        self.assertEqual(container["healthCheckType"], "docker")
        self.assertEqual(json.loads(container["dockerConfig"]["hostConfig"]), {"NetworkMode": "bridge"})
        self.assertEqual(self.task(task)["lastStatus"], "PENDING")
        agent.ack(message)
        # A digest under a status that lags, twice in one list.
        agent.submit(task, "PENDING", [
            {"containerName": "app", "status": "PENDING", "imageDigest": "sha256:69a1"},
            {"containerName": "app", "status": "RUNNING", "imageDigest": "sha256:69a1", "runtimeId": "84fa31",
             "networkBindings": [{"bindIP": "0.0.0.0", "containerPort": 80, "hostPort": 32768, "protocol": "tcp"}]}])
        seen = self.task(task)
        self.assertEqual((seen["lastStatus"], seen["containers"][0]["lastStatus"]), ("PENDING", "RUNNING"))
        agent.submit(task, "RUNNING")
        agent.submit(task, "RUNNING")
        agent.submit(task, "PENDING")
        seen = self.task(task)
        self.assertEqual(seen["lastStatus"], "RUNNING")
        self.assertEqual(seen["containers"][0]["networkBindings"][0]["hostPort"], 32768)
        self.assertEqual(self.instance(agent)["runningTasksCount"], 1)
        self.ecs.stop_task(cluster=self.cluster, task=task, reason="enough")
        message, told = self.payload(agent)
        self.assertEqual((told["arn"], told["desiredStatus"]), (task, "STOPPED"))
        agent.ack(message)
        ended = [{"containerName": "app", "status": "STOPPED", "exitCode": 137, "runtimeId": "84fa31"}]
        agent.submit(task, "STOPPED", ended, executionStoppedAt=time.time())
        agent.submit(task, "STOPPED", ended, executionStoppedAt=time.time())
        seen = self.task(task)
        self.assertEqual((seen["lastStatus"], seen["stopCode"], seen["stoppedReason"]),
                         ("STOPPED", "UserInitiated", "enough"))
        self.assertEqual(seen["containers"][0]["exitCode"], 137)

    def test_registration_echoes_attributes_and_repeats_itself(self):
        agent = self.agent(attributes=[{"name": "stack", "value": "blue"}])
        token = str(uuid.uuid4())
        first = agent.register(token=token)
        echoed = {a["name"]: a.get("value") for a in first["attributes"]}
        self.assertEqual(echoed["ecs.os-type"], "linux")
        self.assertEqual(echoed["ecs.availability-zone"], "us-east-1a")
        self.assertIn("ecs.capability.efs", echoed)
        self.assertIsNone(echoed["ecs.capability.efs"])
        self.assertFalse(first["agentConnected"])
        arn, agent.arn = agent.arn, None
        self.assertEqual(agent.register(token=token)["containerInstanceArn"], arn)
        again = agent.register(cpu=4096, again=True)
        self.assertEqual(again["containerInstanceArn"], arn)
        kept = {a["name"]: a.get("value") for a in again["attributes"]}
        self.assertEqual(kept["stack"], "blue")
        self.assertEqual(again["registeredResources"][0]["integerValue"], 4096)
        listed = self.ecs.list_container_instances(cluster=self.cluster)["containerInstanceArns"]
        self.assertEqual(listed, [arn])

    def test_an_agent_without_a_cluster_makes_the_default_one(self):
        agent = self.agent()
        made = agent.must("CreateCluster", clusterName="default")["cluster"]
        self.assertEqual((made["clusterName"], made["status"]), ("default", "ACTIVE"))
        agent.cluster = "nowhere" + uuid.uuid4().hex[:6]
        status, body = agent.call("RegisterContainerInstance", cluster=agent.cluster, totalResources=[
            {"name": "CPU", "type": "INTEGER", "integerValue": 1}, {"name": "MEMORY", "type": "INTEGER",
                                                                     "integerValue": 1}])
        self.assertEqual((status, body["__type"].rsplit("#", 1)[-1]), (400, "ClusterNotFoundException"))

    def test_updates_of_agents_are_refused_honestly(self):
        agent = self.agent()
        agent.register()
        status, body = agent.call("UpdateContainerAgent", cluster=self.cluster, containerInstance=agent.arn)
        self.assertEqual((status, body["__type"].rsplit("#", 1)[-1]), (400, "MissingVersionException"))
        agent.discover()
        agent.open_acs()
        wait_until(lambda: self.instance(agent)["agentConnected"], 10, "the agent is connected")
        status, body = agent.call("UpdateContainerAgent", cluster=self.cluster, containerInstance=agent.arn)
        self.assertEqual((status, body["__type"].rsplit("#", 1)[-1]), (400, "NoUpdateAvailableException"))

    def test_health_comes_by_telemetry_alone(self):
        agent = self.joined()
        task = self.run_task(agent)
        agent.open_tcs()
        frame = agent.telemetry("PublishMetricsRequest", {
            "metadata": agent.metadata(idle=True, fin=True), "timestamp": time.time()})
        agent.tcs.send(frame)
        self.assertEqual(agent.tcs.receive(), {"type": "AckPublishMetric", "message": {"message": "ok"}})
        health = {"metadata": agent.metadata(fin=True), "timestamp": time.time(), "tasks": [
            {"taskArn": task, "taskDefinitionFamily": "web", "taskDefinitionVersion": "1", "containers": [
                {"containerName": "app", "healthStatus": "HEALTHY", "statusSince": time.time()}]}]}
        self.assertEqual(self.task(task)["healthStatus"], "UNKNOWN")
        agent.tcs.send(agent.telemetry("PublishHealthRequest", health))
        self.assertEqual(agent.tcs.receive()["type"], "AckPublishHealth")
        wait_until(lambda: self.task(task)["healthStatus"] == "HEALTHY", 10, "the task is healthy")
        # A report that says nothing of health changes nothing of it.
        agent.submit(task, "RUNNING", [{"containerName": "app", "status": "RUNNING", "reason": "cached image used"}])
        self.assertEqual(self.task(task)["healthStatus"], "HEALTHY")
        agent.tcs.send(agent.telemetry("PublishInstanceStatusRequest", {
            "metadata": {"cluster": self.cluster, "containerInstance": agent.arn, "requestId": "r"},
            "statuses": [{"type": "ContainerRuntime", "status": "IMPAIRED", "lastUpdated": time.time(),
                          "lastStatusChange": time.time()}], "timestamp": time.time()}))
        self.assertEqual(agent.tcs.receive()["type"], "AckPublishInstanceStatus")
        wait_until(lambda: self.daemon.call("DescribeContainerInstances", cluster=self.cluster,
                                            containerInstances=[agent.arn], include=["CONTAINER_INSTANCE_HEALTH"])
                   ["containerInstances"][0]["healthStatus"]["overallStatus"] == "IMPAIRED", 10, "it is impaired")

    def test_telemetry_that_is_not_signed_ends_the_session(self):
        agent = self.joined()
        session = agent.open_tcs()
        body = json.dumps({"type": "PublishMetricsRequest", "message": {"metadata": agent.metadata(), "timestamp": 1}})
        session.send(body)
        self.assertEqual(session.receive()["type"], "BadRequestException")
        with self.assertRaises(Closed) as end:
            session.receive()
        self.assertEqual(end.exception.code, 1008)
        session = agent.open_tcs()
        frame = agent.telemetry("PublishMetricsRequest", {"metadata": agent.metadata(idle=True), "timestamp": 1.0})
        session.send(frame.replace('"idle": true', '"idle": null'))
        self.assertEqual(session.receive()["type"], "BadRequestException")

    def test_malformed_frames_end_the_session(self):
        agent = self.joined()
        for text in ("{", "[]", '{"type":"AckRequest","message":{"messageId":7}}', '{"message":{}}'):
            session = agent.open_acs("false")
            session.receive_type("TaskManifestMessage")
            session.send(text)
            with self.assertRaises(Closed) as end:
                session.receive_type("nothing")
            self.assertEqual(end.exception.code, 1008, text)
        session = agent.open_acs("false")
        with contextlib.suppress(OSError):  # It may be cut before all is sent.
            session.send("x" * (2 << 20))
        with self.assertRaises(Closed) as end:
            session.receive_type("nothing")
        self.assertIn(end.exception.code, (1009, 1006))

    def test_upgrades_are_refused_in_the_agents_words(self):
        agent = self.joined()
        good = agent.arn
        agent.arn = good.rsplit("/", 1)[0] + "/" + uuid.uuid4().hex
        with self.assertRaises(Refused) as refusal:
            agent.open_acs()
        self.assertEqual((refusal.exception.status, list(refusal.exception.body)), (400, ["InvalidInstanceException"]))
        with self.assertRaises(Refused) as refusal:
            agent.open_tcs()
        self.assertEqual(list(refusal.exception.body), ["InvalidInstanceException"])
        agent.arn = good
        agent.keys.secret_key = "wrong"
        with self.assertRaises(Refused) as refusal:
            agent.open_acs()
        self.assertEqual((refusal.exception.status, list(refusal.exception.body)), (403, ["InvalidSignatureException"]))

    def test_a_second_session_replaces_the_first_and_knows_the_tasks(self):
        agent = self.joined()
        task = self.run_task(agent)
        first = agent.acs
        second = agent.open_acs("false")
        with self.assertRaises(Closed) as end:
            first.receive_type("nothing")
        self.assertEqual(end.exception.code, 1008)
        manifest = second.receive_type("TaskManifestMessage")
        self.assertEqual(manifest["tasks"], [{"taskArn": task, "taskClusterArn": task.replace(":task/", ":cluster/")
                                              .rsplit("/", 1)[0], "desiredStatus": "RUNNING"}])
        stranger = task.rsplit("/", 1)[0] + "/" + uuid.uuid4().hex
        candidates = [{"taskArn": arn, "desiredStatus": "STOPPED"} for arn in (task, stranger)]
        agent.say("TaskStopVerificationMessage", messageId=manifest["messageId"], stopCandidates=candidates)
        verified = second.receive_type("TaskStopVerificationAck")
        self.assertEqual(verified["messageId"], manifest["messageId"])
        self.assertEqual([t["taskArn"] for t in verified["stopTasks"]], [stranger])

    def test_sessions_survive_a_restart_of_the_server_and_numbers_go_on(self):
        port = self.daemon.url.rsplit(":", 1)[1]
        agent = self.joined()
        task = self.run_task(agent)
        before = agent.acs.frames.qsize()
        self.assertEqual(before, 0)
        highest = self.ecs.run_task(cluster=self.cluster, taskDefinition="web")["tasks"][0]["taskArn"]
        message, _ = self.payload(agent)
        self.daemon.kill()
        self.daemon.options[1] = "127.0.0.1:" + port
        self.daemon.start()
        type(self).ecs = self.daemon.client()
        agent.open_acs("false")
        manifest = agent.acs.receive_type("TaskManifestMessage")
        self.assertEqual({t["taskArn"] for t in manifest["tasks"]}, {task, highest})
        self.assertGreater(manifest["timeline"], message["seqNum"])
        again, told = self.payload(agent)
        self.assertEqual(told["arn"], highest)
        self.assertGreater(again["seqNum"], manifest["timeline"])
        self.assertEqual(self.instance(agent)["agentConnected"], True)

    def test_a_silent_agent_is_disconnected_and_a_brief_absence_is_not_noticed(self):
        agent = self.joined()
        wait_until(lambda: self.instance(agent)["agentConnected"], 10, "the agent is connected")
        version = self.instance(agent)["version"]
        agent.acs.close()
        with self.assertRaises(Closed):
            agent.acs.receive_type("nothing")
        agent.open_acs("false")
        wait_until(lambda: self.instance(agent)["version"] > version, 10, "the session is resumed")
        self.assertTrue(self.instance(agent)["agentConnected"])
        agent.acs.cut()
        wait_until(lambda: not self.instance(agent)["agentConnected"], 30, "the agent is gone")

    def test_a_deregistered_instance_is_told_so(self):
        agent = self.joined()
        self.run_task(agent)
        self.ecs.deregister_container_instance(cluster=self.cluster, containerInstance=agent.arn, force=True)
        with self.assertRaises(Closed) as end:
            agent.acs.receive_type("PayloadMessage")
        self.assertEqual(end.exception.code, 1008)
        with self.assertRaises(Refused) as refusal:
            agent.open_acs("false")
        self.assertEqual(list(refusal.exception.body), ["InactiveInstanceException"])
        self.assertIn("InactiveInstanceException", refusal.exception.body["InactiveInstanceException"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
