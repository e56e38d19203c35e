#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What this project changes in a kernel tree, whole or commit by commit.

The overlay (overlay.py) and the series of mails are both made from here: from the
patches, the new files and Kconfig.patch, in the order and the portions that the
file `series` gives.  See CONTRIBUTING.md for its format.

usage: series.py mail REPO PRISTINE OUT [BASE]
       series.py list REPO
       series.py prefix REPO PRISTINE COUNT DIR

mail    writes OUT/0000-cover-letter.patch and a mail for each commit.  The files
        that are edited come from PRISTINE, a kernel tree, or from the commit
        that HEAD is in BASE, a git tree, which the cover letter then names.
list    prints a line for each commit: its number and its subject.
prefix  writes what the first COUNT commits edit and add below DIR.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

# Folders of the repository that mirror the kernel's.
ROOMS = ("fs", "kernel", "mm", "security", "include", "Documentation", "samples",
         "tools/testing")
# In them, and not the kernel's: this sample uses libluo, which is a library of ours.
OURS = ("samples/luo",)
WIRING = "Kconfig.patch"
COVER = "docs/cover-letter.txt"
# Mails are for lists; a longer line would be broken on the way (RFC 5322).
LINE_MAX = 990


class SeriesError(Exception):
    """Something of the project that cannot be made into commits, in one line."""


# --- What there is ---------------------------------------------------------------

def overlay_files(repo):
    """New files and patches of the rooms, as two sorted lists of paths."""
    new, patches = [], []
    for room in ROOMS:
        for folder, dirs, names in os.walk(os.path.join(repo, room)):
            dirs.sort()
            if os.path.relpath(folder, repo) in OURS:
                dirs.clear()
                continue
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), repo)
                if name.endswith((".orig", ".rej", "~", ".msg")):
                    continue
                if name.startswith(".") and name not in (".kunitconfig", ".gitignore"):
                    continue
                (patches if name.endswith(".patch") else new).append(path)
    return new, patches


def read_bytes(path):
    """The bytes of a file."""
    with open(path, "rb") as f:
        return f.read()


def edited(repo, patch):
    """The upstream files that a patch edits."""
    text = read_bytes(os.path.join(repo, patch)).decode()
    paths = re.findall(r"^\+\+\+ (?:b/)?(\S+)", text, re.M)
    for path in paths:
        if path == "/dev/null" or path.startswith("/") or ".." in path.split("/"):
            raise SeriesError(f"{patch}: edits '{path}': patches only edit files of "
                              "the tree, and remove none")
    return paths


def without_licence(text):
    """A text without the line of its licence and the blank lines around it."""
    text = re.sub(r"\A.*SPDX-License-Identifier:.*\n", "", text)
    return text.strip("\n")


class Commit:
    """An entry of the series: its message, its patch and what joins it."""

    def __init__(self, path, where):
        self.path = path
        self.where = where      # FILE:LINE, for messages
        self.takes = []         # (path, first pattern, last pattern, where)
        self.subject = ""
        self.message = ""

    def read(self, repo):
        """Read the message, which is all that stands before the diff."""
        try:
            text = read_bytes(os.path.join(repo, self.path)).decode()
        except FileNotFoundError:
            raise SeriesError(f"{self.where}: there is no {self.path}") from None
        head = text
        if self.path.endswith(".patch"):
            head = re.split(r"^--- a/", text, maxsplit=1, flags=re.M)[0]
            if head == text:
                raise SeriesError(f"{self.path}: no diff: a message alone is a .msg")
        lines = without_licence(head).split("\n")
        if len(lines) < 3 or lines[1]:
            raise SeriesError(f"{self.path}: expected a subject, a blank line and "
                              "what the commit does and why")
        self.subject = lines[0]
        self.message = "\n".join(lines) + "\n"

    def has_diff(self):
        """Whether the commit edits files of the tree by a patch."""
        return self.path.endswith(".patch")


