#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# The page of luopol matrix --html in a headless Chromium: searched, narrow and dark,
# without scripts, and made of a policy whose author is hostile.

import base64
import os
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
luopol = out + "/luopol"

POLICY = """\
policy name=vmhost version=3
# luod makes the sessions
allow create,retrieve,finish session=vm-* exe=/usr/bin/luod uid=0
allow preserve,restore session=vm-* type=memfd-v2,vfio-pci-v2 exe=/usr/bin/qemu-system-x86_64
allow create,retrieve,finish session=db exe=/usr/bin/database uid=999 audit
deny preserve type=memfd-v2 fowner=0
end
"""

# Marks the page if it runs, wherever it gets out of
PAYLOADS = [
    "<script>ran=1</script>",
    "<img src=x onerror=ran=1>",
    '\\" onmouseover=ran=1 x=\\"',
    "</title></code></pre><svg onload=ran=1>",
    "<link rel=stylesheet href=//127.0.0.1:9>",
    "<meta http-equiv=refresh content=0;url=/>",
    "&lt;b&gt;",
]


def page(name, policy):
    with open("%s/%s.luo" % (tmp, name), "w") as f:
        f.write(policy)
    html = subprocess.run([luopol, "matrix", "--html", "%s/%s.luo" % (tmp, name)],
                          check=True, stdout=subprocess.PIPE).stdout.decode()
    return save(name, html), html


def save(name, html):
    path = "%s/%s.html" % (tmp, name)
    with open(path, "w") as f:
        f.write(html)
    return "file://" + path


def shown(browser):
    """The columns Who of the rows that are seen, by what is drawn."""
    return browser.evaluate("""
        [...document.querySelectorAll('tbody tr')]
            .filter(row => row.getClientRects().length)
            .map(row => row.cells[0].textContent)""")


def shows(browser, want, name):
    got = shown(browser)
    ok([text.split()[0].rpartition("/")[2] for text in got] == want, name, got)


def test_search(browser, url):
    browser.open(url)
    shows(browser, ["database", "luod", "qemu-system-x86_64"], "all rows are there")
    same(browser.evaluate("document.activeElement.id"), "search", "one can type at once")

    browser.call("Input.insertText", text="QEMU")
    shows(browser, ["qemu-system-x86_64"], "typing leaves the rows that have it, in any case")
    same(browser.evaluate("document.getElementById('count').textContent"), "1 of 3 rows", "their number is told")
    browser.call("Input.insertText", text=" create")
    shows(browser, [], "all words have to be there; an operation where it is allowed")
    address = browser.evaluate("location.href")
    ok(address.endswith("#q=QEMU+create"), "the search is part of the address", address)

    for fragment, want, name in [
            ("#q=create", ["database", "luod"], "an address with a search"),
            ("#q=vm-*%20%20UID=0", ["luod"], "with conditions"),
            ("#q=logged", ["database"], "with what is logged"),
            ("#q=%3Cscript%3E", [], "with what is none of it"),
            ("#q=%E0%A4%A", [], "with what is no text"),
            ("#q=", ["database", "luod", "qemu-system-x86_64"], "with an empty one"),
            ("#l3", ["database", "luod", "qemu-system-x86_64"], "a line of the policy")]:
        browser.open(url + fragment)
        shows(browser, want, "search: " + name)
    same(browser.evaluate("document.querySelector(':target').textContent"),
         "3allow create,retrieve,finish session=vm-* exe=/usr/bin/luod uid=0", "links to lines lead there")


