#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# The page of luopol report --html in a headless Chromium: wide, narrow, dark and printed,
# and made of records whose callers are hostile.

import base64
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, here)
import tap  # noqa: E402
from browser import Browser  # noqa: E402
from tap import ok, same  # noqa: E402

top = os.path.dirname(os.path.dirname(here))
out = top + "/build/tools/luopol-sanitize"

# Marks the page if it runs, wherever it gets out of
PAYLOADS = [
    "<script>ran=1</script>",
    "<img src=x onerror=ran=1>",
    '" onmouseover=ran=1 x="',
    "</code></td></table><svg onload=ran=1>",
    "<link rel=stylesheet href=//127.0.0.1:9>",
    "<meta http-equiv=refresh content=0;url=/>",
    "&lt;b&gt;",
]

POLICY = """\
policy name=vmhost version=3
allow create session=vm-*
deny preserve type=memfd-v2 fowner=0
limit session=vm-* files=5
end
"""


def hexed(text):
    return text.encode().hex().upper()


def record(seconds, session, enforcing=1, reason="no-rule", line="?", policy="vmhost",
           exe="/usr/bin/qemu", cgroup="/machine.slice/vm.scope", node=""):
    return ("%stype=UNKNOWN[1427] msg=audit(%d.000:7): op=create verdict=denied enforcing=%d name=%s "
            "session_id=1 ouid=0 file=? token=? size=? inode_uid=? reason=%s key=%s version=3 line=%s "
            "pid=9 uid=0 by_pid=? by_uid=0 by_gid=0 userns=init path=%s by_verity=? profile=? cgroup=%s res=0\n"
            % (node and "node=%s " % node, seconds, enforcing, hexed(session), reason, hexed(policy), line,
               hexed(exe), hexed(cgroup)))


def page(name, log, *options):
    with open("%s/%s.log" % (tmp, name), "w") as f:
        f.write(log)
    html = subprocess.run([out + "/luopol", "report", "--html", *options, "%s/%s.log" % (tmp, name)],
                          check=True, stdout=subprocess.PIPE).stdout.decode()
    return save(name, html), html


def save(name, html):
    path = "%s/%s.html" % (tmp, name)
    with open(path, "w") as f:
        f.write(html)
    return "file://" + path


def day():
    """A day of denials: a burst, and more sessions than are told."""
    log = ""
    for hour in range(24):
        for i in range(3 + hour * 7 % 11 + (60 if hour == 14 else 0)):
            log += record(1795000000 + hour * 3600 + i * 7, "vm-%03d" % (i * 3 % 29), enforcing=i % 3 != 0,
                          node="host-%d" % (i % 2), cgroup="/machine.slice/vm-%d.scope" % (i % 5),
                          reason=("no-rule", "deny-rule", "limit")[i % 3], line=("?", "3", "4")[i % 3])
    return log


def cells(browser, title):
    """The rows of the table below a title."""
    return browser.evaluate("""
        [...[...document.querySelectorAll('h2')].find(h => h.textContent == %r)
            .nextElementSibling.tBodies[0].rows].map(row => [...row.cells].slice(0, 3).map(cell => cell.textContent))"""
                            % title)


def test_content(browser, url, log):
    browser.open(url)
    denials = log.count("\n")
    enforced = log.count("enforcing=1")
    same(browser.evaluate("[...document.querySelectorAll('dd')].map(d => +d.textContent)"),
         [denials, enforced, denials - enforced, 0], "the sums are those of the log")
    statements = cells(browser, "By statement")
    same(sum(int(row[1]) for row in statements), denials, "statements add up to them")
    ok(any("deny preserve type=memfd-v2 fowner=0" in row[0] for row in statements), "with the lines of the policy",
       statements)
    sessions = cells(browser, "By session")
    same(len(sessions), 20, "the sessions of most denials are told")
    rest = browser.evaluate("[...document.querySelectorAll('p')].map(p => p.textContent).find(t => t.includes('sessions more'))")
    told = sum(int(row[1]) for row in sessions)
    same(re.findall(r"\d+", rest or ""), ["9", str(denials - told)], "and what the others are")
    same([int(row[1]) for row in sessions], sorted((int(row[1]) for row in sessions), reverse=True), "most first")
    for title, least in ("By unit", 5), ("By program", 1), ("By host", 2):
        same(len(cells(browser, title)), least, title)
    columns = browser.evaluate("""[...document.querySelectorAll('#times g')].map(g => [g.textContent,
        [...g.querySelectorAll('.hard, .soft')].reduce((sum, r) => sum + r.getBoundingClientRect().height, 0)])""")
    same(sum(int(re.search(r": (\d+) denials", text)[1]) for text, _ in columns), denials, "over time, too")
    tallest = max(columns, key=lambda c: c[1])
    same(tallest[0], max((text for text, _ in columns), key=lambda t: int(re.search(r": (\d+)", t)[1])),
         "the tallest column has most")
    ok(tallest[1] > 150, "and uses the height", tallest)