def parse_take(line, where):
    """An indented line: a path, and maybe which of its lines."""
    match = re.match(r"^\s+(\S+)(?:\s+/(.*?)/(?:,/(.*)/)?)?\s*$", line)
    if not match:
        raise SeriesError(f"{where}: expected PATH, PATH /RE/ or PATH /RE/,/RE/")
    try:
        first, last = (re.compile(p) if p else None for p in match.group(2, 3))
    except re.error as err:
        raise SeriesError(f"{where}: {err}") from None
    return match.group(1), first, last, where


def parse_series(repo):
    """The commits of the file `series`, in order."""
    commits = []
    try:
        text = read_bytes(os.path.join(repo, "series")).decode()
    except FileNotFoundError:
        raise SeriesError(f"{repo} has no file series: it is no checkout of this project") from None
    for number, line in enumerate(text.split("\n"), 1):
        where = f"series:{number}"
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " \t":
            commits.append(Commit(line.strip(), where))
            commits[-1].read(repo)
        elif not commits:
            raise SeriesError(f"{where}: nothing to join yet: expected a commit")
        else:
            commits[-1].takes.append(parse_take(line, where))
    return commits


def edited_files(repo, commits):
    """The upstream files that are edited: {path: the first patch that does}."""
    files = {}
    for patch in [c.path for c in commits if c.has_diff()] + [WIRING]:
        for path in edited(repo, patch):
            files.setdefault(path, patch)
    return files


# --- Pieces that are dealt line by line ------------------------------------------

class Line:
    """A line of a file: added or removed by a commit, or always there."""

    def __init__(self, data, kind=" ", block=None):
        self.data = data
        self.kind = kind        # ' ', '+' or '-'
        self.block = block      # lines of one block belong together
        self.commit = None      # number of the commit that it is dealt to

    def text(self):
        """The line as text, for patterns."""
        return self.data.decode("utf-8", "replace").rstrip("\n")


class Piece:
    """A new file, or an upstream one that Kconfig.patch edits."""

    def __init__(self, lines, mode):
        self.lines = lines
        self.mode = mode
        self.empty = None       # a file without lines: the commit that adds it
        self.commits = set()    # those that have lines of it

    def deal(self, number, first, last):
        """Deal lines that no commit has to this one; how many there were."""
        dealt, inside = 0, first is None
        if not self.lines and self.empty is None:
            self.empty = number
            self.commits.add(number)
            return 1
        for line in self.lines:
            if line.kind != "+":
                continue
            if first is not None and not inside:
                inside = bool(first.search(line.text()))
                began = inside
            else:
                began = False
            if inside and line.commit is None:
                line.commit = number
                self.commits.add(number)
                dealt += 1
            if first is not None and (last is None or (last.search(line.text()) and not began)):
                inside = False
        return dealt

    def left(self):
        """The first line that no commit has, or None."""
        for line in self.lines:
            if line.kind == "+" and line.commit is None:
                return line
        return None

    def at(self, count):
        """Bytes of the file after COUNT commits; None if it is not there yet."""
        if not self.lines:
            return b"" if self.empty is not None and self.empty < count else None
        there = {line.block for line in self.lines
                 if line.kind == "+" and line.commit is not None and line.commit < count}
        out = [line.data for line in self.lines
               if line.kind == " " or
               (line.kind == "-" and line.block not in there) or
               (line.kind == "+" and line.commit is not None and line.commit < count)]
        return b"".join(out) if out else None


def new_piece(path):
    """A new file as a piece: all of its lines are added."""
    data = read_bytes(path)
    mode = 0o755 if os.stat(path).st_mode & 0o100 else 0o644
    return Piece([Line(line, "+", n) for n, line in enumerate(data.splitlines(True))]
                 if b"\0" not in data else [Line(data, "+", 0)], mode)


def parse_hunks(text):
    """The hunks of a patch: {path: [(line number, [(kind, bytes)])]}."""
    files, lines, old = {}, None, 0
    for raw in text.split(b"\n"):
        if raw.startswith(b"+++ "):
            path = raw[4:].split(b"\t")[0].decode()
            lines = None
            hunks = files.setdefault(path[2:] if path.startswith("b/") else path, [])
        elif raw.startswith(b"@@ "):
            old = int(re.match(rb"@@ -(\d+)", raw).group(1))
            lines = []
            hunks.append((old, lines))
        elif raw.startswith(b"--- "):
            lines = None
        elif lines is not None and raw[:1] in (b" ", b"+", b"-"):
            lines.append((raw[:1].decode(), raw[1:] + b"\n"))
    return files


