#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""libluo for Python: live update sessions, by ctypes.

usage: luo.py list

As a module it has the functions of libluo(3) without their prefix.  Names of sessions are
bytes.  The functions raise Error, whose
text is a sentence, and return what those return.  Lists are Python's.
"""

import ctypes
import sys

_lib = ctypes.CDLL("libluo.so.1")

ANY_ID = 0
ANY_OWNER = 0xFFFFFFFF
STATES = (None, "outgoing", "unclaimed", "claimed", "finished", "incoming")
FILE_STATES = (None, "preserved", "unclaimed", "restored", "carried", "failed")
KNOWS_STATE, KNOWS_ID, KNOWS_OWNER, KNOWS_FILES, KNOWS_SIZE = 1, 2, 4, 8, 16


class _Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("text", ctypes.c_char * 508)]


class Session(ctypes.Structure):
    """A session, as struct luo_session."""
    _fields_ = [("known", ctypes.c_uint32), ("state", ctypes.c_uint32),
                ("id", ctypes.c_uint64), ("files", ctypes.c_uint64),
                ("born", ctypes.c_int64), ("uid", ctypes.c_uint32),
                ("gid", ctypes.c_uint32), ("name", ctypes.c_char * 64),
                ("reserved", ctypes.c_uint64 * 4)]


class File(ctypes.Structure):
    """A file of a session, as struct luo_file."""
    _fields_ = [("known", ctypes.c_uint32), ("state", ctypes.c_uint32),
                ("token", ctypes.c_uint64), ("size", ctypes.c_uint64),
                ("type", ctypes.c_char * 48), ("reserved", ctypes.c_uint64 * 4)]


class Error(OSError):
    """What went wrong: errno, and a sentence that says what to do."""


def _function(name, *types):
    """A function of the library that raises its error."""
    function = getattr(_lib, "luo_" + name)
    function.argtypes = [*types, ctypes.POINTER(_Error)]

    def call(*args):
        error = _Error()
        value = function(*args, ctypes.byref(error))
        if value < 0:
            raise Error(error.code, error.text.decode(errors="replace"))
        return value
    return call


_INT, _U64, _NAME = ctypes.c_int, ctypes.c_uint64, ctypes.c_char_p
open = _function("open", ctypes.c_uint)  # pylint: disable=redefined-builtin
create = _function("create", _INT, _NAME)
retrieve = _function("retrieve", _INT, _NAME)
finish = _function("finish", _INT)
preserve = _function("preserve", _INT, _INT, _U64)
restore = _function("restore", _INT, _U64)
carry_on_file = _function("carry_on_file", _INT, _INT, _U64)
carry_on = _function("carry_on", _INT, _INT)
check = _function("check", _INT, _NAME, _U64, ctypes.c_uint32)
hand_out = _function("hand_out", _INT, _INT)
may = _function("may", _NAME)
take = _function("take", _INT, _NAME, _U64, ctypes.c_uint32)
state = _function("state", _INT)
_describe = _function("describe", _INT, ctypes.POINTER(Session))
_EACH_FILE = ctypes.CFUNCTYPE(_INT, ctypes.POINTER(File), ctypes.c_void_p)
_EACH_SESSION = ctypes.CFUNCTYPE(_INT, ctypes.POINTER(Session), ctypes.c_void_p)
_files = _function("files", _INT, _EACH_FILE, ctypes.c_void_p)
_list = _function("list", _EACH_SESSION, ctypes.c_void_p)


def is_session(fd):
    """Whether a descriptor is a session, whoever sent it."""
    value = _lib.luo_is_session(fd)
    if value < 0:
        raise Error(-value, "it cannot be known whether a descriptor is a session")
    return bool(value)


def describe(fd):
    """The session behind a descriptor."""
    session = Session()
    _describe(fd, ctypes.byref(session))
    return session


def _collect(function, kind, each_type, *args):
    """A list of copies: what the library passes is valid during the call only."""
    found = []

    def each(item, _):
        found.append(kind.from_buffer_copy(item.contents))
        return 0
    function(*args, each_type(each), None)
    return found


def files(fd):
    """The files of a session."""
    return _collect(_files, File, _EACH_FILE, fd)


def sessions():
    """All sessions there are; it takes CAP_SYS_ADMIN."""
    return _collect(_list, Session, _EACH_SESSION)


def printable(name):
    """A name as text for a terminal: it may have any bytes, but here they are ASCII."""
    return name.decode("latin-1").encode("unicode_escape").decode()


def main():
    """Print the sessions."""
    if sys.argv[1:] != ["list"]:
        sys.exit(__doc__)
    try:
        for session in sessions():
            print(session.id, STATES[session.state], session.uid,
                  printable(session.name))
    except Error as error:
        sys.exit(f"luo.py: {error.strerror}")


if __name__ == "__main__":
    main()
