"""Fargate-style capacity: FARGATE and FARGATE_SPOT tasks of real containers on `troupe dev` through Debian's AWS
CLI, an interruption, and hosts that are managed or external."""

import json
import subprocess
import unittest

import botocore.exceptions

from daemon import BINARY, Daemon, shell_container, task, wait_for_status, wait_until
from test_agent import Host, Server

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}
CLI_NETWORK = "awsvpcConfiguration={subnets=[subnet-1],assignPublicIp=ENABLED}"
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
# What the container sees of its own user namespace and of its storage.
INSIDE = "cat /proc/self/uid_map; df -k / | tail -1; echo it runs; sleep 600"
# Ends at SIGTERM, as who heeds the warning.
HEEDS = "trap 'echo warned; exit 0' TERM; while true; do sleep 0.1; done"


def fargate(family, *containers, **members):
    return {"family": family, "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "requiresCompatibilities": ["FARGATE"], "containerDefinitions": list(containers), **members}


class OnOneMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon().start()
        cls.addClassCleanup(cls.daemon.remove)
        cls.daemon.load_image()
        cls.ecs = cls.daemon.client()
        cls.ecs.put_cluster_capacity_providers(cluster="default", capacityProviders=["FARGATE", "FARGATE_SPOT"],
                                               defaultCapacityProviderStrategy=[])

    def tearDown(self):
        for arn in self.ecs.list_services()["serviceArns"]:
            self.ecs.delete_service(service=arn, force=True)
        self.daemon.end_all_tasks(self.ecs)

    def aws(self, *arguments):
        done = self.daemon.aws(*arguments, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, code, **members):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.ecs.run_task(launchType="FARGATE", **{"networkConfiguration": NETWORK, **members})
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def test_a_task_runs_as_on_fargate(self):
        self.ecs.register_task_definition(**fargate("one", shell_container("web", INSIDE, stopTimeout=2)))
        made = self.aws("run-task", "--task-definition", "one", "--launch-type", "FARGATE",
                        "--network-configuration", CLI_NETWORK)
        self.assertEqual(made["failures"], [])
        begun = made["tasks"][0]
        self.assertEqual(begun["lastStatus"], "PROVISIONING")
        shown = wait_for_status(self.ecs, begun["taskArn"], "RUNNING")
        self.assertEqual(shown["launchType"], "FARGATE")
        self.assertEqual(shown["platformVersion"], "1.4.0")
        self.assertEqual(shown["platformFamily"], "Linux")
        self.assertEqual(shown["ephemeralStorage"], {"sizeInGiB": 20})
        self.assertEqual(shown["connectivity"], "CONNECTED")
        self.assertEqual(shown["availabilityZone"], "us-east-1a")
        self.assertEqual(shown["attachments"][0]["status"], "ATTACHED")
        self.assertNotIn("containerInstanceArn", shown)
        self.assertNotIn("capacityProviderName", shown)
        wait_until(lambda: "it runs" in self.daemon.run("logs", begun["taskArn"]).stdout, 10, "its log is read")
        told = [line.split() for line in self.daemon.run("logs", begun["taskArn"]).stdout.splitlines()]
        inside, outside, count = next([int(word) for word in line[-3:]] for line in told
                                      if len(line) >= 3 and all(word.isdigit() for word in line[-3:]))
        self.assertEqual((inside, count), (0, 65536))
        self.assertGreaterEqual(outside, 65536, "its root is nobody on the host")
        disk = next(line for line in told if line[-1] == "/")
        self.assertAlmostEqual(int(disk[-5]) / 1024 ** 2, 20, delta=0.1, msg="GiB of its whole file system")

        cluster = self.ecs.describe_clusters(include=["STATISTICS"])["clusters"][0]
        statistics = {each["name"]: each["value"] for each in cluster["statistics"]}
        self.assertEqual(statistics["runningFargateTasksCount"], "1")
        self.assertEqual(statistics["runningEC2TasksCount"], "0")
        # This host is a container instance too: what it has left falls, and the task is not told as its own.
        instance, = self.ecs.list_container_instances()["containerInstanceArns"]
        host, = self.ecs.describe_container_instances(containerInstances=[instance])["containerInstances"]
        amounts = [{each["name"]: each["integerValue"] for each in host[part] if each["type"] == "INTEGER"}
                   for part in ("registeredResources", "remainingResources")]
        self.assertEqual(amounts[0]["CPU"] - amounts[1]["CPU"], 256)
        self.assertEqual(amounts[0]["MEMORY"] - amounts[1]["MEMORY"], 512)
        self.assertEqual(self.ecs.list_tasks(containerInstance=instance)["taskArns"], [])
        self.assertEqual(self.ecs.list_tasks(launchType="FARGATE")["taskArns"], [begun["taskArn"]])
        self.assertNotIn("troupe.capacity", [each["name"] for each in host["attributes"]])

    def test_what_fargate_refuses(self):
        self.ecs.register_task_definition(**fargate("two", shell_container("web", "sleep 600")))
        self.ecs.register_task_definition(family="plain", containerDefinitions=[shell_container("web", "true")])
        self.assertEqual(self.refused("InvalidParameterException", taskDefinition="plain"),
                         "Task definition does not support launch_type FARGATE.")
        self.refused("PlatformUnknownException", taskDefinition="two", platformVersion="7.0.0")
        self.assertIn("No Fargate configuration exists for given values",
                      self.refused("ClientException", taskDefinition="two", overrides={"memory": "8192"}))
        self.assertEqual(self.refused("InvalidParameterException", taskDefinition="two",
                                      placementStrategy=[{"type": "random"}]),
                         "Placement strategies are not supported with FARGATE launch type.")
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.ecs.register_task_definition(**fargate("three", {**shell_container("web", "true"),
                                                                  "privileged": True}))
        self.assertIn("privileged", str(caught.exception))

    def test_a_service_shares_out_and_replaces_what_is_interrupted(self):
        self.ecs.register_task_definition(**fargate("web", shell_container("web", HEEDS, stopTimeout=120)))
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "3",
                 "--network-configuration", CLI_NETWORK, "--capacity-provider-strategy",
                 "capacityProvider=FARGATE,base=1,weight=0", "capacityProvider=FARGATE_SPOT,weight=1")

        def running():
            arns = self.ecs.list_tasks(serviceName="web")["taskArns"]
            tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
            return {each["taskArn"]: each["capacityProviderName"] for each in tasks
                    if each["lastStatus"] == "RUNNING" and each["desiredStatus"] == "RUNNING"}

        first = wait_until(lambda: len(running()) == 3 and running(), 60, "three tasks run")
        self.assertEqual(sorted(first.values()), ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"])
        steady = next(arn for arn, provider in first.items() if provider == "FARGATE")
        spot = next(arn for arn, provider in first.items() if provider == "FARGATE_SPOT")
        refused = self.daemon.run("interrupt", steady, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("Only tasks of the capacity provider FARGATE_SPOT can be interrupted.", refused.stderr)

        self.daemon.run("interrupt", spot)
        ended = wait_for_status(self.ecs, spot, "STOPPED", 30)
        self.assertEqual(ended["stopCode"], "SpotInterruption")
        self.assertEqual(ended["stoppedReason"], "Your Spot Task was interrupted.")
        self.assertEqual(ended["containers"][0]["exitCode"], 0, "it heeded SIGTERM, long before its stopTimeout")
        self.assertIn("warned", self.daemon.run("logs", spot).stdout)
        after = wait_until(lambda: len(running()) == 3 and running(), 60, "it is replaced")
        self.assertEqual(sorted(after.values()), ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"])
        self.assertNotIn(spot, after)
        self.assertEqual(task(self.ecs, steady)["lastStatus"], "RUNNING")
        service, = self.ecs.describe_services(services=["web"])["services"]
        self.assertEqual(service["platformVersion"], "LATEST")
        self.assertEqual(service["deployments"][0]["platformVersion"], "1.4.0")


class OnHosts(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(self.server.remove)
        self.ecs = self.server.client()
        self.ecs.register_task_definition(**fargate("far", shell_container("web", "sleep 600")))
        self.ecs.register_task_definition(family="plain", containerDefinitions=[shell_container("web", "sleep 600")])

    def host(self, capacity):
        token = self.server.run("join-token").stdout.strip()
        host = Host(self.server).start(token, "--capacity", capacity)
        self.addCleanup(host.remove)
        return host

    def run_task(self, definition, launch_type):
        more = {"networkConfiguration": NETWORK} if definition == "far" else {}
        return self.ecs.run_task(taskDefinition=definition, launchType=launch_type, **more)

    def refusal(self, *asked):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.run_task(*asked)
        return caught.exception.response["Error"]["Message"]

    def test_a_managed_host_is_nobodys_container_instance(self):
        answer = self.run_task("far", "FARGATE")
        self.assertEqual(answer["tasks"], [])
        self.assertEqual([each["reason"] for each in answer["failures"]], [NO_CAPACITY])
        self.ecs.create_service(serviceName="far", taskDefinition="far", desiredCount=1, launchType="FARGATE",
                                networkConfiguration=NETWORK)
        told = lambda: [each["message"] for each in self.ecs.describe_services(services=["far"])["services"][0]["events"]]
        wait_until(lambda: any(NO_CAPACITY in text for text in told()), 30, "the service says why")
        self.assertIn(NO_CAPACITY, self.server.run("why", "far").stdout)

        host = self.host("fargate")
        arns = wait_until(lambda: self.ecs.list_tasks(serviceName="far")["taskArns"], 60, "the service has its task")
        shown = wait_for_status(self.ecs, arns[0], "RUNNING")
        self.assertNotIn("containerInstanceArn", shown)
        self.assertEqual(self.ecs.list_container_instances()["containerInstanceArns"], [])
        described = self.ecs.describe_container_instances(containerInstances=[host.arn])
        self.assertEqual(described["containerInstances"], [])
        self.assertEqual(described["failures"][0]["reason"], "MISSING")
        cluster = self.ecs.describe_clusters()["clusters"][0]
        self.assertEqual(cluster["registeredContainerInstancesCount"], 0)
        self.assertEqual(cluster["runningTasksCount"], 1)
        self.assertEqual(self.refusal("plain", "EC2"), "No Container Instances were found in your cluster.")

        # It is still so after both have restarted, though nobody says again what the host is for.
        self.server.kill()
        self.server.start()
        host.kill()
        host.start()
        self.ecs = self.server.client()
        wait_until(lambda: self.run_task("far", "FARGATE")["tasks"], 60, "it takes tasks again")
        self.assertEqual(self.ecs.list_container_instances()["containerInstanceArns"], [])
        self.assertEqual(self.refusal("plain", "EC2"), "No Container Instances were found in your cluster.")

        # An option that says otherwise counts, and from then on.
        for options in (("--capacity", "both"), ()):
            host.kill()
            host.start(None, *options)
            wait_until(lambda: self.ecs.list_container_instances()["containerInstanceArns"] == [host.arn], 30,
                       "it is a container instance")
            wait_until(lambda: self.run_task("far", "FARGATE")["tasks"], 60, "it takes FARGATE tasks")

    def hosts(self, *arguments):
        return json.loads(self.server.run("hosts", "--json", *arguments).stdout)["hosts"]

    def test_the_operator_sees_managed_hosts_and_deregisters_one(self):
        gone, stays = self.host("fargate"), self.host("both")
        self.ecs.create_service(serviceName="far", taskDefinition="far", desiredCount=4, launchType="FARGATE",
                                networkConfiguration=NETWORK)
        def by_arn():
            return {each["containerInstanceArn"]: each for each in self.hosts()}
        wait_until(lambda: sum(each["runningTasksCount"] for each in by_arn().values()) == 4, 60, "four tasks run")
        shown = by_arn()
        self.assertEqual({arn: (each["capacity"], each["status"], each["agentConnected"])
                          for arn, each in shown.items()},
                         {gone.arn: ("fargate", "ACTIVE", True), stays.arn: ("both", "ACTIVE", True)})
        self.assertFalse([arn for arn, each in shown.items() if "tasks" in each])
        named, = self.hosts(gone.arn)
        theirs = [each["taskArn"] for each in named["tasks"]]
        self.assertEqual(len(theirs), shown[gone.arn]["runningTasksCount"])
        self.assertTrue(theirs)
        self.assertEqual({each["launchType"] for each in named["tasks"]}, {"FARGATE"})

        # It ends for good. ECS's own operations know nothing of it.
        gone.kill()
        wait_until(lambda: not by_arn()[gone.arn]["agentConnected"], 30, "its session is over")
        identity = gone.arn.rsplit("/", 1)[1]
        table = self.server.run("hosts", identity).stdout.splitlines()
        self.assertEqual(table[0].split(), ["HOST", "CAPACITY", "STATUS", "AGENT", "TASKS", "ZONE", "NAME"])
        self.assertEqual(table[1].split()[:6], [identity, "fargate", "ACTIVE", "disconnected", f"{len(theirs)}+0",
                                                "us-east-1a"])
        for arn in theirs:
            self.assertIn(f"  task {arn.rsplit('/', 1)[1]}  FARGATE  service:far  RUNNING", table)
        with self.assertRaises(botocore.exceptions.ClientError):
            self.ecs.deregister_container_instance(containerInstance=gone.arn, force=True)
        refused = self.server.run("deregister", identity, check=False)
        self.assertEqual((refused.returncode, "Found running tasks on the instance." in refused.stderr), (1, True))
        unknown = self.server.run("deregister", "0" * 32, check=False)
        self.assertIn("The referenced container instance was not found.", unknown.stderr)

        self.assertIn(identity + " is deregistered", self.server.run("deregister", identity, "--force").stdout)
        self.assertEqual([each["containerInstanceArn"] for each in self.hosts()], [stays.arn])
        for arn in theirs:
            ended = wait_for_status(self.ecs, arn, "STOPPED", 30)
            self.assertEqual(ended["stopCode"], "TerminationNotice")
            self.assertRegex(ended["stoppedReason"], r"^Host EC2 \(instance .+\) terminated\.$")
        wait_until(lambda: by_arn()[stays.arn]["runningTasksCount"] == 4, 60, "the service has its tasks elsewhere")
        # Whoever comes back under its name is told so.
        again = subprocess.run([BINARY, "agent", "--server", self.server.url, "--data", gone.data, "--runtime",
                                "simulated"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(again.returncode, 5, again.stderr)

    def test_start_task_knows_instances_of_ecs_anywhere(self):
        ours, away, hidden = self.host("instances"), self.host("external"), self.host("fargate")
        wait_until(lambda: len(self.ecs.list_container_instances()["containerInstanceArns"]) == 2, 30, "two are seen")
        answer = json.loads(self.server.aws("start-task", "--task-definition", "plain", "--container-instances",
                                            away.arn).stdout)
        self.assertEqual(answer["failures"], [])
        started, = answer["tasks"]
        self.assertEqual((started["launchType"], started["containerInstanceArn"]), ("EXTERNAL", away.arn))
        self.assertEqual(wait_for_status(self.ecs, started["taskArn"], "RUNNING")["launchType"], "EXTERNAL")
        self.assertEqual(self.ecs.list_tasks(launchType="EXTERNAL")["taskArns"], [started["taskArn"]])

        several = self.ecs.start_task(taskDefinition="plain",
                                      containerInstances=[away.arn, ours.arn.rsplit("/", 1)[1], hidden.arn])
        self.assertEqual({each["containerInstanceArn"]: each["launchType"] for each in several["tasks"]},
                         {away.arn: "EXTERNAL", ours.arn: "EC2"})
        self.assertEqual([(each["arn"], each["reason"]) for each in several["failures"]], [(hidden.arn, "MISSING")])
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.ecs.start_task(taskDefinition="far", containerInstances=[away.arn], networkConfiguration=NETWORK)
        self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidParameterException")
        self.assertEqual(caught.exception.response["Error"]["Message"],
                         "Task definition does not support launch_type EXTERNAL.")
        self.ecs.deregister_container_instance(containerInstance=away.arn, force=True)
        self.assertEqual(away.process.wait(timeout=30), 5, "its agent ends by itself")
        late = self.ecs.start_task(taskDefinition="plain", containerInstances=[away.arn])
        self.assertEqual([(each["arn"], each["reason"]) for each in late["failures"]], [(away.arn, "INACTIVE")])

    def test_an_external_host_takes_external_tasks_only(self):
        ours, away = self.host("instances"), self.host("external")
        wait_until(lambda: len(self.ecs.list_container_instances()["containerInstanceArns"]) == 2, 30, "both joined")
        for _ in range(3):
            external, = self.run_task("plain", "EXTERNAL")["tasks"]
            self.assertEqual((external["launchType"], external["containerInstanceArn"]), ("EXTERNAL", away.arn))
            mine, = self.run_task("plain", "EC2")["tasks"]
            self.assertEqual((mine["launchType"], mine["containerInstanceArn"]), ("EC2", ours.arn))
        away.kill()
        away.start()
        def is_back():
            described, = self.ecs.describe_container_instances(containerInstances=[away.arn])["containerInstances"]
            return described["agentConnected"] and described
        described = wait_until(is_back, 30, "the external host is back")
        self.assertIn("ecs.capability.external", [each["name"] for each in described["attributes"]])
        self.assertEqual(self.run_task("far", "FARGATE")["failures"][0]["reason"], NO_CAPACITY)


if __name__ == "__main__":
    unittest.main()