def find_hunk(source, start, want, near):
    """Where the old lines of a hunk are: the place nearest to the one it names."""
    places = [at for at in range(start, len(source) - len(want) + 1)
              if source[at:at + len(want)] == want]
    return min(places, key=lambda at: abs(at - near)) if places else None


def wired_piece(path, data, hunks):
    """A file that Kconfig.patch edits as a piece, its lines in blocks."""
    source, lines, at, offset, block = data.splitlines(True), [], 0, 0, 0
    for start, hunk in hunks:
        want = [line for kind, line in hunk if kind != "+"]
        place = find_hunk(source, at, want, start - 1 + offset)
        if place is None:
            raise SeriesError(f"{WIRING}: the hunk at line {start} does not apply to {path}")
        offset = place - (start - 1)
        lines += [Line(line) for line in source[at:place]]
        for kind, line in hunk:
            block += kind == " "
            lines.append(Line(line, kind, block))
        added = {line.block for line in lines if line.kind == "+"}
        if any(line.kind == "-" and line.block not in added for line in lines):
            raise SeriesError(f"{WIRING}: {path}: a line that is removed and not replaced "
                              "belongs to no commit: use a patch")
        at = place + len(want)
    return Piece(lines + [Line(line) for line in source[at:]], 0o644)


def add_maintainer(piece, who):
    """The M: line of our entry in MAINTAINERS: below its title, and dealt with it."""
    for line in piece.lines:
        if line.kind == "+" and re.match(r"^[A-Z][^:]*$", line.text()):
            line.data += f"M:\t{who}\n".encode()
            return
    raise SeriesError(f"{WIRING}: no entry of ours in MAINTAINERS")


def git_identity(repo):
    """Who runs this, as git has it: "NAME <ADDRESS>", or None if it does not say."""
    def ask(env, key):
        return os.environ.get(env) or subprocess.run(
            ["git", "-C", repo, "config", key], stdout=subprocess.PIPE, text=True,
            check=False).stdout.strip()
    name = ask("GIT_AUTHOR_NAME", "user.name")
    mail = ask("GIT_AUTHOR_EMAIL", "user.email")
    return f"{name} <{mail}>" if name and mail else None


