"""Images from a registry that wants a login, through the daemon."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from daemon import Daemon, ROOT, run_one

USER, PASSWORD = "troupe", "s3cret:with:colons"


class Registry:
    """Debian's docker-registry on a free port, with one user."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="troupe-registry-")
        users = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], check=True, capture_output=True, text=True)
        self.write("htpasswd", users.stdout)
        config = self.write("config.yml", f"""
version: 0.1
log: {{level: info}}
http: {{addr: '127.0.0.1:0'}}
storage: {{filesystem: {{rootdirectory: {self.directory}/data}}}}
auth: {{htpasswd: {{realm: test, path: {self.directory}/htpasswd}}}}
""")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"listening on (127\.0\.0\.1:\d+)", line)
            if found:
                self.address = found.group(1)
                return
        raise AssertionError("docker-registry does not listen")

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def push_hello(self, name):
        archive = os.path.join(self.directory, "hello.tar")
        subprocess.run([str(ROOT / "tools" / "make-hello-image"), archive], check=True)
        subprocess.run(["skopeo", "copy", "--quiet", "--dest-tls-verify=false", f"--dest-creds={USER}:{PASSWORD}",
                        "docker-archive:" + archive, f"docker://{self.address}/{name}"], check=True)
        inspected = subprocess.run(["skopeo", "inspect", "--tls-verify=false", f"--creds={USER}:{PASSWORD}",
                                    "--format", "{{.Digest}}", f"docker://{self.address}/{name}"], check=True,
                                   capture_output=True, text=True)
        return inspected.stdout.strip()

    def remove(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        shutil.rmtree(self.directory)


class Login(unittest.TestCase):
    def test_the_daemon_pulls_with_the_login_of_that_registry_only(self):
        registry = Registry()
        self.addCleanup(registry.remove)
        digest = registry.push_hello("shop/web:v1")
        daemon = Daemon("--registry-login", f"{registry.address}={USER}:{PASSWORD}").start()
        self.addCleanup(daemon.remove)
        ecs = daemon.client()
        web = {"name": "web", "image": f"{registry.address}/shop/web:v1", "memory": 32, "stopTimeout": 2}
        running = run_one(ecs, "web", [web])
        self.assertEqual(running["containers"][0]["imageDigest"], digest)
        pinned = {**web, "image": f"{registry.address}/shop/web@{digest}"}
        run_one(ecs, "pinned", [pinned])
        # The same server by a name that the login is not for.
        other = {**web, "image": "localhost:" + registry.address.split(":")[1] + "/shop/web:v1"}
        refused = run_one(ecs, "other", [other], until="STOPPED")
        self.assertEqual(refused["stopCode"], "TaskFailedToStart")
        self.assertRegex(refused["stoppedReason"], "^CannotPullContainerError: ")
        self.assertNotIn(PASSWORD, daemon.log())
        daemon.end_all_tasks(ecs)


if __name__ == "__main__":
    unittest.main(verbosity=2)
