"""pty.py COLUMNS COMMAND…: runs a command on its own pseudo-terminal. Standard input goes to the terminal, and its output
comes out. The last line on standard error says how the command ended: "exit 130" or "signal 2". After a Ctrl-C, the line
before it has the seconds of CPU time that the programs on the terminal used from then on: "cpu 0.12"."""

import os
import sys

# This file shadows the standard module of the same name.
sys.path.pop(0)
import fcntl
import pty
import resource
import select
import struct
import termios



def cpu_seconds(session):
    """CPU time of the programs on the terminal, and of the children they have waited for (proc(5), Linux)."""
    total = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat", encoding="latin1") as stat:
                fields = stat.read().rpartition(") ")[2].split()
        except OSError:  # The process has ended.
            continue
        if int(fields[3]) == session:
            total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


columns, command = int(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.execvp(command[0], command)
before_interrupt = None
inputs = [terminal, 0]
while terminal in inputs:
    for ready in select.select(inputs, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:  # Linux: the last program on the terminal has ended.
            data = b""
        if ready == 0 and b"\x03" in data and before_interrupt is None:
            before_interrupt = cpu_seconds(child)
        if not data:
            inputs.remove(ready)
        else:
            os.write(1 if ready == terminal else terminal, data)
status = os.waitpid(child, 0)[1]
if before_interrupt is not None:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"cpu {usage.ru_utime + usage.ru_stime - before_interrupt:.2f}", file=sys.stderr)
how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"
print(how, file=sys.stderr)