class Source:
    """Upstream's files: of a folder, or of the commit that HEAD is in a git tree."""

    def __init__(self, folder, git=None):
        self.folder, self.git = folder, git

    def read(self, path):
        """The bytes of a file, or None if upstream has no such file."""
        if self.git:
            run = subprocess.run(["git", "-C", self.git, "show", "HEAD:" + path],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            return None if run.returncode else run.stdout
        try:
            return read_bytes(os.path.join(self.folder, path))
        except FileNotFoundError:
            return None

    def mode(self, path):
        """0o755 or 0o644."""
        if self.git:
            out = subprocess.run(["git", "-C", self.git, "ls-tree", "HEAD", path],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout
            return 0o755 if out.startswith("100755") else 0o644
        return 0o755 if os.stat(os.path.join(self.folder, path)).st_mode & 0o100 else 0o644


# --- All of it -------------------------------------------------------------------

class Series:
    """The project's commits, with every piece dealt to them."""

    def __init__(self, repo, source):
        self.repo, self.source = repo, source
        self.commits = parse_series(repo)
        new, patches = overlay_files(repo)
        self.check_patches(patches)
        self.pieces = {path: new_piece(os.path.join(repo, path)) for path in new}
        self.new = set(new)
        self.wire()
        self.deal()

    def check_patches(self, patches):
        """Each patch of the rooms is one commit of the series."""
        named = [commit.path for commit in self.commits]
        for path in named:
            if named.count(path) > 1:
                raise SeriesError(f"series: {path} is two commits")
        for path in patches:
            if path not in named:
                raise SeriesError(f"series: {path} is no commit of the series")

    def wire(self):
        """Make the pieces of Kconfig.patch."""
        hunks = parse_hunks(read_bytes(os.path.join(self.repo, WIRING)))
        who = git_identity(self.repo)
        for path in edited(self.repo, WIRING):
            data = self.source.read(path)
            if data is None:
                raise SeriesError(f"{WIRING}: the tree has no {path}")
            self.pieces[path] = wired_piece(path, data, hunks[path])
            if path == "MAINTAINERS" and who:
                add_maintainer(self.pieces[path], who)
        for commit in self.commits:
            for path in edited(self.repo, commit.path) if commit.has_diff() else ():
                if path in hunks:
                    raise SeriesError(f"{path} is edited by both {commit.path} and {WIRING}")

    def deal(self):
        """Deal every piece to the commits, and see that nothing is left over."""
        for number, commit in enumerate(self.commits):
            for path, first, last, where in commit.takes:
                paths = [p for p in self.pieces if p.startswith(path)] \
                    if path.endswith("/") else [path] if path in self.pieces else []
                if not sum(self.pieces[p].deal(number, first, last) for p in paths):
                    raise SeriesError(f"{where}: {path}: no line of it is left to join")
        for path, piece in self.pieces.items():
            line = piece.left()
            if line or (not piece.lines and piece.empty is None):
                raise SeriesError(f"series: no commit takes this line of {path}: "
                                  f"{line.text().strip() if line else '(an empty file)'}")

    def lay_base(self, folder):
        """Put upstream's files that are edited into a folder."""
        for path, owner in edited_files(self.repo, self.commits).items():
            data = self.source.read(path)
            if data is None:
                raise SeriesError(f"{owner}: the tree has no {path}")
            write_file(folder, path, data, self.source.mode(path))

    def lay_all(self, folder):
        """Put upstream's files as they are after all commits into a folder."""
        self.lay_base(folder)
        for commit in self.commits:
            if commit.has_diff():
                self.apply(folder, commit.path)
        for path in self.pieces:
            if path not in self.new:
                write_file(folder, path, self.pieces[path].at(len(self.commits)),
                           self.source.mode(path))

    def apply(self, folder, patch):
        """Apply a patch in a folder, without fuzz."""
        run = subprocess.run(
            ["patch", "-p1", "-F0", "-N", "--no-backup-if-mismatch", "-r", "-",
             "-i", os.path.join(self.repo, patch)],
            cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        if run.returncode:
            raise SeriesError(f"{patch} does not apply without fuzz:\n{run.stdout}")

    def lay_commit(self, folder, number):
        """Go on by one commit in a folder that holds the ones before; what changed."""
        commit, changed = self.commits[number], set()
        if commit.has_diff():
            self.apply(folder, commit.path)
            changed.update(edited(self.repo, commit.path))
        for path, piece in self.pieces.items():
            if number in piece.commits:
                mode = piece.mode if path in self.new else self.source.mode(path)
                write_file(folder, path, piece.at(number + 1), mode)
                changed.add(path)
        return changed


def write_file(folder, path, data, mode):
    """Write a file of a tree, as a new one: what was linked elsewhere stays there."""
    target = os.path.join(folder, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target + ".luo-new", "wb") as f:
        f.write(data)
    os.chmod(target + ".luo-new", mode)
    os.rename(target + ".luo-new", target)


# --- Mails -----------------------------------------------------------------------

def is_mailable(data):
    """Whether a file can be mailed as text and arrives as it was."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return (all(c in "\t\n" or (c >= " " and c != "\x7f" and not "\x80" <= c <= "\x9f"
                                and c != "\ufeff") for c in text) and
            all(len(line) <= LINE_MAX for line in data.split(b"\n")))


def git(folder, *words, **options):
    """Run git in a folder; its output."""
    return subprocess.run(["git", "-C", folder, "-c", "core.autocrlf=false",
                           "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null",
                           "-c", "core.fsync=none", "-c", "format.signature=", *words], check=True,
                          text=True, stdout=subprocess.PIPE, **options).stdout


def cover_letter(path, text, base):
    """Put the project's words into the cover letter that git made."""
    subject, _, body = without_licence(text).partition("\n")
    with open(path, encoding="utf-8") as f:
        mail = f.read()
    mail = mail.replace("*** SUBJECT HERE ***", subject.strip())
    mail = mail.replace("*** BLURB HERE ***", body.strip("\n"))
    # Hundreds of new files: the count of lines tells enough
    mail = re.sub(r"^ create mode .*\n", "", mail, flags=re.M)
    if base:
        mail = mail.rstrip("\n") + f"\n\nbase-commit: {base}\n"
    with open(path, "w", encoding="utf-8") as f:
        f.write(mail)


def stream_commit(out, message, who, date, files):
    """A commit as git fast-import reads it; FILES: (path, mode, bytes)."""
    text = message.encode()
    out += [b"commit refs/heads/series\n",
            f"author {who} {date} +0000\ncommitter {who} {date} +0000\n".encode(),
            b"data %d\n%s\n" % (len(text), text)]
    for path, mode, data in files:
        out += [f"M {'100755' if mode & 0o100 else '100644'} inline {path}\n".encode(),
                b"data %d\n" % len(data), data, b"\n"]


def commit_all(series, folder):
    """Make a git tree of upstream's files and the commits on it."""
    who = git_identity(series.repo)
    if not who:
        raise SeriesError("the mails need an author: say who you are with "
                          "git config user.name and git config user.email")
    date = int(git(series.repo, "log", "-1", "--format=%ct"))
    base = edited_files(series.repo, series.commits)
    out = []
    with tempfile.TemporaryDirectory() as tree:
        def files(paths):
            return [(path, os.stat(os.path.join(tree, path)).st_mode,
                     read_bytes(os.path.join(tree, path))) for path in sorted(paths)]

        series.lay_base(tree)
        stream_commit(out, "upstream\n", who, date, files(base))
        for number, entry in enumerate(series.commits):
            changed = series.lay_commit(tree, number)
            message = f"{entry.message}\nSigned-off-by: {who}\n"
            stream_commit(out, message, who, date + number + 1, files(changed))
    git(folder, "init", "-q")
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=b"".join(out), check=True)
    with open(os.path.join(folder, ".git/info/attributes"), "w", encoding="utf-8") as f:
        for path in sorted(series.new):
            if not is_mailable(series.pieces[path].at(len(series.commits))):
                f.write(f"{path} -diff\n")


def write_mails(series, out, base):
    """Write the series of mails, and take an older one away."""
    with tempfile.TemporaryDirectory() as folder:
        commit_all(series, folder)
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        git(folder, "format-patch", "-q", "--cover-letter", "--full-index", "--binary",
            "--no-renames", "--thread=shallow", "--stat-count=120", "--output-directory", os.path.abspath(out),
            f"series~{len(series.commits)}..series")
    cover_letter(os.path.join(out, "0000-cover-letter.patch"),
                 read_bytes(os.path.join(series.repo, COVER)).decode(), base)


def main(words):
    """Carry out a verb of the command line."""
    if words[:1] == ["list"] and len(words) == 2:
        for number, commit in enumerate(parse_series(words[1]), 1):
            print(f"{number:04} {commit.subject}")
    elif words[:1] == ["mail"] and len(words) in (4, 5):
        base, source = None, Source(words[2])
        if len(words) == 5:
            base, source = git(words[4], "rev-parse", "HEAD").strip(), Source(None, words[4])
        series = Series(os.path.realpath(words[1]), source)
        write_mails(series, words[3], base)
        print(f"series: {len(series.commits)} commits in {words[3]}")
    elif words[:1] == ["prefix"] and len(words) == 5:
        series = Series(os.path.realpath(words[1]), Source(words[2]))
        series.lay_base(words[4])
        for number in range(int(words[3])):
            series.lay_commit(words[4], number)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SeriesError as err:
        sys.exit(f"series: {err}")
