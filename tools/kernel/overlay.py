#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Put this project's overlay into a kernel tree, again and again.

usage: overlay.py REPO TREE [PRISTINE]

New files are linked into the tree; upstream files that a patch edits are made
anew from the pristine ones and replaced only where their text differs, so
that a build afterwards compiles no more than it has to.  What an earlier run
put there and is no longer wanted is taken away again.  PRISTINE is a tree
with upstream's files; without it the originals are kept in TREE/.luo-lsm.
"""

import os
import shutil
import sys
import tempfile

from series import Series, SeriesError, Source, edited_files, parse_series

STATE = ".luo-lsm"


def die(message):
    sys.exit(f"overlay: {message}")


def same(a, b):
    try:
        with open(a, "rb") as f, open(b, "rb") as g:
            return f.read() == g.read()
    except FileNotFoundError:
        return False


def replace(source, target):
    """Put a copy in place with a new date, never writing through a hard link."""
    shutil.copyfile(source, target + ".luo-new")
    shutil.copymode(source, target + ".luo-new")
    os.rename(target + ".luo-new", target)


def read_list(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def write_list(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in lines)


def link_new(repo, tree, new, old, pristine):
    for path in old:
        if path not in new:
            target = os.path.join(tree, path)
            if os.path.islink(target):
                os.unlink(target)
            folder = os.path.dirname(target)
            while folder != tree and os.path.isdir(folder) and not os.listdir(folder):
                os.rmdir(folder)
                folder = os.path.dirname(folder)
    for path in new:
        target, source = os.path.join(tree, path), os.path.join(repo, path)
        if os.path.islink(target) and os.readlink(target) == source:
            continue
        if os.path.lexists(os.path.join(pristine, path)):
            die(f"{path} is a file of the kernel's own: edit it with a patch")
        if os.path.islink(target):
            os.unlink(target)
        elif os.path.exists(target):
            die(f"{path} is in the tree already and does not come from here")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(source, target)


def keep_originals(repo, tree, kept):
    """Copy upstream's files that will be edited, before the first edit."""
    for path in edited_files(repo, parse_series(repo)):
        copy = os.path.join(kept, path)
        if not os.path.exists(copy) and os.path.isfile(os.path.join(tree, path)):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy(os.path.join(tree, path), copy)


def put_in_place(series, tree, pristine, state):
    """Bring a tree to what the series makes; how many edited files changed."""
    old_patched = read_list(os.path.join(state, "patched"))
    old_linked = read_list(os.path.join(state, "linked"))
    wanted = edited_files(series.repo, series.commits)
    changed = 0
    with tempfile.TemporaryDirectory() as scratch:
        series.lay_all(scratch)
        # From here on the tree changes: note first what it will hold of ours
        both = sorted(set(wanted) | set(old_patched))
        write_list(os.path.join(state, "patched"), both)
        write_list(os.path.join(state, "linked"), sorted(series.new | set(old_linked)))
        link_new(series.repo, tree, sorted(series.new), old_linked, pristine)
        for path in both:
            source = os.path.join(scratch if path in wanted else pristine, path)
            if not same(source, os.path.join(tree, path)):
                replace(source, os.path.join(tree, path))
                changed += 1
    write_list(os.path.join(state, "patched"), sorted(wanted))
    write_list(os.path.join(state, "linked"), sorted(series.new))
    write_list(os.path.join(state, "ours"),
               ["/" + path for path in sorted(set(wanted) | series.new)])
    return len(wanted), changed


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    repo, tree = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
    state = os.path.join(tree, STATE)
    pristine = os.path.join(state, "orig")
    os.makedirs(pristine, exist_ok=True)
    try:
        if len(sys.argv) == 4:
            pristine = os.path.realpath(sys.argv[3])
        else:
            keep_originals(repo, tree, pristine)
        series = Series(repo, Source(pristine))
        files, changed = put_in_place(series, tree, pristine, state)
    except SeriesError as err:
        die(err)
    print(f"overlay: {len(series.commits)} commits, {files} files edited ({changed} changed), "
          f"{len(series.new)} new")


main()
