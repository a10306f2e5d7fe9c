"""pty.py COLUMNS COMMAND…: runs a command on a pseudo-terminal of its own. Input goes to it, what it shows comes out; the
last line on standard error is how it ended: "exit 130" or "signal 2"."""

import os
import sys

# This file has the name of a module it needs.
sys.path.pop(0)
import fcntl
import pty
import select
import struct
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.execvp(command[0], command)
inputs = [terminal, 0]
while terminal in inputs:
    for ready in select.select(inputs, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:  # Linux: the last program on the terminal has ended.
            data = b""
        if not data:
            inputs.remove(ready)
        else:
            os.write(1 if ready == terminal else terminal, data)
status = os.waitpid(child, 0)[1]
how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
print(how, file=sys.stderr)
