"""Services of real containers through Debian's AWS CLI: rollouts within their percentages, the
circuit breaker, DAEMON, and a rollout that a kill -9 interrupts."""

import json
import threading
import unittest

from daemon import Daemon, IMAGE, wait_until

SECOND_IMAGE = "troupe/hello:second"
UNREACHABLE_IMAGE = "127.0.0.1:1/nothing:1"


def definition(image=IMAGE, **members):
    """Healthy five seconds after it runs: without a check it would take 40."""
    return [{"name": "web", "image": image, "memory": 16, "stopTimeout": 2, "portMappings": [{"containerPort": 80}],
             "healthCheck": {"command": ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1/"], "interval": 5,
                             "timeout": 2, "retries": 2}, **members}]


class Watcher:
    """Looks at a service's tasks all the time; keeps the fewest healthy and the most alive."""

    def __init__(self, ecs, service):
        self.ecs, self.service = ecs, service
        self.fewest_healthy, self.most_alive, self.looks = 10**6, 0, 0
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.follow)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def follow(self):
        while not self.ends.wait(0.05):
            arns = self.ecs.list_tasks(serviceName=self.service)["taskArns"]
            tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
            alive = [t for t in tasks if t["desiredStatus"] == "RUNNING" and t["lastStatus"] in
                     ("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING")]
            healthy = [t for t in alive if t["lastStatus"] == "RUNNING" and t["healthStatus"] == "HEALTHY"]
            self.most_alive = max(self.most_alive, len(alive))
            self.fewest_healthy = min(self.fewest_healthy, len(healthy))
            self.looks += 1


