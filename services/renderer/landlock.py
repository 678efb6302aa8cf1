"""`python landlock.py RULES PROGRAM ARGUMENTS...`: becomes the program, held by Landlock to what RULES name.

It ends with the process `parent`, whose number RULES give: also when that died before this one could ask for a signal.

RULES is a JSON object. `read`, `write` and `change` are lists of paths, each with all that is below it: to read and
execute, to do everything with, to read and write without making anything new. What does not exist is left out.
`port` is the one TCP port that may be connected to (from Linux 6.7 on). All else in the file system is closed, for
reading too, to the program and what it starts; so are the memory and the environment of processes outside, and,
from Linux 6.12 on, signals to them and abstract Unix sockets. Unix sockets with a path, and UDP, stay open.

A program of its own with nothing but the standard library, because these calls bind the thread that makes them.
"""

import ctypes
import json
import os
import signal
import stat
import sys
from collections.abc import Iterable

# linux/landlock.h and asm-generic/unistd.h: the numbers are the same on all processors.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_RULE, _PORT_RULE = 1, 2
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_MAKE_CHARACTER_DEVICE, _MAKE_BLOCK_DEVICE = 1 << 6, 1 << 11
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_BIND, _CONNECT = 1, 2
_SCOPES = 0b11  # abstract sockets and signals
# How many rights on files each version of the interface knows, from version 1 on.
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_A_FILE = _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE | _DEVICE_CONTROL

_syscall = ctypes.CDLL(None, use_errno=True).syscall


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


class _PortRule(ctypes.Structure):
    _fields_ = (("rights", ctypes.c_uint64), ("port", ctypes.c_uint64))


def version() -> int:
    """The version of the kernel's interface; 0 where there is none, or it is switched off."""
    found: int = _syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    return max(0, found)


class Rules:
    """What a program may reach; everything is closed at first. Raises `OSError` where the kernel refuses."""

    def __init__(self) -> None:
        self._version = version()
        self._files = (1 << _FILE_RIGHTS[min(self._version, len(_FILE_RIGHTS)) - 1]) - 1
        network = _BIND | _CONNECT if self._version >= _NETWORK_SINCE else 0
        scopes = _SCOPES if self._version >= _SCOPES_SINCE else 0
        attributes = _Ruleset(self._files, network, scopes)
        self._descriptor = _checked(_CREATE, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), 0)

    def allow_read(self, paths: Iterable[str]) -> None:
        """Read, list and execute."""
        self._allow(paths, _READ)

    def allow_write(self, paths: Iterable[str]) -> None:
        """Everything but making devices."""
        self._allow(paths, self._files & ~(_MAKE_CHARACTER_DEVICE | _MAKE_BLOCK_DEVICE))

    def allow_change(self, paths: Iterable[str]) -> None:
        """Read and write what is there, and control it where it is a device."""
        self._allow(paths, _READ | _WRITE_FILE | _TRUNCATE | _DEVICE_CONTROL)

    def allow_ports(self, connect: int) -> None:
        """Connect to one TCP port, and listen on any that the kernel chooses."""
        if self._version >= _NETWORK_SINCE:
            for rights, port in ((_CONNECT, connect), (_BIND, 0)):
                self._add(_PORT_RULE, _PortRule(rights, port))

    def apply(self) -> None:
        """Bind this thread and what it starts, for ever."""
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _checked(_RESTRICT, self._descriptor, ctypes.c_uint32(0))
        os.close(self._descriptor)

    def _allow(self, paths: Iterable[str], rights: int) -> None:
        for path in paths:
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue  # Not there, or not for us: nothing to allow.
            fitting = self._files & (rights if _is_folder(descriptor) else rights & _OF_A_FILE)
            self._add(_PATH_RULE, _PathRule(fitting, descriptor))
            os.close(descriptor)

    def _add(self, kind: int, rule: _PathRule | _PortRule) -> None:
        _checked(_ADD, self._descriptor, ctypes.c_int(kind), ctypes.byref(rule), ctypes.c_uint32(0))


def _is_folder(descriptor: int) -> bool:
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


def _checked(*arguments: object) -> int:
    result: int = _syscall(*arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def _end_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")


def main() -> None:
    """Apply the rules and become the program."""
    wanted, *command = json.loads(sys.argv[1]), *sys.argv[2:]
    _end_with(wanted["parent"])
    rules = Rules()
    rules.allow_read(wanted["read"])
    rules.allow_write(wanted["write"])
    rules.allow_change(wanted["change"])
    rules.allow_ports(wanted["port"])
    rules.apply()
    os.execv(command[0], command)  # noqa: S606 -- the caller's command


if __name__ == "__main__":
    main()
