"""The processes that answer queries: `python -m bilateral.serve.worker GRAPH FD`.

pyoxigraph cannot stop a query (oxigraph#1926), so each runs in a process that can be killed. One
parent loads the graph and forks a worker whenever it is told to: a fork shares the graph's memory
and is ready in milliseconds, however large the graph is.

A worker can open no file and no connection, and take no more memory than it is given: whatever a
query says, it can only read the graph. Only a store on disk is opened by each worker for itself,
since its threads would not live through a fork; its files need descriptors.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import marshal
import os
import resource
import selectors
import signal
import socket
import struct
import sys
from pathlib import Path

import pyoxigraph as ox

from bilateral.errors import BilateralError
from bilateral.query.graph import open_store
from bilateral.query.stores import is_store, opened_store
from bilateral.serve.jobs import Desk

LENGTHS = struct.Struct("!II")
# What the parent tells of its workers: which, its process id, and with "ended" its exit code.
NEWS = struct.Struct("!cIi")
FORKED, ENDED = b"f", b"e"
FILES = 512  # descriptors for the files of a store on disk
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
# Whoever hands out the work goes first: a processor that queries keep busy hears new requests.
BEHIND_THE_SERVER = 5


def main(graph: str, control_fd: int) -> None:
    """Load the graph, say so, then fork a worker for each socket that comes."""
    control = socket.socket(fileno=control_fd)
    _die_with_parent()
    try:
        on_disk = is_store(Path(graph))
        desk = Desk(open_store(Path(graph)), whole=on_disk)
    except BilateralError as error:
        _tell(control, {"error": str(error)})
        return
    desk.warm()
    if on_disk:
        desk.open(ox.Store())
    _tell(control, desk.about)

    def ended(*_: object) -> None:
        # How a worker ended tells whether it was its memory.
        with contextlib.suppress(ChildProcessError, BrokenPipeError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                control.sendall(NEWS.pack(ENDED, found[0], os.waitstatus_to_exitcode(found[1])))

    signal.signal(signal.SIGCHLD, ended)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    while True:
        descriptors: list[int] = []
        # A server that did not hear out what its workers' parent had to tell resets the channel.
        with contextlib.suppress(ConnectionResetError):
            message, descriptors, _, _ = socket.recv_fds(control, 4, 1)
        if not descriptors:
            # The server has ended its workers. Whoever left them to others would leave zombies.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.wait()
            return
        (megabytes,) = struct.unpack("!I", message)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            if on_disk:
                desk.open(opened_store(Path(graph)), whole=True)
            channel = socket.socket(fileno=descriptors[0])
            # Waiting for a job by reading would wake when the server takes the last reply, too.
            arrival = selectors.DefaultSelector()
            arrival.register(channel, selectors.EVENT_READ)
            _confine(megabytes, FILES if on_disk else 0)
            _work(channel, arrival, desk)
            os._exit(0)
        os.close(descriptors[0])
        control.sendall(NEWS.pack(FORKED, pid, 0))


def _tell(control: socket.socket, about: dict[str, object]) -> None:
    message = json.dumps(about).encode()
    control.sendall(struct.pack("!I", len(message)) + message)


def _work(channel: socket.socket, arrival: selectors.BaseSelector, desk: Desk) -> None:
    _die_with_parent()
    os.nice(BEHIND_THE_SERVER)
    reader = channel.makefile("rb")
    while arrival.select() and (head := reader.read(4)):
        job = marshal.loads(reader.read(int.from_bytes(head)))  # noqa: S302 - the server's own
        header, body = desk.answer(job)
        written = json.dumps(header).encode()
        channel.sendall(LENGTHS.pack(len(written), len(body)) + written + body)


def _confine(megabytes: int, files: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = used * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No new descriptor: no file, no socket, no SERVICE, no LOAD.
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _die_with_parent() -> None:
    # Elsewhere than on Linux a worker ends when its socket closes, after its query.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
