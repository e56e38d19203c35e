#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Derive texts from the EBNF of the documentation, and damage them.

The grammar has no recursion, so that it is a regular expression, too: that tells what
follows from it. The rules that the documentation adds in words are below, in rules().
The parser has to accept a text if and only if it follows and keeps the rules.

usage: grammar.py ACCEPT luo_lsm.rst language.h luo-policy.5 SEED COUNT
"""

import random
import re
import subprocess
import sys
import unicodedata

accept, document, header, manual, seed, count = sys.argv[1:]
random.seed(int(seed))
count = int(count)

# ---- The EBNF ----

TOKEN = re.compile(r"""\s*("[^"]*"|'[^']*'|[a-z]+|LF|TAB|\d+|[=|;{}\[\]()*-])""")


def read_grammar(text):
    """The productions of a text, as trees."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        assert match, f"no EBNF: {text[at:at + 40]!r}"
        tokens.append(match[1])
        at = match.end()
    tokens.reverse()

    def choice():
        options = [sequence()]
        while tokens[-1] == "|":
            tokens.pop()
            options.append(sequence())
        return options[0] if len(options) == 1 else ["or", *options]

    def sequence():
        parts = []
        while tokens[-1] not in "|;)]}":
            parts.append(term())
        return parts[0] if len(parts) == 1 else ["and", *parts]

    def term():
        first = factor()
        if tokens[-1] != "-":
            return first
        tokens.pop()
        return ["but", first, factor()]

    def factor():
        token = tokens.pop()
        if token in "([{":
            inner = choice()
            assert tokens.pop() == {"(": ")", "[": "]", "{": "}"}[token]
            return inner if token == "(" else ["maybe" if token == "[" else "many", inner]
        if token.isdigit():
            assert tokens.pop() == "*"
            return ["and", *[factor()] * int(token)]
        if token[0] in "\"'":
            return ["text", token[1:-1]]
        return ["name", token]

    productions = {}
    while tokens:
        name = tokens.pop()
        assert tokens.pop() == "=" and name not in productions
        productions[name] = choice()
        assert tokens.pop() == ";"
    return productions


def block(text, prefix):
    """The lines of the grammar in a file, without what is before them."""
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines) if re.match(re.escape(prefix) + r"text +=", line))
    found = []
    for line in lines[first:]:
        if line.strip() in ("", "*"):
            found.append("")
        elif line.startswith(prefix) and found[-1:] != ["."]:
            found.append(line[len(prefix):])
        else:
            break
        if line.startswith(prefix + "blanks "):
            break
    return "\n".join(found)


rst = block(open(document, encoding="utf-8").read(), "    ")
grammar = read_grammar(rst)

# ---- Characters ----

VISIBLE = {0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd, 0x110cd, *range(0x600, 0x606)}
IGNORED = {0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2065, 0x2800, 0x3164, 0xffa0,
           *range(0x180b, 0x1810), *range(0xfe00, 0xfe10), *range(0xfff0, 0xfffc),
           *range(0xfdd0, 0xfdf0), *range(0x13430, 0x13440), *range(0xe0000, 0xe1000)}


def is_printable(char):
    code, kind = ord(char), unicodedata.category(char)
    if char == " ":
        return True
    if kind in ("Cc", "Cs", "Co", "Zl", "Zp", "Zs") or code & 0xfffe == 0xfffe:
        return False
    return code not in IGNORED and (kind != "Cf" or code in VISIBLE)


def printable_class():
    ranges, first = [], None
    for code in range(0x110001):
        good = code < 0x110000 and is_printable(chr(code))
        if good and first is None:
            first = code
        elif not good and first is not None:
            ranges.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "[" + "".join(ranges) + "]"


BUILT_IN = {"LF": "\n", "TAB": "\t", "printable": printable_class()}

# ---- The grammar as a regular expression ----


def expression(tree):
    kind, *rest = tree
    if kind == "text":
        return re.escape(rest[0])
    if kind == "name":
        if rest[0] in grammar:
            return pattern(rest[0])
        return BUILT_IN[rest[0]]
    if kind == "and":
        return "".join(expression(part) for part in rest)
    if kind == "or":
        return "(?:" + "|".join(expression(part) for part in rest) + ")"
    if kind == "but":
        return f"(?!{expression(rest[1])}){expression(rest[0])}"
    return f"(?:{expression(rest[0])})" + ("?" if kind == "maybe" else "*")


patterns = {}


def pattern(name):
    if name not in patterns:
        patterns[name] = "(?:" + expression(grammar[name]) + ")"
    return patterns[name]


LINE, END, EMPTY = (re.compile(pattern(name)) for name in ("line", "end", "empty"))


def follows(text):
    """Line by line, as the whole would backtrack: text is "{ line } end { empty }"."""
    lines = text.split("\n")
    if lines.pop():
        return False
    lines = [line + "\n" for line in lines]
    at = 0
    while at < len(lines) and LINE.fullmatch(lines[at]):
        at += 1
    return at < len(lines) and bool(END.fullmatch(lines[at])) and \
        all(EMPTY.fullmatch(line) for line in lines[at + 1:])


assert grammar["text"] == ["and", ["many", ["name", "line"]], ["name", "end"], ["many", ["name", "empty"]]]

# ---- The rules that are not in the grammar ----

MOST = {"session": 63, "label": 255, "exe": 4095, "cgroup": 4095, "subj": 255, "type": 47, "obj": 255}
OF_FILES = {"type", "obj", "fowner", "size"}
OPERATIONS = {"create", "retrieve", "finish", "preserve", "restore"}
QUOTED = r'"(?:[^"\\]|\\.)*"'


def meaning(word):
    """The bytes of a value, and what of a pattern it has: "*", "%" or nothing."""
    star = ""
    if word[0] != '"':
        star = "*" if word.endswith("*") else "%" if "%" in word else ""
        return word.removesuffix("*").encode(), star
    value = b""
    for part in re.findall(r"\\x..|\\.|[^\\]", word[1:-1]):
        if part == "*":
            star = part
        elif part == "%":
            star = part
            value += b"%"
        elif part.startswith("\\x"):
            value += bytes([int(part[2:], 16)])
        else:
            value += part[-1].encode()
    return value, star


def is_path(key, value, star):
    if value[:1] != b"/":
        return False
    if value == b"/" and key == "cgroup":
        return True
    parts = value.split(b"/")[1:]
    if star == "*":
        parts.pop()
    return all(part not in (b"", b".", b"..") for part in parts)


def is_size(text):
    unit = "KMGT".find(text[-1]) + 1
    return int(text[:-1] if unit else text) << 10 * unit < 1 << 63


def good_value(key, word, seen):
    value, star = meaning(word)
    if b"\0" in value:
        return False
    if key in MOST:
        same = value, star
        good = len(value) <= MOST[key] and (key not in ("exe", "cgroup") or is_path(key, value, star))
    elif key == "name":
        same, good = value, len(value) <= 63 and re.fullmatch(rb"[ -$&-)+-~]+", value)
    elif key in ("size", "bytes"):
        same, good = value, is_size(value.decode())
    elif key in ("files", "sessions"):
        same, good = value, int(value) < 1 << 32
    elif key == "version":
        same, good = value, 0 < int(value) < 1 << 63
    elif value[:1].isdigit():
        low, high = (value.split(b"-") * 2)[:2] if b"-" not in value else value.split(b"-")
        same = int(low), int(high)
        good = same[0] <= same[1] <= 4294967294
    else:
        same, good = value, True
    if same in seen:
        return False
    seen.add(same)
    return bool(good)


def good_statement(words):
    seen, operations, tenants = set(), set(), 0
    if words[0] in ("allow", "deny"):
        listed = words.pop(1).split(",")
        operations = set(listed)
        if len(listed) != len(operations):
            return False
    for word in words[1:]:
        key, _, values = word.partition("=")
        if key in seen:
            return False
        seen.add(key)
        if key in OF_FILES and operations - {"preserve", "restore"}:
            return False
        had = set()
        values = re.findall(QUOTED + r"|[^,]+", values)
        if not all(good_value(key, value, had) for value in values):
            return False
        tenants += key in MOST and meaning(values[0])[1] == "%"
    return tenants != 1


def rules(text):
    policies = 0
    for line in text.split("\n"):
        words = re.match(rf'[ \t]*((?:(?:{QUOTED}|[^ \t"#])+[ \t]*)*)', line)[1]
        words = re.findall(rf'(?:{QUOTED}|[^ \t"#])+', words)
        if not words:
            continue
        policies += words[0] == "policy"
        if not good_statement(words):
            return False
    return policies == 1


# ---- Texts ----

CHARACTERS = "abm/./.-_:@+AZ09 \\\"#=,*%'é機вµ\u0301😀\u00a1\u2027\ufffd~!"
used = set()


def derive(tree):
    kind, *rest = tree
    if kind == "text":
        return rest[0]
    if kind == "name":
        if rest[0] in grammar:
            return derive(grammar[rest[0]])
        return random.choice(CHARACTERS) if rest[0] == "printable" else BUILT_IN[rest[0]]
    if kind == "and":
        return "".join(derive(part) for part in rest)
    if kind == "or":
        option = random.randrange(len(rest))
        used.add((id(tree), option))
        return derive(rest[option])
    if kind == "but":
        while True:
            text = derive(rest[0])
            if not re.fullmatch(expression(rest[1]), text):
                return text
    if kind == "maybe":
        return derive(rest[0]) if random.random() < 0.4 else ""
    text = ""
    while random.random() < 0.5:
        text += derive(rest[0])
    return text


def options(tree):
    if tree[0] == "or":
        yield from ((id(tree), i) for i in range(len(tree) - 1))
    for part in tree[1:2] if tree[0] == "but" else tree[1:]:
        if isinstance(part, list):
            yield from options(part)


def derived():
    """A text that follows; most keep the rules, as lines that do not are tried again."""
    while True:
        lines, done = [], False
        for _ in range(random.randrange(5)):
            line = derive(grammar["line"])
            tries = random.choice((0, 1, 20))
            while tries and (re.match(r"[ \t]*policy", line) or not rules("policy\n" + line)):
                line = derive(grammar["line"])
                tries -= 1
            lines.append(line)
        if random.random() < 0.95:
            policy = derive(grammar["policy"])
            while random.random() < 0.95 and not rules(policy):
                policy = derive(grammar["policy"])
            lines.insert(random.randrange(len(lines) + 1), policy + derive(grammar["close"]))
        text = "".join(lines) + derive(grammar["end"]) + derive(["many", ["name", "empty"]])
        if len(text) < 2000:
            return text


WORDS = ["allow", "deny", "limit", "end", "policy", "audit", "quiet", "create", "restore", " ", "\t", "\n", "#",
         "=", ",", '"', "\\", "\\x41", "\\x00", "*", "%", "/", "//", "/./", "0", "-", "4G", "uid=0", " uid=0", " audit",
         " quiet", " size=1", "session=", '""', "exe=/", "\u202e", "\u200b", "\u00a0", "\x7f", "\x1b", "\r", "\0",
         "\ue000", "\ufdd0", "\u0085", "owner=self", " pid=1", "18446744073709551616", "end\n", "end#", "#\n"]


def damage(text):
    """Bytes, after one edit or some."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.3:       # in quotes, or at the edge of a value
            at = random.choice([match.end() for match in re.finditer(r'["=,]', text)] or [at])
        to = min(len(text), at + random.choice((1, 1, 2, 8)))
        text = random.choice((
            text[:at] + text[to:],
            text[:at] + random.choice(WORDS) + text[at:],
            text[:at] + random.choice(WORDS) + text[to:],
            text[:at] + text[at:to] * 2 + text[to:],
            text[:at] + text[at:to].swapcase() + text[to:],
            text[:at] + "".join(f"\\x{byte:02x}" for byte in text[at:at + 1].encode()) + text[at + 1:],
            text[:at] if random.random() < 0.2 else text,
        ))
    raw = text.encode()
    if random.random() < 0.03:
        at = random.randrange(len(raw) + 1)
        raw = raw[:at] + bytes([random.randrange(0x80, 0x100)]) + raw[at:]
    return raw