def test_looks(browser, url):
    def style(selector, what):
        return browser.evaluate("getComputedStyle(document.querySelector('%s')).%s" % (selector, what))

    def overflows():
        return browser.evaluate("document.documentElement.scrollWidth > innerWidth")

    def shot(name):
        if os.environ.get("SCREENSHOTS"):
            data = browser.call("Page.captureScreenshot")["data"]
            with open("%s/report-%s.png" % (os.environ["SCREENSHOTS"], name), "wb") as f:
                f.write(base64.b64decode(data))

    for width, narrow in (1440, False), (360, True):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=1600,
                     deviceScaleFactor=1, mobile=False)
        for scheme in "light", "dark":
            browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.open(url)
            name = "%d pixels, %s: " % (width, scheme)
            same(overflows(), False, name + "nothing sticks out")
            same(style("thead", "display"), "none" if narrow else "table-header-group", name + "rows or cards")
            same(style("#times .hard", "fill"), "rgb(207, 34, 46)" if scheme == "light" else "rgb(255, 123, 114)",
                 name + "colours that can be seen")
            ok(style("#times", "height") == "176px" and browser.evaluate(
                "document.querySelector('#times').getBoundingClientRect().width") > 0.85 * min(width, 1440) - 40,
               name + "the columns have the width")
            shot("%d-%s" % (width, scheme))
    same(browser.evaluate("getComputedStyle(document.querySelector('td.number'), '::before').content"),
         '"Denials"', "a card names its columns")
    long, _ = page("long", record(1795000000, "s" * 63, exe="/" + "x" * 200, cgroup="/a/" + "y" * 200,
                                  policy="p" * 63, node="n" * 60))
    browser.open(long)
    same(overflows(), False, "360 pixels: long values wrap")
    browser.call("Emulation.setDeviceMetricsOverride", width=794, height=1123, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.open(url)
    same(overflows(), False, "on paper nothing is cut")
    same(style("thead", "display"), "table-header-group", "and rows are rows")
    same(style("tr", "breakInside"), "avoid", "nor a row between two sheets")
    shot("print")
    browser.call("Emulation.setEmulatedMedia", media="")
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", features=[])


def test_hostile(browser):
    log = ""
    for payload in PAYLOADS:
        log += record(1795000000, payload[:60], policy=payload[:60], exe="/" + payload, cgroup="/" + payload.replace("/", "_"),
                      node=payload.replace(" ", "_"))
    with open(tmp + "/hostile.luo", "w") as f:
        f.write("policy name=vmhost version=3\nallow create session=\"%s\" # %s\nend\n" % (PAYLOADS[0], PAYLOADS[1]))
    log += record(1795000000, "x", reason="deny-rule", line="2")
    url, html = page("hostile", log, "--policy", tmp + "/hostile.luo")
    browser.open(url)
    same(browser.evaluate("window.ran || null"), None, "names of hostile callers are no scripts")
    same(browser.evaluate("document.querySelectorAll('script, img, link, meta[http-equiv=refresh], [onmouseover], [onload], code b').length"),
         0, "and nothing that they wanted to be")
    shown = browser.evaluate("document.body.innerText")
    for payload in PAYLOADS:
        ok(payload[:60].replace('"', '\\"') in shown, payload + " is shown as it is", shown)
    # Were they not escaped, the browser would still not run them
    raw = "".join(PAYLOADS[:2])
    browser.open(save("raw", "<!DOCTYPE html><title>raw</title>" + raw))
    same(browser.evaluate("window.ran || null"), 1, "without the page's own policy of contents such scripts do run")
    browser.take("Log.entryAdded")
    browser.open(save("spliced", html.replace("<h1>", raw + "<h1>", 1)))
    same(browser.evaluate("window.ran || null"), None, "in the page they would not, even if they got there")
    refused = browser.take("Log.entryAdded")
    ok(any("Content Security Policy" in e["entry"]["text"] for e in refused), "by its policy of contents", refused)
    browser.take("Network.requestWillBeSent")
    browser.open(url)
    same(sorted({e["request"]["url"].split(":")[0] for e in browser.take("Network.requestWillBeSent")}), ["file"],
         "the page asks for nothing but itself")


def main():
    with open(tmp + "/vmhost.luo", "w") as f:
        f.write(POLICY)
    with Browser() as browser:
        log = day()
        url, _ = page("day", log, "--policy", tmp + "/vmhost.luo")
        test_content(browser, url, log)
        test_looks(browser, url)
        test_hostile(browser)


if subprocess.run([top + "/tests/build", "-C", top + "/tools/luopol", "SANITIZE=1", "O=" + out, "luopol"],
                  stdout=sys.stderr, check=False).returncode:
    sys.exit(print("Bail out! tools/luopol does not build") or 1)
# Ends the browser, too
signal.signal(signal.SIGALRM, lambda *_: sys.exit("the browser does not answer"))
signal.alarm(1200)
with tempfile.TemporaryDirectory() as tmp:
    main()
tap.done()