def test_looks(browser, url):
    def style(selector, what):
        return browser.evaluate("getComputedStyle(document.querySelector('%s')).%s" % (selector, what))

    def overflows():
        return browser.evaluate("document.documentElement.scrollWidth > innerWidth")

    for width, narrow in (1440, False), (360, True):
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                     deviceScaleFactor=1, mobile=False)
        for scheme in "light", "dark":
            browser.call("Emulation.setEmulatedMedia",
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.open(url)
            name = "%d pixels, %s: " % (width, scheme)
            same(overflows(), False, name + "nothing sticks out")
            same(style("thead", "display"), "none" if narrow else "table-header-group", name + "rows or cards")
            same(style("td.yes", "color"), "rgb(26, 127, 55)" if scheme == "light" else "rgb(74, 194, 107)",
                 name + "colours that can be read")
            if os.environ.get("SCREENSHOTS"):
                shot = browser.call("Page.captureScreenshot")["data"]
                with open("%s/%d-%s.png" % (os.environ["SCREENSHOTS"], width, scheme), "wb") as f:
                    f.write(base64.b64decode(shot))
    same(browser.evaluate("getComputedStyle(document.querySelector('td.yes'), '::before').content"),
         '"create"', "a card names its columns")
    # Names of 39 bytes, and of 200, where a card has room for 20
    long, _ = page("long", "policy name=long version=1\nallow create session=%s subj=%s\n"
                   "limit session=%s files=5\nend\n" % ("s" * 39, "x" * 200, "s" * 60))
    browser.open(long)
    same(overflows(), False, "360 pixels: long values wrap")
    same(browser.evaluate("[...document.querySelectorAll('code span')].filter(s => s.getBoundingClientRect().right > innerWidth).length"),
         0, "all of them")
    same(browser.evaluate("document.getElementById('count').textContent"), "1 row", "one row is a row")
    browser.call("Emulation.setEmulatedMedia", media="print")
    same(style("pre", "whiteSpace"), "pre-wrap", "on paper no line is cut")
    same(style("tr", "breakInside"), "avoid", "nor a card between two sheets")
    browser.call("Emulation.setEmulatedMedia", media="")
    browser.call("Emulation.clearDeviceMetricsOverride")
    browser.call("Emulation.setEmulatedMedia", features=[])


def test_no_script(browser, url):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url + "#q=qemu")
    shows(browser, ["database", "luod", "qemu-system-x86_64"], "without scripts all rows are there")
    same(browser.evaluate("document.getElementById('search').getClientRects().length"), 0,
         "and no search that would do nothing")
    same(browser.evaluate("document.getElementById('count').textContent"), "3 rows", "their number is told")
    ok("deny preserve type=memfd-v2 fowner=0" in browser.evaluate("document.querySelector('pre').innerText"),
       "so is the policy")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def ran(browser):
    return browser.evaluate("window.ran || null")


def test_hostile(browser):
    policy = 'policy name="%s" version=1\n' % PAYLOADS[3]
    for i, payload in enumerate(PAYLOADS):
        policy += "# %s\n" % payload.replace("\\", "")
        policy += 'allow create session="%s" subj="%s"\n' % (payload, payload)
        policy += 'allow preserve type="%s" uid=%d\n' % (payload, i)
    policy += "end\n"
    url, html = page("hostile", policy)
    browser.open(url)
    same(ran(browser), None, "names of a hostile policy are no scripts")
    same(browser.evaluate("document.querySelectorAll('script').length"), 1, "there is one script")
    same(browser.evaluate("document.querySelectorAll('img, svg, link, meta[http-equiv=refresh], [onmouseover], code b').length"),
         0, "and nothing that they wanted to be")
    for payload in PAYLOADS:
        ok(any(payload in who for who in shown(browser)), payload + " is shown as it is", shown(browser))

    # What none of them achieved: the marks are no fiction, and were they not escaped,
    # the browser would still not run them
    raw = "".join(p.replace("\\", "") for p in PAYLOADS[:2])
    browser.open(save("raw", "<!DOCTYPE html><title>raw</title>" + raw))
    same(ran(browser), 1, "without the page's own policy of contents such scripts do run")
    browser.take("Log.entryAdded")
    browser.open(save("spliced", html.replace("<table id=", raw + "<table id=", 1)))
    same(ran(browser), None, "in the page they would not, even if they got there")
    refused = browser.take("Log.entryAdded")
    ok(any("Content Security Policy" in e["entry"]["text"] for e in refused), "by its policy of contents", refused)


def requests(browser):
    return sorted({e["request"]["url"].split(":")[0] for e in browser.take("Network.requestWillBeSent")})


def main():
    with Browser() as browser:
        url, _ = page("vmhost", POLICY)
        test_search(browser, url)
        test_looks(browser, url)
        test_no_script(browser, url)
        test_hostile(browser)
        browser.take("Network.requestWillBeSent")
        for name in "vmhost", "hostile":
            browser.open("file://%s/%s.html" % (tmp, name))
        same(requests(browser), ["file"], "the page asks for nothing but itself")
        same(browser.take("Runtime.exceptionThrown"), [], "no script of it failed")
        browser.open(save("asks", '<link rel=stylesheet href="http://127.0.0.1:9/x.css">'))
        same(requests(browser), ["file", "http"], "a page that asks for more would be seen")


if subprocess.run([top + "/tests/build", "-C", top + "/tools/luopol", "SANITIZE=1", "O=" + out, "luopol"],
                  stdout=sys.stderr, check=False).returncode:
    sys.exit(print("Bail out! tools/luopol does not build") or 1)
# Ends the browser, too
signal.signal(signal.SIGALRM, lambda *_: sys.exit("the browser does not answer"))
signal.alarm(1200)
with tempfile.TemporaryDirectory() as tmp:
    main()
tap.done()