def is_policy(raw):
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return follows(text) and rules(text)


# ---- Tests ----

number = 0


def ok(good, name):
    global number
    number += 1
    print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)


def judge(texts):
    data = b"".join(b"%d\n" % len(text) + text for text in texts)
    done = subprocess.run([accept], input=data, stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().splitlines()
    assert len(answers) == len(texts)
    return answers


def agree(texts, name):
    wanted = [is_policy(text) for text in texts]
    answers = judge(texts)
    wrong = [(text, want, answer) for text, want, answer in zip(texts, wanted, answers)
             if want != (answer == "good")]
    for text, want, answer in wrong[:5]:
        print(f"# {text!r}: expected {'a policy' if want else 'a refusal'}: {answer}")
    good = sum(wanted)
    ok(not wrong, f"{name}: {good} policies, {len(texts) - good} refused")
    ok(good > len(texts) // 20 and len(texts) - good > len(texts) // 20, f"{name}: some of both")
    places = [re.match(r"(\d+):(\d+): .", answer) for answer in answers if answer != "good"]
    ok(all(place and int(place[1]) and int(place[2]) for place in places), f"{name}: every refusal has its place")


ok(rst.split() == block(open(header, encoding="utf-8").read(), " *   ").split(),
   "the grammar in the sources is that of the documentation")
ok(rst.split() == block(open(manual, encoding="utf-8").read(), "").replace("\\e", "\\").split(),
   "so is that of luo-policy(5)")
texts = [derived() for _ in range(count)]
ok(all(follows(text) for text in texts), "what is derived follows")
missing = {option for tree in grammar.values() for option in options(tree)} - used
ok(not missing, "every alternative of the grammar is used")
agree([text.encode() for text in texts], "derived")
agree([damage(random.choice(texts)) for _ in range(2 * count)], "damaged")

codes = [*range(0x80, 0xd800), *range(0xe000, 0x10000)]
for edge in (0x13430, 0x13440, 0x1bca0, 0x1bca4, 0x1d173, 0x1d17b, 0xe0000, 0xe1000, 0xf0000, 0x110000,
             *range(0x10000, 0x110000, 0x10000)):
    codes += [code for code in range(edge - 4, edge + 4) if code < 0x110000]
for name, form in ("in a name", "allow create session=a{}b"), ("in quotes", 'allow create exe="/{}"'), \
        ("in a comment", "# {}"):
    answers = judge([f"policy name=t version=1\n{form}\nend\n".format(chr(code)).encode() for code in codes])
    wrong = [(code, answer) for code, answer in zip(codes, answers)
             if is_printable(chr(code)) != (answer == "good") or
             (answer != "good" and (f"U+{code:04X}" not in answer or
              "".join(f"\\x{byte:02x}" for byte in chr(code).encode()) not in answer))]
    for code, answer in wrong[:5]:
        print(f"# U+{code:04X}: {answer}")
    ok(not wrong, f"{len(codes)} characters {name}: what is hidden is refused, and how to write it said")
print(f"1..{number}")
sys.exit(0)
