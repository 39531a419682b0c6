"""Worker processes, the queue before them, and the limits on both."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from bilateral.errors import BuildError, LimitError
from bilateral.serve.worker import LENGTHS

if TYPE_CHECKING:
    from bilateral.query.settings import Settings

Reply = tuple[dict[str, Any], bytes]


class BusyError(LimitError):
    """All workers are busy and the queue is full, or a request waited too long."""


class _Worker(asyncio.Protocol):
    """One process: its channel, its process id, and the reply that is awaited."""

    def __init__(self) -> None:
        self.pid = 0
        self.buffer = bytearray()
        self.reply: asyncio.Future[Reply] | None = None
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) < LENGTHS.size:
            return
        head, body = LENGTHS.unpack_from(self.buffer)
        if len(self.buffer) < LENGTHS.size + head + body:
            return
        header = json.loads(self.buffer[LENGTHS.size : LENGTHS.size + head])
        content = bytes(self.buffer[LENGTHS.size + head :])
        self.buffer.clear()
        if self.reply and not self.reply.done():
            self.reply.set_result((header, content))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self.reply and not self.reply.done():
            self.reply.set_exception(ConnectionResetError())

    async def ask(self, job: bytes, seconds: float) -> Reply:
        self.reply = asyncio.get_running_loop().create_future()
        assert self.transport is not None  # noqa: S101 - made with the worker
        self.transport.write(struct.pack("!I", len(job)) + job)
        timer = asyncio.get_running_loop().call_later(seconds, self._out_of_time)
        try:
            return await self.reply
        finally:
            timer.cancel()

    def _out_of_time(self) -> None:
        if self.reply and not self.reply.done():
            self.kill()
            self.reply.set_exception(TimeoutError())

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self.transport:
            self.transport.abort()


class Pool:
    """The workers. `run` gives one a job, waits in a bounded queue, and keeps the time."""

    def __init__(self, graph: str, settings: Settings) -> None:
        self.settings = settings
        self.size = settings.workers or max(4, 2 * (os.cpu_count() or 1))
        self.graph = graph
        self.about: dict[str, Any] = {}
        self._idle: deque[_Worker] = deque()
        self._all: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._forking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Load the graph and fork the workers. Raises BuildError when it cannot be read."""
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        # The parent of the workers: a process of its own, so that they share nothing of the server.
        self._parent = subprocess.Popen(  # noqa: ASYNC220, S603 - once, before the first request
            [sys.executable, "-m", "bilateral.serve.worker", self.graph, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        try:
            (length,) = struct.unpack("!I", await self._received(4))
        except EOFError as ended:
            what = "the process that loads the graph has died"
            raise BuildError(what, "See what it wrote above; is there memory enough?") from ended
        self.about = json.loads(await self._received(length))
        if "error" in self.about:
            what, _, remedy = self.about["error"].partition("\n  ")
            raise BuildError(what, remedy)
        for _ in range(self.size):
            self._free(await self._forked())

    async def stop(self) -> None:
        """End all processes."""
        for worker in list(self._all):
            worker.kill()
        self._control.close()
        self._parent.kill()
        self._parent.wait()

    async def run(self, job: dict[str, Any]) -> Reply:
        """The reply to a job.

        Raises BusyError when no worker is to be had, and LimitError when the job takes too long or
        its worker dies of it.
        """
        worker = await self._taken()
        seconds = self.settings.query_seconds
        try:
            reply = await worker.ask(json.dumps(job).encode(), seconds)
        except TimeoutError as late:
            self._replace(worker)
            what = f"the query took longer than {seconds:g} seconds"
            raise LimitError(
                what, "Ask for less: fewer patterns, a LIMIT, no unbound path."
            ) from late
        except ConnectionResetError as death:
            self._replace(worker)
            what = f"the query took more than {self.settings.memory_mb} MB"
            raise LimitError(what, "Ask for less: a LIMIT, fewer columns, a FILTER.") from death
        except asyncio.CancelledError:
            # The client has gone; its query must not go on.
            worker.kill()
            self._replace(worker)
            raise
        self._free(worker)
        return reply

    async def _taken(self) -> _Worker:
        if self._idle:
            return self._idle.popleft()
        settings = self.settings
        if len(self._waiting) >= settings.queue_length:
            what = f"all {self.size} processes are busy and {settings.queue_length} requests wait"
            raise BusyError(what, "Ask again in a moment.")
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await asyncio.wait_for(turn, settings.queue_seconds)
        except TimeoutError as late:
            what = f"no process was free within {settings.queue_seconds:g} seconds"
            raise BusyError(what, "Ask again in a moment.") from late
        finally:
            if not turn.done() or turn.cancelled():
                with contextlib.suppress(ValueError):
                    self._waiting.remove(turn)

    def _free(self, worker: _Worker) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: _Worker) -> None:
        self._all.discard(worker)

        async def fork() -> None:
            self._free(await self._forked())

        task = asyncio.get_running_loop().create_task(fork())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forked(self) -> _Worker:
        async with self._forking:
            ours, theirs = socket.socketpair()
            socket.send_fds(
                self._control, [struct.pack("!I", self.settings.memory_mb)], [theirs.fileno()]
            )
            theirs.close()
            (pid,) = struct.unpack("!I", await self._received(4))
            ours.setblocking(False)
            loop = asyncio.get_running_loop()
            _, worker = await loop.create_connection(_Worker, sock=ours)
            worker.pid = pid
            self._all.add(worker)
            return worker

    async def _received(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            part = await asyncio.get_running_loop().sock_recv(self._control, length - len(data))
            if not part:
                raise EOFError
            data += part
        return data
