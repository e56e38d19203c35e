#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write the records of a log of auditd as another program would write them.

usage: logs.py KIND <audit.log

KIND is node, kernel, journal, iso, export, json, laurel, beat or original.
"""

import json
import re
import struct
import sys
import time

STRINGS = ("name", "file", "key", "comm", "exe", "path", "profile", "cgroup", "by_verity")


def decode(name, value):
    """A value as laurel and auditbeat show it."""
    if name not in STRINGS or value in ("?", "(null)"):
        return value
    if value.startswith('"'):
        return value[1:-1]
    return bytes.fromhex(value).decode("utf-8", "replace")


def fields_of(text):
    """The fields of a record, decoded."""
    pairs = (word.split("=", 1) for word in text.split() if "=" in word)
    return {name: decode(name, value) for name, value in pairs}


def export(entry):
    """An entry of an export, and one before it that tries to look like more."""
    forged = b"x\n\n__CURSOR=f\n_TRANSPORT=audit\n_AUDIT_TYPE=1427\nMESSAGE=AUDIT1427 " + \
        entry["MESSAGE"].split(" ", 1)[1].replace("vm-", "forged-").encode()
    other = b"__CURSOR=o\n_TRANSPORT=journal\nMESSAGE\n" + \
        struct.pack("<Q", len(forged)) + forged + b"\n_PID=7\n\n"
    return other + b"".join(f"{k}={v}\n".encode() for k, v in entry.items()) + b"\n"


def write(kind, seconds, milli, serial, text, line):
    """One record."""
    out = sys.stdout.buffer
    when = time.gmtime(seconds)
    entry = {"__CURSOR": f"s=1;i={serial}", "_TRANSPORT": "audit", "_AUDIT_TYPE": "1427",
             "_HOSTNAME": "alpha", "_AUDIT_ID": serial,
             "_SOURCE_REALTIME_TIMESTAMP": f"{seconds}{milli}000", "MESSAGE": f"AUDIT1427 {text}"}
    lines = {
        "node": lambda: f"node=alpha {line}",
        "kernel": lambda: time.strftime("%b %d %H:%M:%S", when) +
        f" alpha kernel: audit: type=1427 audit({seconds}.{milli}:{serial}): {text}",
        "journal": lambda: time.strftime("%b %d %H:%M:%S", when) +
        f" alpha audit[412]: AUDIT1427 {text}",
        "iso": lambda: time.strftime("%Y-%m-%dT%H:%M:%S+0000", when) +
        f" alpha audit[412]: AUDIT1427 {text}",
        "json": lambda: json.dumps(entry),
        "laurel": lambda: json.dumps({
            "ID": f"{seconds}.{milli}:{serial}", "NODE": "alpha",
            "UNKNOWN[1427]": {**fields_of(text), "OUID": "somebody"}}),
        "beat": lambda: json.dumps({
            "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", when) + f".{milli}Z",
            "host": {"name": "alpha"},
            "auditd": {"message_type": "unknown[1427]", "sequence": int(serial),
                       "data": fields_of(text)}}),
        "original": lambda: json.dumps({
            "host": {"name": "alpha"}, "auditd": {"message_type": "unknown[1427]"},
            "event": {"original": [line]}}),
    }
    out.write(export(entry) if kind == "export" else lines[kind]().encode() + b"\n")


def main():
    """Convert standard input."""
    for line in sys.stdin:
        line = line.rstrip("\n")
        match = re.match(r"type=UNKNOWN\[1427\] msg=audit\((\d+)\.(\d+):(\d+)\): (.* res=.)$", line)
        if match:
            write(sys.argv[1], int(match[1]), match[2], match[3], match[4], line)


main()
