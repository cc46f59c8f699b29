#!/usr/bin/env python3
"""Runs a program in a pseudo-terminal of its own, with nothing but Python's own modules.

    in_terminal.py ROWS COLUMNS COMMAND ARGUMENT...

Standard input is typed into the terminal; standard output gets what the terminal shows, byte for byte. SIGTERM is
passed on to the program. When that has ended, one JSON object on standard error says how, and what it did to the modes
of the terminal:

    {"code": 0, "signal": null, "modesBefore": [...], "modesAfter": [...]}
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios

rows, columns, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
master, terminal = pty.openpty()
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def modes():
    """Flags and control characters, as plain numbers."""
    *flags, characters = termios.tcgetattr(terminal)
    return flags + [c if isinstance(c, int) else c[0] for c in characters]


def run():
    """In the child: this terminal is all it has."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(terminal, fd)
    os.closerange(3, 256)
    os.execvp(command[0], command)


before = modes()
# The end of the child wakes the loop up through this pipe: nothing here waits for time to pass.
ended, wake = os.pipe()
os.set_blocking(wake, False)
signal.set_wakeup_fd(wake)
signal.signal(signal.SIGCHLD, lambda *_: None)
child = os.fork()
if child == 0:
    try:
        run()
    finally:
        os._exit(127)
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))

sources = [0, master, ended]
status = None
while True:
    # When the child is gone, what the terminal still holds comes first.
    ready, _, _ = select.select(sources, [], [], None if status is None else 0)
    if status is not None and master not in ready:
        break
    if master in ready:
        os.write(1, os.read(master, 65536))
    if 0 in ready:
        typed = os.read(0, 65536)
        if typed:
            os.write(master, typed)
        else:
            sources.remove(0)
    if ended in ready:
        os.read(ended, 512)
        pid, result = os.waitpid(child, os.WNOHANG)
        if pid == child:
            status = result

print(
    json.dumps(
        {
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "modesBefore": before,
            "modesAfter": modes(),
        }
    ),
    file=sys.stderr,
)
