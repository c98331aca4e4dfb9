"""An agent as Amazon's is seen from the outside: its calls, its two sessions, its signatures."""

import base64
import hashlib
import json
import os
import queue
import socket
import struct
import threading
import urllib.parse
import uuid

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession

CAPABILITIES = [
    *("com.amazonaws.ecs.capability.docker-remote-api.1." + level
      for level in ("17", "18", "19", "20", "21", "22", "23", "24", "25", "28", "29", "30", "32")),
    "com.amazonaws.ecs.capability.logging-driver.json-file", "com.amazonaws.ecs.capability.privileged-container",
    "ecs.capability.container-health-check", "ecs.capability.container-ordering", "ecs.capability.full-sync",
    "ecs.capability.efs"]
VALUES = {"ecs.os-type": "linux", "ecs.os-family": "LINUX", "ecs.cpu-architecture": "x86_64"}


class Closed(Exception):
    """The session is over: `code` is the peer's, or 1006."""

    def __init__(self, code, reason=""):
        super().__init__(f"{code} {reason}")
        self.code = code


class Refused(Exception):
    """The upgrade was answered otherwise than with 101."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


class Session:
    """A WebSocket, read by a thread of its own; frames wait in a queue."""

    def __init__(self, url, headers):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {parts.path}?{parts.query} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()),
                 "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        status = int(self.stream.readline().split()[1])
        answered = {}
        while (line := self.stream.readline().strip()):
            name, value = line.decode().split(":", 1)
            answered[name.lower()] = value.strip()
        if status != 101:
            body = json.loads(self.stream.read(int(answered.get("content-length", 0))) or b"{}")
            self.socket.close()
            raise Refused(status, body)
        wanted = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert answered["sec-websocket-accept"] == base64.b64encode(wanted).decode()
        self.frames = queue.Queue()
        threading.Thread(target=self.read_all, daemon=True).start()

    def read_all(self):
        try:
            while True:
                first, length = self.stream.read(2)
                if length == 126:
                    length = struct.unpack(">H", self.stream.read(2))[0]
                elif length == 127:
                    length = struct.unpack(">Q", self.stream.read(8))[0]
                data = self.stream.read(length)
                kind = first & 15
                if kind == 8:
                    code = struct.unpack(">H", data[:2])[0] if len(data) > 1 else 1005
                    return self.frames.put(Closed(code, data[2:].decode()))
                if kind == 9:
                    self.write(10, data)
                elif kind == 1:
                    self.frames.put(json.loads(data))
        except (OSError, ValueError):
            self.frames.put(Closed(1006))
        finally:
            self.stream.close()
            self.socket.close()

    def write(self, kind, data):
        mask = os.urandom(4)
        size = len(data)
        head = bytes([128 | kind])
        if size < 126:
            head += bytes([128 | size])
        elif size < 65536:
            head += bytes([128 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([128 | 127]) + struct.pack(">Q", size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)) if size < 100000 else data
        if size >= 100000:
            mask = bytes(4)
        self.socket.sendall(head + mask + masked)

    def send(self, text):
        self.write(1, text.encode())

    def receive(self, deadline_s=20):
        frame = self.frames.get(timeout=deadline_s)
        if isinstance(frame, Closed):
            raise frame
        return frame

    def receive_type(self, wanted, deadline_s=20):
        """The next frame of this type; others are passed over."""
        while True:
            frame = self.receive(deadline_s)
            if frame["type"] == wanted:
                return frame["message"]

    def cut(self):
        """As a host that vanishes: no close frame."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def close(self, code=1000):
        self.write(8, struct.pack(">H", code))


