"""Several hosts on one machine: a network of our own, and namespaces that take the place of machines.

A test that calls `enter()` first runs again in a network and a mount namespace of its own. That network is the hosts'
LAN: a bridge, on which the control plane listens. Each Host is a network namespace with one cable to the bridge, a
mount namespace, and a data directory; it outlives its agent as a machine does. With the test's last process all
of it is gone.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from daemon import BINARY, Daemon, ROOT, IMAGE, wait_until

ADDRESSES = "192.0.2."
BRIDGE = "lan"
SKIPPED = 77  # To ctest.
APART = ["unshare", "--net", "--mount", "--propagation", "private"]


def enter():
    """Runs this script again inside the LAN; says so and ends it well where that cannot be."""
    if os.environ.get("TROUPE_LAN"):
        return
    if os.geteuid() != 0 or subprocess.run([*APART, "true"], check=False).returncode != 0:
        print("skipped: namespaces of its own need root")
        sys.exit(SKIPPED)
    os.execvpe(APART[0], [*APART, sys.executable, "-B", *sys.argv], {**os.environ, "TROUPE_LAN": "1"})


def run(*argv):
    subprocess.run(argv, check=True, timeout=60, stdout=subprocess.DEVNULL)


def up():
    run("ip", "link", "set", "lo", "up")


def lay():
    """The bridge, and its address, at which the server listens."""
    up()
    run("ip", "link", "add", BRIDGE, "type", "bridge", "forward_delay", "0")
    run("ip", "address", "add", ADDRESSES + "1/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


class Server(Daemon):
    """The control plane alone; it comes back on the port that it had."""

    command = "server"

    def __init__(self, *options):
        super().__init__(listen=ADDRESSES + "1:0")
        self.more = options
        self.options = ["--listen", ADDRESSES + "1:0", *options]

    def start(self, deadline_s=60):
        super().start(deadline_s)
        self.options = ["--listen", self.url.removeprefix("http://"), *self.more]
        return self

    def remove(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)


class Host:
    """A machine: it is there until remove(); its agent comes and goes."""

    count = 0

    def __init__(self, server, *options):
        Host.count += 1
        self.server = server
        self.options = options
        self.address = ADDRESSES + str(10 + Host.count)
        self.cable = f"cable{Host.count}"
        self.data = tempfile.mkdtemp(prefix="troupe-host-")
        self.process = None
        self.arn = None
        # Whose namespaces are the machine's.
        self.machine = subprocess.Popen([*APART, "sleep", "infinity"])
        ours = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{self.machine.pid}/ns/net") != ours, 10, "the machine has a network")
        run("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", str(self.machine.pid))
        run("ip", "link", "set", self.cable, "master", BRIDGE, "up")
        for command in (["link", "set", "lo", "up"], ["address", "add", self.address + "/24", "dev", "eth0"],
                        ["link", "set", "eth0", "up"], ["route", "add", "default", "via", ADDRESSES + "1"]):
            run(*self.inside("ip", *command))

    def inside(self, *argv):
        where = f"/proc/{self.machine.pid}/ns/"
        return ["nsenter", f"--net={where}net", f"--mount={where}mnt", *argv]

    def load_image(self, archive):
        run(*self.inside(BINARY, "image", "load", archive, "--data", self.data))

    def start(self, token=None):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        if token:
            environment["TROUPE_JOIN_TOKEN"] = token
        with open(os.path.join(self.data, "agent.log"), "ab") as log:
            self.process = subprocess.Popen(
                self.inside(BINARY, "agent", "--server", self.server.url, "--data", self.data, *self.options),
                stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            raise AssertionError("the agent did not start: " + self.log()[-2000:])
        self.arn = line.split()[1]
        return self

    def unplug(self):
        run("ip", "link", "set", self.cable, "down")

    def plug_in(self):
        run("ip", "link", "set", self.cable, "up")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process.stdout.close()
        subprocess.run(self.inside(BINARY, "clean", "--data", self.data), check=False, timeout=120,
                       stdout=subprocess.DEVNULL)
        self.machine.kill()
        self.machine.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    def log(self):
        return pathlib.Path(self.data, "agent.log").read_text(errors="replace")

    def containers(self):
        """Pids of the conmons of this machine: one for each container, as long as it runs."""
        found = set()
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                argv = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if argv[0].endswith(b"conmon") and any(self.data.encode() in word for word in argv):
                found.add(int(entry.name))
        return found


def make_image(directory, name=IMAGE):
    """An archive of the web server's image."""
    archive = os.path.join(directory, "hello.tar")
    run(str(ROOT / "tools" / "make-hello-image"), archive, name + ":latest")
    return archive
