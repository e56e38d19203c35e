#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""libluo-policy, by ctypes, against luopol: the same answers, differences and errors.

usage: api.py LUOPOL CORPUS
"""

import ctypes
import glob
import json
import os
import subprocess
import sys

_lib = ctypes.CDLL("libluo-policy.so.1")
ANSWERS = (None, "allowed", "denied", "depends", "never", "unknown")
REQUESTS = ("create session=a uid=0", "retrieve session=vm-1", "finish owner=0", "restore",
            "preserve session=vm-1 type=memfd-v2 uid=1000 fowner=0 size=4K",
            "preserve exe= cgroup=/a", "create userns=other", "create pid=1")


class Error(ctypes.Structure):
    """struct luopol_error"""
    _fields_ = [("code", ctypes.c_int), ("line", ctypes.c_uint32),
                ("column", ctypes.c_uint32), ("text", ctypes.c_char * 500),
                ("help", ctypes.c_char * 256), ("reserved", ctypes.c_uint64 * 4)]


class Verdict(ctypes.Structure):
    """struct luopol_verdict"""
    _fields_ = [("answer", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("allowed_by", ctypes.c_uint32), ("denied_by", ctypes.c_uint32),
                ("depends", ctypes.c_char * 128), ("reserved", ctypes.c_uint64 * 4)]


class Difference(ctypes.Structure):
    """struct luopol_difference"""
    _fields_ = [("change", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("old_line", ctypes.c_uint32), ("new_line", ctypes.c_uint32),
                ("request", ctypes.c_char_p), ("limit", ctypes.c_char_p),
                ("old_most", ctypes.c_uint64), ("new_most", ctypes.c_uint64),
                ("reserved", ctypes.c_uint64 * 4)]


_EACH = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Difference), ctypes.c_void_p)


def luopol(*args):
    """What luopol prints on standard output and error."""
    run = subprocess.run([sys.argv[1], *args], capture_output=True, check=False,
                         env={**os.environ, "LC_ALL": "C"})
    return run.stdout.decode("utf-8", "surrogateescape"), run.stderr.decode("utf-8", "surrogateescape")


def load(path):
    """A policy, or the error."""
    policy, error = ctypes.c_void_p(), Error()
    if _lib.luopol_load_file(path.encode(), ctypes.byref(policy), ctypes.byref(error)):
        return None, error
    return policy, error


def same(got, want, what):
    """End if they are not."""
    if got != want:
        sys.exit(f"{what}:\n got {got!r}\nwant {want!r}")


def check_error(path):
    """luopol query tells the same place, message and advice."""
    _, error = load(path)
    lines = luopol("query", path, "create")[1].splitlines()
    place = f"{path}:{error.line}:{error.column}: error: " if error.line else ""
    text = error.text.decode()
    # Without a place the message has the name itself
    same(lines[0].removeprefix("luopol: "), place + text, path)
    advice = [line.removeprefix("  help: ") for line in lines if line.startswith("  help: ")]
    # The library does not ask for the accounts of the machine
    if advice and "of this machine" in advice[0]:
        advice = []
    same(error.help.decode(), advice[0] if advice else "", f"{path}: help")


def check_answer(path, policy, request):
    """The verdict and the explanation are those of luopol query."""
    verdict, text = Verdict(), ctypes.c_void_p()
    same(_lib.luopol_decide(policy, request.encode(), ctypes.byref(verdict), None), 0, request)
    want = json.loads(luopol("query", "--json", path, request)[0])["answers"][0]
    got = {"answer": ANSWERS[verdict.answer]}
    same(got["answer"], want["answer"], f"{path}: {request}")
    same(verdict.allowed_by, want.get("allowed", {}).get("line", 0), f"{path}: {request}")
    same(verdict.denied_by, want.get("denied", {}).get("line", 0), f"{path}: {request}")
    same([key for key in verdict.depends.decode().split(",") if key],
         want.get("depends", []), f"{path}: {request}")
    same(_lib.luopol_explain(policy, request.encode(), ctypes.byref(text), None), 0, request)
    same(ctypes.string_at(text).decode("utf-8", "surrogateescape"), luopol("query", path, request)[0], request)
    ctypes.CDLL(None).free(text)


def limit_json(item, own, other):
    """A limit of one side as luopol diff --json has it."""
    limit = {"of": item["limit"], "session": item["request"], "limit": item[own + "_most"],
             "line": item[own + "_line"]}
    if item[other + "_line"]:
        limit |= {"other": item[other + "_most"], "other_line": item[other + "_line"]}
    return limit


def place(line):
    """Where it is decided, as JSON has it."""
    return {"reason": "rule", "line": line} if line else {"reason": "no-rule"}


def as_json(found):
    """The differences as luopol diff --json has them."""
    result = {}
    for name, change, own, other in (("more", 1, "new", "old"), ("less", 2, "old", "new")):
        mine = [item for item in found if item["change"] == change]
        result[name] = {
            "requests": [{"request": item["request"], "allowed": place(item[own + "_line"]),
                          "denied": place(item[other + "_line"])}
                         for item in mine if not item["limit"]],
            "limits": [limit_json(item, other, own) for item in mine if item["limit"]]}
    for name, change, own, other in (("quieter", 3, "new", "old"), ("louder", 4, "old", "new")):
        result[name] = [{"request": item["request"], "quiet": place(item[own + "_line"]),
                         "logged": place(item[other + "_line"])}
                        for item in found if item["change"] == change]
    return result


def check_diff(old, new):
    """The differences are those of luopol diff."""
    found = []

    def each(item, _):
        item = item.contents
        found.append({"change": item.change, "old_line": item.old_line,
                      "new_line": item.new_line, "request": item.request.decode(),
                      "limit": item.limit and item.limit.decode(),
                      "old_most": item.old_most, "new_most": item.new_most})
        return item.flags
    same(_lib.luopol_diff(old[1], new[1], _EACH(each), None, None), 0, old[0])
    want = json.loads(luopol("diff", "--json", old[0], new[0])[0])
    same(as_json(found), {key: want[key] for key in ("more", "less", "quieter", "louder")},
         f"{old[0]} and {new[0]}")


def main():
    """Compare, and print how much that was."""
    policies = []
    for path in sorted(glob.glob(sys.argv[2] + "/[dgl]*/*.luo")):
        policy, error = load(path)
        if not policy:
            sys.exit(f"{path}: {error.text.decode()}")
        policies.append((path, policy))
    answers = 0
    for number, (path, policy) in enumerate(policies):
        for request in REQUESTS[number % 2::2]:
            check_answer(path, policy, request)
            answers += 1
    pairs = list(zip(policies, policies[1:]))
    for old, new in pairs:
        check_diff(old, new)
    bad = sorted(glob.glob(sys.argv[2] + "/bad/*.luo"))[::4]
    for path in bad:
        check_error(path)
    for _, policy in policies:
        _lib.luopol_free(policy)
    print(answers, "answers,", len(pairs), "comparisons,", len(bad), "errors")


main()
