"""Worker processes, the queue before them, and the limits on both."""

from __future__ import annotations

import asyncio
import contextlib
import json
import marshal
import os
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from bilateral.errors import BilateralError, BuildError, LimitError
from bilateral.serve.worker import ENDED, LENGTHS, NEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bilateral.query.settings import Settings

Reply = tuple[dict[str, Any], bytes]
# How long the news of a worker's end may take, and what a parent that cannot live looks like.
NEWS_S, SHORT_LIFE_S, SHORT_LIVES = 0.3, 5.0, 3
PARENT_STEPS, PARENT_STEP_S = 50, 0.01


class BusyError(LimitError):
    """All workers are busy and the queue is full, or a request waited too long."""


class _Worker(asyncio.Protocol):
    """One process: its channel, its process id, and the reply that is awaited."""

    def __init__(self, channel: socket.socket, pid: int, lost: Callable[[_Worker], None]) -> None:
        self.channel = channel
        self.pid = pid
        self.lost = lost
        self.buffer = bytearray()
        self.reply: asyncio.Future[Reply] | None = None
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
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
        # The process id may soon be another's.
        self.pid = 0
        if self.reply and not self.reply.done():
            self.reply.set_exception(ConnectionResetError())
        self.lost(self)

    def is_alive(self) -> bool:
        """Whether its process is there, also where the loop has not yet been told otherwise."""
        try:
            return self.pid > 0 and self.channel.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

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
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self.transport:
            self.transport.abort()


