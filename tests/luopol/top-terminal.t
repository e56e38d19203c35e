#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# luopol top in a terminal: what it shows, other sizes, keys, and that it gives the terminal
# back as it was, however it ends.

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, here)
import tap  # noqa: E402
from tap import ok  # noqa: E402

top = os.path.dirname(os.path.dirname(here))
out = top + "/build/tools/luopol-sanitize"
PATIENCE = 60

POLICY = """\
policy name=host version=3
allow create session=vm-* exe=/usr/bin/luod
deny preserve type=memfd-v2 fowner=0
end
"""


def write(name, text):
    """In one step, as the kernel's files change."""
    with open(tmp + "/new", "w") as f:
        f.write(text)
    os.rename(tmp + "/new", tmp + "/" + name)


def hits(first, second):
    write("module/hits", "2 %d 0.100\n3 %d 0.200\n" % (first, second))


class Terminal:
    """A program in a terminal, and what that shows. Anything unknown is an error."""

    def __init__(self, rows, columns, *arguments, shell=False):
        self.rows, self.columns = rows, columns
        self.fd, self.keeper = pty.openpty()
        self.size(rows, columns)
        self.before = termios.tcgetattr(self.keeper)
        self.pid = os.fork()
        if not self.pid:
            os.setsid()
            fcntl.ioctl(self.keeper, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.keeper, fd)
            os.close(self.fd)
            # Whoever runs the tests may ignore some
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
                signal.signal(number, signal.SIG_DFL)
            if shell:
                self.be_shell()
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
            os.execv(out + "/luopol", ["luopol", "top", "--module", tmp + "/module", "--interval", "0.2",
                                       *arguments])
        self.screen, self.other, self.cursor = None, False, True
        self.bytes, self.frames, self.wrong = b"", 0, []

    @staticmethod
    def be_shell():
        """As long as somebody could let it go on, a program can be stopped."""
        pid = os.fork()
        if pid:
            status = os.waitpid(pid, 0)[1]
            os._exit(os.waitstatus_to_exitcode(status))
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)

    def size(self, rows, columns):
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def take(self, data):
        """Frames are whole from a cursor that goes home to what is erased below."""
        self.bytes += data
        while True:
            match = re.match(rb"(?:\x1b\[\?(1049|25)([hl])|\x1b\[H((?:[^\x1b]|\x1b\[K)*)\x1b\[J)", self.bytes)
            if not match:
                break
            self.bytes = self.bytes[match.end():]
            if match[1] == b"1049":
                self.other = match[2] == b"h"
            elif match[1] == b"25":
                self.cursor = match[2] == b"h"
            else:
                self.screen = [l.rstrip() for l in match[3].decode().replace("\x1b[K", "").split("\r\n")]
                self.frames += 1
        if not re.match(rb"\Z|\x1b\Z|\x1b\[(\?[0-9]*)?\Z|\x1b\[H", self.bytes):
            self.wrong.append(self.bytes[:80])

    def read(self, seconds=0.05):
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            self.take(data)
            return bool(data)
        return True

    def until(self, condition, name):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.screen and condition(self.screen):
                ok(True, name)
                return
            if not self.read():
                break
        ok(False, name, "\n".join(self.screen or []) + "\n%r" % self.bytes)

    def drain(self):
        while select.select([self.fd], [], [], 0.1)[0] and self.read():
            pass

    def wait(self):
        """Its status, when it has ended, and all that it wrote is read."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.drain()
                return status
            self.read()
        os.kill(self.pid, signal.SIGKILL)
        return os.waitpid(self.pid, 0)[1]

    def given_back(self, name):
        ok(termios.tcgetattr(self.keeper) == self.before and not self.other and self.cursor,
           name, (self.other, self.cursor, termios.tcgetattr(self.keeper)))

    def close(self):
        os.close(self.keeper)
        os.close(self.fd)


def record(session, second):
    return ("type=UNKNOWN[1427] msg=audit(17000000%02d.000:7): op=create verdict=denied enforcing=1 name=\"%s\" "
            "session_id=1 ouid=0 file=? token=? size=? inode_uid=? reason=no-rule key=\"host\" version=3 line=? "
            "pid=9 uid=0 by_pid=? by_uid=0 by_gid=0 userns=init path=\"/usr/bin/a\" by_verity=? profile=? "
            "cgroup=\"/a\" res=0\n" % (second, session))


def test_screen():
    hits(5, 7)
    write("denials", record("first", 1))
    t = Terminal(24, 80, tmp + "/denials")
    t.until(lambda s: s[0].startswith("policy host version 3, enforcing"), "the state is shown")
    ok(t.other and not t.cursor, "on a screen of its own")
    ok(any("create first" in l for l in t.screen), "with the denials that the log has", t.screen)
    ok(len(t.screen) <= 24 and max(map(len, t.screen)) <= 80, "of 24 lines and 80 columns", t.screen)
    hits(5, 17)
    t.until(lambda s: re.match(r" *[1-9][0-9]*\.[0-9] +17 +3  deny preserve", s[4]), "what decides goes up")
    with open(tmp + "/denials", "a") as f:
        f.write(record("second", 2))
    t.until(lambda s: [l for l in s if "create second" in l and ": no-rule" in l], "a denial is shown when it comes")
    write("module/status", "policy: host\nversion: 3\nenforcing: 0\nlock: none\n")
    t.until(lambda s: "NOT ENFORCING" in s[0], "so is another state")
    t.size(10, 40)
    t.until(lambda s: len(s) <= 10 and max(map(len, s)) <= 40, "a smaller terminal is filled anew")
    t.size(50, 132)
    t.until(lambda s: max(map(len, s)) > 60, "and a larger one")
    frames = t.frames
    os.write(t.fd, b"x")
    t.until(lambda s: t.frames > frames, "other keys do nothing")
    ok(b"x" not in t.bytes and not any(l == "x" for l in t.screen), "and are not shown")
    os.rename(tmp + "/module", tmp + "/away")
    t.until(lambda s: s[0] == "luo_lsm cannot be asked" and "No such file" in s[2], "what goes wrong is told on the screen")
    os.rename(tmp + "/away", tmp + "/module")
    t.until(lambda s: s[0].startswith("policy host") and not s[2], "until it is right again")
    os.write(t.fd, b"q")
    ok(t.wait() == 0, "q ends it")
    t.given_back("and the terminal is as before")
    ok(not t.wrong, "nothing but whole screens was written", t.wrong)
    t.close()


def test_signals():
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT:
        t = Terminal(24, 80, "--no-log")
        t.until(lambda s: s[0].startswith("policy host"), "it runs")
        if number == signal.SIGINT:
            os.write(t.fd, b"\x03")
        else:
            os.kill(t.pid, number)
        status = t.wait()
        ok(os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, "%s ends it" % number.name, status)
        t.given_back("and the terminal is as before")
        t.close()


def test_stop():
    def state():
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0]

    t = Terminal(24, 80, "--no-log", shell=True)
    t.until(lambda s: s[0].startswith("policy host"), "it runs")
    pid = os.tcgetpgrp(t.fd)
    for number in signal.SIGTSTP, signal.SIGSTOP:
        os.write(t.fd, b"\x1a") if number == signal.SIGTSTP else os.kill(pid, number)
        end = time.monotonic() + PATIENCE
        while state() != "T" and time.monotonic() < end:
            t.read()
        t.drain()
        ok(state() == "T", "%s stops it" % number.name)
        if number == signal.SIGTSTP:
            t.given_back("and the terminal is as before")
        else:
            # Who had the terminal in between left it as a shell has it
            termios.tcsetattr(t.keeper, termios.TCSANOW, t.before)
        os.kill(pid, signal.SIGCONT)
        frames = t.frames
        t.until(lambda s: t.frames > frames + 1 and t.other, "it goes on")
        ok(not termios.tcgetattr(t.keeper)[3] & termios.ECHO, "and keys are not shown")
    os.write(t.fd, b"q")
    ok(t.wait() == 0, "and ends")
    t.given_back("with the terminal as before")
    t.close()


def test_gone():
    t = Terminal(24, 80, tmp + "/denials")
    t.until(lambda s: s[0].startswith("policy host"), "it runs")
    os.close(t.keeper)
    os.close(t.fd)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not os.waitpid(t.pid, os.WNOHANG)[0]:
        time.sleep(0.05)
    ok(time.monotonic() < end, "it ends with its terminal")
    followers = subprocess.run(["pgrep", "-f", "tail -q -n 0 -F -- %s/denials" % tmp], stdout=subprocess.PIPE, check=False)
    ok(not followers.stdout, "and what reads the log with it", followers.stdout)


def main():
    os.mkdir(tmp + "/module")
    write("module/policy", POLICY)
    write("module/status", "policy: host\nversion: 3\nenforcing: 1\nlock: none\nsessions: 2\nfiles: 5\n"
          "bytes: 4096\ndenials: 7\nrecords_missed: 1\n")
    test_screen()
    write("module/status", "policy: host\nversion: 3\nenforcing: 1\nlock: none\n")
    test_signals()
    test_stop()
    test_gone()


if subprocess.run([top + "/tests/build", "-C", top + "/tools/luopol", "SANITIZE=1", "O=" + out, "luopol"],
                  stdout=sys.stderr, check=False).returncode:
    sys.exit(print("Bail out! tools/luopol does not build") or 1)
signal.alarm(1200)
with tempfile.TemporaryDirectory() as tmp:
    main()
tap.done()
