# SPDX-License-Identifier: GPL-2.0
"""TAP for the tests in Python; ../tap.sh is for those in shell."""

count = 0


def ok(good, name, why=""):
    """A test, and why it failed if it did."""
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def same(got, want, name):
    ok(got == want, name, "got:  %r\nwant: %r" % (got, want))


def done():
    """The plan, which comes last."""
    print("1..%d" % count)