class Services(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon().start()
        self.addCleanup(self.daemon.remove)
        self.daemon.load_image()
        self.ecs = self.daemon.client()

    def aws(self, *arguments):
        done = self.daemon.aws(*arguments, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout else {}

    def register(self, image=IMAGE, **members):
        made = self.aws("register-task-definition", "--family", "web", "--container-definitions",
                        json.dumps(definition(image, **members)))
        return made["taskDefinition"]["taskDefinitionArn"]

    def service(self, name="web"):
        return self.ecs.describe_services(services=[name])["services"][0]

    def deployments(self, name="web"):
        return self.daemon.call("ListServiceDeployments", service=name)["serviceDeployments"]

    def running(self, name="web"):
        arns = self.ecs.list_tasks(serviceName=name)["taskArns"]
        tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
        return [t for t in tasks if t["lastStatus"] == "RUNNING" and t["desiredStatus"] == "RUNNING"]

    def wait_stable(self, name="web"):
        def settled():
            now = self.service(name)
            return (len(now["deployments"]) == 1 and now["runningCount"] == now["desiredCount"]
                    and now["deployments"][0]["rolloutState"] == "COMPLETED" and now)
        return wait_until(settled, 90, f"service {name} is stable, not {self.service(name)}")

    def delete(self, name="web"):
        self.aws("delete-service", "--service", name, "--force")
        wait_until(lambda: self.service(name)["status"] == "INACTIVE", 60, f"service {name} is INACTIVE")
        wait_until(lambda: not self.daemon.conmons(), 30, "no container is left")

    def test_six_replicas_roll_within_their_percentages(self):
        self.daemon.load_image(SECOND_IMAGE)
        self.register()
        made = self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "6")
        deployment = made["service"]["deployments"][0]
        self.assertEqual((deployment["status"], deployment["desiredCount"], deployment["runningCount"],
                          deployment["rolloutState"]), ("PRIMARY", 6, 0, "IN_PROGRESS"))
        self.aws("wait", "services-stable", "--services", "web")
        self.assertEqual(len(self.running()), 6)
        self.wait_stable()
        for percentages, image, fewest, most in (((100, 200), SECOND_IMAGE, 6, 12), ((50, 100), IMAGE, 3, 6)):
            wanted = self.register(image)
            with Watcher(self.ecs, "web") as watcher:
                self.aws("update-service", "--service", "web", "--task-definition", wanted,
                         "--deployment-configuration",
                         f"minimumHealthyPercent={percentages[0]},maximumPercent={percentages[1]}")
                self.aws("wait", "services-stable", "--services", "web")
            self.assertGreater(watcher.looks, 20)
            self.assertGreaterEqual(watcher.fewest_healthy, fewest)
            self.assertLessEqual(watcher.most_alive, most)
            self.wait_stable()
            tasks = self.running()
            self.assertEqual([t["taskDefinitionArn"] for t in tasks], [wanted] * 6)
            self.assertEqual({t["containers"][0]["image"] for t in tasks}, {image})
        messages = [event["message"] for event in self.service()["events"]]
        self.assertEqual(messages[0], "(service web) has reached a steady state.")
        self.assertTrue(any(m.startswith("(service web) has started 6 tasks: (task ") for m in messages), messages)
        deployments = self.deployments()
        self.assertEqual([d["status"] for d in deployments], ["SUCCESSFUL"] * 3)
        self.delete()

    def test_a_broken_image_is_rolled_back(self):
        good = self.register()
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "6",
                 "--deployment-configuration", "deploymentCircuitBreaker={enable=true,rollback=true}")
        self.wait_stable()
        broken = self.register(UNREACHABLE_IMAGE)
        with Watcher(self.ecs, "web") as watcher:
            self.aws("update-service", "--service", "web", "--task-definition", broken)
            wait_until(lambda: any(d["status"].startswith("ROLLBACK") for d in self.deployments()),
                       90, "the deployment is rolled back")
            final = self.wait_stable()
        self.assertEqual(final["taskDefinition"], good)
        self.assertEqual({t["taskDefinitionArn"] for t in self.running()}, {good})
        self.assertGreaterEqual(watcher.fewest_healthy, 6)
        newest = self.deployments()
        self.assertIn("ROLLBACK_SUCCESSFUL", [d["status"] for d in newest])
        self.delete()

    def test_a_daemon_follows_its_instance(self):
        """It has no task until an instance takes tasks, one then, and none when it drains."""
        instance = self.aws("list-container-instances")["containerInstanceArns"][0]
        set_state = lambda status: self.aws("update-container-instances-state", "--container-instances", instance,
                                            "--status", status)
        set_state("DRAINING")
        self.register()
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--scheduling-strategy",
                 "DAEMON")
        self.assertEqual(self.ecs.list_tasks(serviceName="web")["taskArns"], [])
        set_state("ACTIVE")
        wait_until(lambda: [t["containerInstanceArn"] for t in self.running()] == [instance], 30, "a task on it")
        self.assertEqual(self.service()["desiredCount"], 1)
        set_state("DRAINING")
        wait_until(lambda: not self.running(), 30, "the DRAINING instance has none")
        self.assertEqual(self.service()["desiredCount"], 0)
        self.delete()

    def test_why_says_what_is_missing_and_by_how_much(self):
        self.register(memory=100_000_000)
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "1")
        refused = wait_until(lambda: [e["message"] for e in self.service()["events"]], 30, "an event")[0]
        self.assertRegex(refused, r"^\(service web\) was unable to place a task because no container instance met all "
                                  r"of its requirements\. The closest matching \(container-instance [0-9a-f]{32}\) "
                                  r"has insufficient memory available\.")
        answer = json.loads(self.daemon.run("why", "web", "--json").stdout)
        self.assertEqual((answer["status"], answer["reason"]), ("0 of 1 task runs, 0 are pending", refused))
        refusal = answer["containerInstances"][0]["refusals"][0]
        self.assertEqual((refusal["reason"], refusal["needed"], refusal["unit"]), ("RESOURCE:MEMORY", 100_000_000, "MiB"))
        text = self.daemon.run("why", "web").stdout
        self.assertIn("One more such task fits on 0 of 1 instances.", text)
        self.assertIn(f"RESOURCE:MEMORY: needs 100000000 MiB, has {refusal['available']}", text)
        self.assertIn("has insufficient memory available.", text)
        self.delete()

    def test_a_rollout_goes_on_after_kill_9(self):
        self.register()
        self.aws("create-service", "--service-name", "web", "--task-definition", "web", "--desired-count", "4")
        self.wait_stable()
        wanted = self.register(environment=[{"name": "GENERATION", "value": "2"}])
        self.aws("update-service", "--service", "web", "--task-definition", wanted)
        wait_until(lambda: any(t["taskDefinitionArn"] == wanted for t in self.running()), 30, "new tasks run")
        self.assertEqual(len(self.service()["deployments"]), 2)
        self.daemon.kill()
        self.daemon.start()
        self.ecs = self.daemon.client()
        self.wait_stable()
        self.assertEqual([t["taskDefinitionArn"] for t in self.running()], [wanted] * 4)
        wait_until(lambda: len(self.daemon.conmons()) == 4, 30, "no container is left over, and none doubled")
        self.delete()


if __name__ == "__main__":
    unittest.main(verbosity=2)
