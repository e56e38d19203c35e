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
import re
import shutil
import subprocess
import sys
import tempfile

# Folders of the repository that mirror the kernel's.
ROOMS = ("fs", "kernel", "mm", "security", "include", "Documentation")
STATE = ".luo-lsm"


def die(message):
    sys.exit("overlay: " + message)


def overlay_files(repo):
    """Files of the rooms, as (new files, patches), relative to the repository."""
    new, patches = [], []
    for room in ROOMS:
        for folder, dirs, names in os.walk(os.path.join(repo, room)):
            dirs.sort()
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), repo)
                if name.endswith((".orig", ".rej", "~")) or name.startswith("."):
                    if name not in (".gitignore", ".kunitconfig"):
                        continue
                (patches if name.endswith(".patch") else new).append(path)
    for name in sorted(os.listdir(repo)):
        if name.endswith(".patch"):
            patches.append(name)
    return new, patches


def touched(repo, patch):
    """Upstream files that a patch edits."""
    with open(os.path.join(repo, patch), encoding="utf-8") as f:
        paths = re.findall(r"^\+\+\+ (?:b/)?(\S+)", f.read(), re.M)
    for path in paths:
        if path == "/dev/null" or path.startswith("/") or ".." in path.split("/"):
            die(f"{patch}: edits '{path}': patches only edit files of the tree, and remove none")
    return paths


def owners(repo, patches):
    """Map each upstream file to the one patch that edits it."""
    owner = {}
    for patch in patches:
        for path in touched(repo, patch):
            if owner.get(path, patch) != patch:
                die(f"{path} is edited by both {owner[path]} and {patch}: "
                    "each upstream file belongs to one patch")
            owner[path] = patch
    return owner


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


def patched_copies(repo, pristine, patches, scratch):
    """Apply all patches to copies of the files they edit."""
    owner = owners(repo, patches)
    for path in owner:
        source = os.path.join(pristine, path)
        if not os.path.isfile(source):
            die(f"{owner[path]}: the tree has no {path}")
        os.makedirs(os.path.dirname(os.path.join(scratch, path)), exist_ok=True)
        shutil.copy(source, os.path.join(scratch, path))
    for patch in patches:
        run = subprocess.run(
            ["patch", "-p1", "-F0", "-N", "--no-backup-if-mismatch", "-r", "-",
             "-i", os.path.join(repo, patch)],
            cwd=scratch, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        if run.returncode:
            die(f"{patch} does not apply without fuzz:\n{run.stdout}")
    return owner


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


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    repo, tree = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
    state = os.path.join(tree, STATE)
    os.makedirs(os.path.join(state, "orig"), exist_ok=True)
    pristine = os.path.realpath(sys.argv[3]) if len(sys.argv) == 4 else None

    new, patches = overlay_files(repo)
    old_patched = read_list(os.path.join(state, "patched"))
    old_linked = read_list(os.path.join(state, "linked"))

    if pristine is None:
        # In place: keep the originals before anything is edited
        pristine = os.path.join(state, "orig")
        for path in owners(repo, patches):
            kept = os.path.join(pristine, path)
            if not os.path.exists(kept) and os.path.isfile(os.path.join(tree, path)):
                os.makedirs(os.path.dirname(kept), exist_ok=True)
                shutil.copy(os.path.join(tree, path), kept)

    changed = 0
    with tempfile.TemporaryDirectory() as scratch:
        owner = patched_copies(repo, pristine, patches, scratch)
        # From here on the tree changes: note first what it will hold of ours
        both = sorted(set(owner) | set(old_patched))
        links = sorted(set(new) | set(old_linked))
        write_list(os.path.join(state, "patched"), both)
        write_list(os.path.join(state, "linked"), links)
        link_new(repo, tree, new, old_linked, pristine)
        for path in both:
            source = os.path.join(scratch if path in owner else pristine, path)
            if not same(source, os.path.join(tree, path)):
                replace(source, os.path.join(tree, path))
                changed += 1
    write_list(os.path.join(state, "patched"), sorted(owner))
    write_list(os.path.join(state, "linked"), sorted(new))
    write_list(os.path.join(state, "ours"),
               ["/" + path for path in sorted(set(owner) | set(new))])
    print(f"overlay: {len(patches)} patches on {len(owner)} files ({changed} changed), "
          f"{len(new)} new files")


main()