class Pool:
    """The workers. `run` gives one a job, waits in a bounded queue, and keeps the time.

    A worker that ends is replaced, and so is the parent of the workers; `failed` is told where
    that cannot be.
    """

    def __init__(
        self,
        graph: str,
        settings: Settings,
        failed: Callable[[BilateralError], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.size = settings.workers or max(4, 2 * (os.cpu_count() or 1))
        self.graph = graph
        self.failed = failed
        self.about: dict[str, Any] = {}
        self._idle: deque[_Worker] = deque()
        self._all: set[_Worker] = set()
        # Also those whose end is not yet told.
        self._by_pid: dict[int, _Worker] = {}
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._forking = asyncio.Lock()
        self._forked: asyncio.Future[int] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._parent: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._short_lives = 0
        self._stopping = False

    async def start(self) -> None:
        """Load the graph and fork the workers. Raises BuildError when it cannot be read."""
        control = await self._load()
        self._do(self._listen(control))
        await self._refill()

    async def stop(self) -> None:
        """End all processes; whoever waits is told."""
        self._stopping = True
        for turn in self._waiting:
            if not turn.done():
                turn.set_exception(_stopping())
        for worker in list(self._all):
            worker.kill()
        await self._end_parent()

    async def _end_parent(self) -> None:
        if self._control:
            # Whoever waits for news hears of the end; closed, it would be no socket any more.
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._control = None
        if self._parent:
            # It ends by itself once it has seen to its workers.
            for _ in range(PARENT_STEPS):
                if self._parent.poll() is not None:
                    return
                await asyncio.sleep(PARENT_STEP_S)
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
            header, body = await worker.ask(marshal.dumps(job), seconds)
        except TimeoutError as late:
            what = f"the query took longer than {seconds:g} seconds"
            raise LimitError(
                what, "Ask for less: fewer patterns, a LIMIT, no unbound path."
            ) from late
        except ConnectionResetError as death:
            raise await self._cause(worker) from death
        except asyncio.CancelledError:
            # The client has gone; its query must not go on.
            worker.kill()
            raise
        if header.pop("spent", False):
            worker.kill()
        else:
            self._free(worker)
        return header, body

    async def _cause(self, worker: _Worker) -> LimitError:
        if self._stopping:
            return _stopping()
        # Where no memory is to be had, Oxigraph and Python's own parts abort the process.
        await asyncio.wait([worker.ended], timeout=NEWS_S)
        if worker.ended.done() and worker.ended.result() == -signal.SIGABRT:
            what = f"the query took more than {self.settings.memory_mb} MB"
            return LimitError(what, "Ask for less: a LIMIT, fewer columns, a FILTER.")
        what = "the process that answered ended unexpectedly"
        return LimitError(what, "Ask again; where that does not help, ask for less.")

    async def _taken(self) -> _Worker:
        settings = self.settings
        if self._stopping:
            raise _stopping()
        while self._idle:
            # The one that worked last: what it needs is still in the processor's cache.
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            self._lost(worker)
        if len(self._waiting) >= settings.queue_length:
            what = f"all {self.size} processes are busy and {settings.queue_length} requests wait"
            raise BusyError(what, "Ask again in a moment.")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[_Worker] = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(settings.queue_seconds, _out_of_turn, turn, settings.queue_seconds)
        try:
            return await turn
        except (asyncio.CancelledError, BusyError):
            if turn in self._waiting:
                self._waiting.remove(turn)
            # The turn may have come in the very moment that the client went.
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._free(turn.result())
            raise
        finally:
            timer.cancel()

    def _free(self, worker: _Worker) -> None:
        if worker not in self._all:
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _lost(self, worker: _Worker) -> None:
        """Replace a worker that has ended, whatever it was doing."""
        if worker in self._all:
            self._all.discard(worker)
            with contextlib.suppress(ValueError):
                self._idle.remove(worker)
            if not self._stopping:
                self._do(self._refill())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refill(self) -> None:
        async with self._forking:
            # Without a parent there is nobody to fork; whoever makes a new one calls this again.
            with contextlib.suppress(EOFError, OSError):
                while len(self._all) < self.size and not self._stopping:
                    self._free(await self._another())

    async def _another(self) -> _Worker:
        if not self._control:
            raise EOFError
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with theirs:
            self._forked = loop.create_future()
            memory = struct.pack("!I", self.settings.memory_mb)
            socket.send_fds(self._control, [memory], [theirs.fileno()])
        pid = await self._forked
        ours.setblocking(False)
        _, worker = await loop.create_connection(lambda: _Worker(ours, pid, self._lost), sock=ours)
        self._all.add(worker)
        self._by_pid[pid] = worker
        return worker

    async def _load(self) -> socket.socket:
        control, theirs = socket.socketpair()
        control.setblocking(False)
        # The parent of the workers: a process of its own, so that they share nothing of the server.
        self._parent = subprocess.Popen(  # noqa: ASYNC220, S603 - once, before the first request
            [sys.executable, "-m", "bilateral.serve.worker", self.graph, str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        try:
            (length,) = struct.unpack("!I", await _received(control, 4))
            about = json.loads(await _received(control, length))
        except (EOFError, OSError) as ended:
            what = "the process that loads the graph has died"
            raise BuildError(what, "See what it wrote above; is there memory enough?") from ended
        if "error" in about:
            what, _, remedy = about["error"].partition("\n  ")
            raise BuildError(what, remedy)
        self.about = about
        self._control = control
        return control

    async def _listen(self, control: socket.socket) -> None:
        """Hear what the parent tells of its workers; when it has ended, start another."""
        while True:
            born = asyncio.get_running_loop().time()
            with control, contextlib.suppress(EOFError, OSError):
                while True:
                    self._hear(*NEWS.unpack(await _received(control, NEWS.size)))
            if self._stopping:
                return
            lived = asyncio.get_running_loop().time() - born
            self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE_S else 0
            try:
                control = await self._reload()
            except BilateralError as error:
                self.failed(error)
                return
            self._do(self._refill())

    def _hear(self, kind: bytes, pid: int, code: int) -> None:
        if kind == ENDED:
            if worker := self._by_pid.pop(pid, None):
                worker.ended.set_result(code)
        elif self._forked and not self._forked.done():
            self._forked.set_result(pid)

    async def _reload(self) -> socket.socket:
        # Its workers end with it; requests wait for the new ones as long as they would wait anyhow.
        await self._end_parent()
        if self._forked and not self._forked.done():
            self._forked.set_exception(EOFError())
        for worker in list(self._all):
            worker.kill()
        self._by_pid.clear()
        if self._short_lives > SHORT_LIVES:
            what = "the process that holds the graph ends again and again"
            raise BuildError(what, "See what it wrote above; is there memory enough?")
        return await self._load()


def _stopping() -> BusyError:
    return BusyError("the server is stopping", "Ask again in a moment.")


def _out_of_turn(turn: asyncio.Future[_Worker], seconds: float) -> None:
    if not turn.done():
        what = f"no process was free within {seconds:g} seconds"
        turn.set_exception(BusyError(what, "Ask again in a moment."))


async def _received(control: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        part = await asyncio.get_running_loop().sock_recv(control, length - len(data))
        if not part:
            raise EOFError
        data += part
    return data
