"""Lists the sessions from Python, with the standard library alone. With an argument, creates one on
that prompt first, in the repository of the current folder:   python3 python.py ['fix the flaky test']
"""

import json
import os
import socket
import subprocess
import sys


class Daemon:
    def __init__(self):
        command = ["tempest", "serve", "--print-socket"]
        path = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.last_id = 0

    def request(self, method, **params):
        self.last_id += 1
        message = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        body = json.dumps(message).encode()
        self.socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        while True:
            answer = self.receive()
            if answer.get("method") == "$/progress":
                print(answer["params"]["value"].get("message", ""), file=sys.stderr)
            if "method" in answer or answer["id"] != self.last_id:
                continue
            if "error" in answer:
                error = answer["error"]
                raise RuntimeError(f"{error['message']} {error.get('data', {}).get('hint', '')}")
            return answer["result"]

    def receive(self):
        length = None
        while (line := self.file.readline()) != b"\r\n":
            if not line:
                raise ConnectionError("the daemon closed the connection")
            name, value = line.decode("ascii").split(":")
            if name.lower() == "content-length":
                length = int(value)
        return json.loads(self.file.read(length))


def main():
    daemon = Daemon()
    client = {"name": "python-example", "version": "1"}
    daemon.request("initialize", protocolVersion=1, client=client)
    if len(sys.argv) > 1:
        daemon.request(
            "session/create", repo=os.getcwd(), prompt=sys.argv[1], progressToken="create"
        )
    for session in daemon.request("session/list")["sessions"]:
        print(session["id"], session["status"], session["name"], sep="  ")


try:
    main()
except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
    sys.exit(str(error))
