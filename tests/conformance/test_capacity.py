"""Capacity providers through boto3 and Debian's AWS CLI: strategies that choose instances, tasks
that wait for room, and what is refused. The runtime is simulated: placement is what is tested."""

import json
import unittest

import botocore.exceptions

from daemon import Daemon, wait_until

GROUP = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/"
CONTAINERS = [{"name": "web", "image": "busybox", "memory": 64}]


class Capacity(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon("--instances", "6", runtime="simulated").start()
        self.addCleanup(self.daemon.remove)
        self.ecs = self.daemon.client()
        self.ecs.register_task_definition(family="web", containerDefinitions=CONTAINERS)
        self.instances = sorted(self.ecs.list_container_instances()["containerInstanceArns"])
        self.assertEqual(len(self.instances), 6)
        for name, scaling in (("still", "DISABLED"), ("elastic", "ENABLED")):
            made = self.ecs.create_capacity_provider(name=name, autoScalingGroupProvider={
                "autoScalingGroupArn": GROUP + name, "managedScaling": {"status": scaling}})["capacityProvider"]
            self.assertEqual(made["status"], "ACTIVE")

    def give(self, instances, provider):
        self.ecs.put_attributes(attributes=[
            {"name": "ecs.capacity-provider", "value": provider, "targetId": arn} for arn in instances])

    def associate(self, *strategy, names=("still", "elastic")):
        return self.ecs.put_cluster_capacity_providers(
            cluster="default", capacityProviders=list(names), defaultCapacityProviderStrategy=list(strategy))

    def task(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])["tasks"][0]

    def refused(self, call, **members):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**members)
        return caught.exception.response["Error"]

    def test_a_strategy_chooses_instances(self):
        self.associate()
        self.give(self.instances[:2], "still")
        self.give(self.instances[2:4], "elastic")
        shown = self.ecs.describe_container_instances(containerInstances=self.instances)["containerInstances"]
        owners = {each["containerInstanceArn"]: each.get("capacityProviderName") for each in shown}
        self.assertEqual([owners[arn] for arn in self.instances],
                         ["still", "still", "elastic", "elastic", None, None])
        done = self.daemon.aws("run-task", "--task-definition", "web", "--count", "10",
                               "--capacity-provider-strategy", "capacityProvider=still,weight=1,base=2",
                               "capacityProvider=elastic,weight=3")
        tasks = json.loads(done.stdout)["tasks"]
        names = [each["capacityProviderName"] for each in tasks]
        self.assertEqual((names.count("still"), names.count("elastic")), (4, 6))
        for each in tasks:
            self.assertEqual(owners[each["containerInstanceArn"]], each["capacityProviderName"])
            self.assertEqual(each["launchType"], "EC2")

    def test_a_service_keeps_the_ratio(self):
        self.associate()
        self.give(self.instances[:3], "still")
        self.give(self.instances[3:], "elastic")
        self.ecs.create_service(serviceName="web", taskDefinition="web", desiredCount=8, capacityProviderStrategy=[
            {"capacityProvider": "still", "weight": 1}, {"capacityProvider": "elastic", "weight": 3}])

        def running(count):
            arns = self.ecs.list_tasks(serviceName="web", desiredStatus="RUNNING")["taskArns"]
            tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
            tasks = [each for each in tasks if each["lastStatus"] == "RUNNING"]
            return tasks if len(tasks) == count and len(arns) == count else None

        tasks = wait_until(lambda: running(8), 60, "eight tasks run")
        names = [each["capacityProviderName"] for each in tasks]
        self.assertEqual((names.count("still"), names.count("elastic")), (2, 6))
        self.ecs.update_service(service="web", desiredCount=4)
        tasks = wait_until(lambda: running(4), 60, "four tasks run")
        names = [each["capacityProviderName"] for each in tasks]
        self.assertEqual((names.count("still"), names.count("elastic")), (1, 3))

    def test_tasks_wait_for_room_even_through_a_crash(self):
        self.associate({"capacityProvider": "elastic", "weight": 1})
        tasks = self.ecs.run_task(taskDefinition="web", count=3)["tasks"]
        self.assertEqual([each["lastStatus"] for each in tasks], ["PROVISIONING"] * 3)
        for each in tasks:
            self.assertNotIn("containerInstanceArn", each)
            self.assertEqual(each["capacityProviderName"], "elastic")
        self.ecs.stop_task(task=tasks[2]["taskArn"], reason="enough")
        self.assertEqual(self.task(tasks[2]["taskArn"])["lastStatus"], "STOPPED")
        why = json.loads(self.daemon.run("why", tasks[0]["taskArn"], "--json").stdout)
        self.assertIn("No Container Instances were found in your capacity provider.", json.dumps(why))
        self.assertIn("capacityProvider", json.dumps(why))
        self.daemon.kill()
        self.daemon.start()
        self.ecs = self.daemon.client()
        self.assertEqual(self.task(tasks[0]["taskArn"])["lastStatus"], "PROVISIONING")
        wait_until(lambda: all(each["agentConnected"] for each in self.ecs.describe_container_instances(
            containerInstances=self.instances)["containerInstances"]), 60, "the agents are back")
        self.give(self.instances[:1], "elastic")
        for each in tasks[:2]:
            placed = wait_until(lambda arn=each["taskArn"]: (
                self.task(arn) if self.task(arn)["lastStatus"] == "RUNNING" else None), 60, "it runs")
            self.assertEqual(placed["containerInstanceArn"], self.instances[0])

    def test_what_is_refused(self):
        strategy = [{"capacityProvider": "still", "weight": 1}]
        error = self.refused(self.ecs.run_task, taskDefinition="web", capacityProviderStrategy=strategy)
        self.assertEqual(error["Code"], "InvalidParameterException")
        self.assertIn("is not associated with the cluster", error["Message"])
        self.associate()
        error = self.refused(self.ecs.run_task, taskDefinition="web", launchType="EC2",
                             capacityProviderStrategy=strategy)
        self.assertEqual(error["Message"], "Specifying both a launch type and capacity provider strategy is not "
                                           "supported. Remove one and try again.")
        error = self.refused(self.ecs.run_task, taskDefinition="web", capacityProviderStrategy=strategy)
        self.assertEqual(error["Message"], "No Container Instances were found in your capacity provider.")
        error = self.refused(self.ecs.run_task, taskDefinition="web", capacityProviderStrategy=[
            {"capacityProvider": "still", "weight": 0}])
        self.assertIn("weight value greater than zero", error["Message"])
        error = self.refused(self.ecs.create_cluster, clusterName="other", capacityProviders=["nowhere"])
        self.assertEqual(error["Code"], "InvalidParameterException")
        made = self.ecs.create_cluster(clusterName="other", capacityProviders=["still"],
                                       defaultCapacityProviderStrategy=strategy)["cluster"]
        self.assertEqual(made["capacityProviders"], ["still"])
        error = self.refused(self.ecs.delete_capacity_provider, capacityProvider="still")
        self.assertIn("in use", error["Message"])

    def test_a_constraint_that_cannot_be_read_is_refused(self):
        broken = [{"type": "memberOf", "expression": "attribute:rack =="}]
        error = self.refused(self.ecs.register_task_definition, family="racked", containerDefinitions=CONTAINERS,
                             placementConstraints=broken)
        self.assertEqual(error["Code"], "InvalidParameterException")
        self.assertRegex(error["Message"], r"^Invalid expression: .* at column \d+\.$")
        for call, members in ((self.ecs.run_task, {}),
                              (self.ecs.create_service, {"serviceName": "web", "desiredCount": 1})):
            error = self.refused(call, taskDefinition="web", placementConstraints=broken, **members)
            self.assertEqual(error["Code"], "InvalidParameterException")


if __name__ == "__main__":
    unittest.main(verbosity=2)