class Agent:
    """Registers, discovers, and holds sessions of ACS and TCS."""

    def __init__(self, url, keys, cluster="default", arn=None, attributes=()):
        self.url = url
        self.keys = botocore.credentials.Credentials(*keys)
        self.cluster = cluster
        self.arn = arn
        self.custom = list(attributes)
        self.acs = None
        self.tcs = None
        self.endpoints = None

    def call(self, operation, **members):
        request = botocore.awsrequest.AWSRequest("POST", self.url + "/", data=json.dumps(members), headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AmazonEC2ContainerServiceV20141113." + operation})
        botocore.auth.SigV4Auth(self.keys, "ecs", "us-east-1").add_auth(request)
        session = botocore.httpsession.URLLib3Session()
        answer = session.send(request.prepare())
        session.close()
        return answer.status_code, json.loads(answer.text)

    def must(self, operation, **members):
        status, body = self.call(operation, **members)
        if status != 200:
            raise AssertionError(f"{operation}: {status} {body}")
        return body

    def register(self, token=None, cpu=2048, memory=4096, again=False):
        members = {
            "cluster": self.cluster, "clientToken": token or str(uuid.uuid4()),
            "instanceIdentityDocument": "", "instanceIdentityDocumentSignature": "",
            "totalResources": [
                {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
                {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
                {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22", "2375", "2376", "51678", "51679"]},
                {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []}],
            "attributes": [{"name": name} for name in CAPABILITIES] +
                          [{"name": name, "value": value} for name, value in VALUES.items()] +
                          ([] if again else self.custom)}
        if self.arn:
            members["containerInstanceArn"] = self.arn
        shown = self.must("RegisterContainerInstance", **members)["containerInstance"]
        self.arn = shown["containerInstanceArn"]
        return shown

    def discover(self):
        self.endpoints = self.must("DiscoverPollEndpoint", cluster=self.cluster, containerInstance=self.arn, zoneId="")
        return self.endpoints

    def signed(self, url, body=""):
        """Headers of a signed GET; the query is signed as it means, not as it is spelled."""
        request = botocore.awsrequest.AWSRequest("GET", url.replace("+", "%20"), data=body)
        botocore.auth.SigV4Auth(self.keys, "ecs", "us-east-1").add_auth(request)
        names = [name for name in ("X-Amz-Date", "X-Amz-Security-Token", "Authorization") if name in request.headers]
        return {"Host": urllib.parse.urlsplit(url).netloc, **{name: request.headers[name] for name in names}}

    def acs_url(self, send_credentials):
        query = {"agentHash": "a8b3e7d3", "agentVersion": "1.105.1", "clusterArn": self.cluster,
                 "containerInstanceArn": self.arn, "dockerVersion": "DockerVersion: 20.10.24+dfsg1",
                 "protocolVersion": "2", "sendCredentials": send_credentials, "seqNum": "1"}
        return self.endpoints["endpoint"] + "ws?" + urllib.parse.urlencode(query)

    def open_acs(self, send_credentials="true"):
        url = self.acs_url(send_credentials)
        self.acs = Session(url, self.signed(url))
        return self.acs

    def open_tcs(self):
        query = {"agentHash": "a8b3e7d3", "agentVersion": "1.105.1", "cluster": self.cluster,
                 "containerInstance": self.arn, "dockerVersion": "20.10.24+dfsg1"}
        self.tcs_url = self.endpoints["telemetryEndpoint"] + "ws?" + urllib.parse.urlencode(query)
        self.tcs = Session(self.tcs_url, self.signed(self.tcs_url))
        return self.tcs

    def say(self, kind, **message):
        self.acs.send(json.dumps({"type": kind, "message": message}))

    def ack(self, message):
        self.say("AckRequest", cluster=message["clusterArn"], containerInstance=message["containerInstanceArn"],
                 messageId=message["messageId"])

    def telemetry(self, kind, message):
        """The frame as it is sent: header lines, an empty line, JSON."""
        body = json.dumps({"type": kind, "message": message})
        headers = self.signed(self.tcs_url, body)
        return "".join(f"{n}: {headers[n]}\r\n" for n in ("Authorization", "Host", "X-Amz-Date")) + "\r\n" + body

    def metadata(self, **more):
        return {"cluster": self.cluster, "containerInstance": self.arn, "messageId": str(uuid.uuid4()), **more}

    def submit(self, task, status, containers=(), **more):
        return self.must("SubmitTaskStateChange", cluster=self.cluster, task=task, status=status, reason="",
                         containers=list(containers), **more)
