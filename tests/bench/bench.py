# SPDX-License-Identifier: GPL-2.0
"""What the benchmarks share: guests, tables, goals."""

import json
import os
import subprocess
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
# What folders of another architecture than this machine's end with
SUFFIX = subprocess.run(["sh", "-c", f". {TOP}/tools/kernel/arch.sh && echo $arch_suffix"],
                        check=True, capture_output=True, text=True).stdout.strip()
OUT = os.path.join(TOP, f"build/bench{SUFFIX}")
PROGRAMS = os.path.join(TOP, f"build/tools/kselftest{SUFFIX}")


def run(command, **kwargs):
    """Run a command of which the output is nobody's business unless it fails."""
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, **kwargs)
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)}: exit status {done.returncode}\n"
                 f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def build_programs():
    """The programs for the guest, and what makes policies on the host."""
    os.makedirs(OUT, exist_ok=True)
    run(["tests/build", "-C", "tests/kselftest", f"O={PROGRAMS}"],
        env={**os.environ, "FLAVOUR": "release", "KVER": "7.3", "KSRC": ""})
    run(["tests/build", "-C", "tools/libluo-policy", f"O={TOP}/build/tools/libluo-policy", "bench"])


def guest(name, script, *options):
    """Run a script in a guest that counts instructions; its lines, split."""
    path = os.path.join(OUT, name)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + script)
    print(f"bench: {name}", file=sys.stderr)
    out = run(["tests/vm/run", "-i", "-t", "1800", *options, path])
    return [line.split() for line in out.splitlines()]


def number(value):
    """A figure as people read it: 12 345."""
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else str(value)


def table(rows):
    """A table in reStructuredText; the first row is the head, words go left."""
    cells = [[number(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    left = [all(not isinstance(row[i], int) for row in rows[1:]) for i in range(len(widths))]
    rule = " ".join("=" * width for width in widths)
    lines = [" ".join(cell.ljust(width) if to_left else cell.rjust(width)
                      for cell, width, to_left in zip(row, widths, left)).rstrip()
             for row in cells]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def publish(name, figures, rows, also=()):
    """Print the table of the rows; write it and the figures into OUT, as NAME.rst and NAME.json."""
    text = table(rows)
    with open(f"{OUT}/{name}.json", "w") as file:
        json.dump(figures, file, indent=1)
    with open(f"{OUT}/{name}.rst", "w") as file:
        file.write(text + "\n")
    print("\n".join("# " + line for line in text.splitlines()))
    print(f"#\n# Written to {OUT[len(TOP) + 1:]}: {', '.join([f'{name}.rst', f'{name}.json', *also])}\n#")


class Goals:
    """What is to be reached, as TAP; exit status 1 if anything is not."""

    def __init__(self):
        self.count = 0
        self.missed = 0

    def check(self, met, text):
        self.count += 1
        self.missed += not met
        print(f"{'ok' if met else 'not ok'} {self.count} - {text}")

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.missed else 0
