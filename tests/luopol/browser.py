# SPDX-License-Identifier: GPL-2.0
"""A headless Chromium, by its debugging protocol over a pipe."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile

# Its own business with the network, and what it wants of a desktop
QUIET = """--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run
    --disable-extensions --disable-background-networking --disable-component-update
    --disable-sync --no-proxy-server --mute-audio --hide-scrollbars --remote-debugging-pipe""".split()


def pipe():
    """A pipe whose ends are not where the browser wants its own."""
    ends = os.pipe()
    far = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return far


class Browser:
    """One page of it. Events are kept in the order in which they came."""

    def __init__(self):
        program = shutil.which("chromium")
        if not program:
            raise FileNotFoundError("chromium is missing: run 'make setup'")
        self.home = tempfile.mkdtemp(prefix="luo-browser.")
        to_read, self.out = pipe()
        self.into, to_write = pipe()
        # It reads commands from descriptor 3 and answers on 4
        self.process = subprocess.Popen(
            ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (to_read, to_write), "bash", program,
             "--user-data-dir=" + self.home, *QUIET, "about:blank"],
            pass_fds=(to_read, to_write), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.home})
        os.close(to_read)
        os.close(to_write)
        self.pending = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Network", "Runtime", "Log":
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.home, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.pending:
            piece = os.read(self.into, 1 << 16)
            if not piece:
                raise EOFError("chromium ended")
            self.pending += piece
        message, self.pending = self.pending.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
        return message

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]))
                return answer["result"]

    def open(self, url):
        """Load a page as a whole, also if it differs from the last in its fragment alone."""
        self.call("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def wait(self, event):
        while not any(method == event for method, _ in self.events):
            self.receive()
        self.events = [e for e in self.events if e[0] != event]

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def take(self, event):
        """The parameters of all events of a kind, and forget them."""
        self.evaluate("0")
        found = [params for method, params in self.events if method == event]
        self.events = [e for e in self.events if e[0] != event]
        return found
