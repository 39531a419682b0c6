"""Uvicorn, with bounds on what a client may keep open, and an end that nobody can put off."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette

    from bilateral.query.settings import Settings

KEEP_ALIVE_S = 30
STOP_S = 3
# Bytes of a header; the parser takes no address longer than half of them.
HEADER, ADDRESS = 128_000, 65_535


def _refusal(status: str, told: str, fields: str = "") -> bytes:
    body = f"{told}\n"
    head = f"HTTP/1.1 {status}\r\n{fields}Content-Type: text/plain\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


LONG = _refusal("431 Request Header Fields Too Large", f"The header is over {HEADER:,} bytes.")
FAR = _refusal("414 URI Too Long", f"The address is over {ADDRESS:,} bytes: POST the query.")
FULL = _refusal("503 Service Unavailable", "Too many connections are open.", "Retry-After: 1\r\n")


class _Transport:
    """A connection that sends the head of an answer with the beginning of its body, not before.

    Uvicorn writes them apart, and each goes out by itself, to wake the client twice.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.head = b""
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send what is written, or hold it back: what begins like a head; not that of a 100."""
        if self.head:
            self.transport.write(self.head + data)
            self.head = b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
            self.head = data
        else:
            self.transport.write(data)

    def flush(self) -> None:
        """Send what is held back: the answer ends there."""
        if self.head:
            self.write(b"")

    def close(self) -> None:
        """Close when all is sent."""
        self.flush()
        self.transport.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self.transport, name)


class Connection(HttpToolsProtocol):
    """A connection with times: for a request to arrive, and for its answer to be taken.

    Uvicorn bounds neither, so a few clients that send or read a byte an hour could hold them all;
    nor the size of a request's header, so that one client could fill the memory.
    """

    settings: Settings
    most: int

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **more)
        self.arriving: asyncio.TimerHandle | None = None
        self.leaving: asyncio.TimerHandle | None = None
        # Bytes of a header that has begun and not ended; 0 where there is none.
        self.heading = 0
        self.url = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, and start the clock."""
        self.whole = _Transport(transport)
        super().connection_made(self.whole)  # type: ignore[arg-type]
        if len(self.connections) > self.most:
            transport.write(FULL)
            transport.close()
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Start the clock where it does not run, and refuse a header that does not end."""
        self._expect()
        super().data_received(data)
        if self.heading:
            self.heading += len(data)
            if self.heading > HEADER:
                self.whole.write(LONG)
                self.whole.close()

    def on_message_begin(self) -> None:
        """Start the clock for a request that follows another in the same packet."""
        self._expect()
        self.heading = 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Count no more: the rest is body."""
        self.heading = 0
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what the parser does not take."""
        if len(self.url) <= ADDRESS:
            super().send_400_response(msg)
        else:
            self.whole.write(FAR)
            self.whole.close()

    def on_message_complete(self) -> None:
        """Stop the clock: the request is here."""
        self._stop_clock()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Hang up in time also where the end of an answer stays in the buffer."""
        self.whole.flush()
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()

    def timeout_keep_alive_handler(self) -> None:
        """Close, and where the client does not take the rest, hang up."""
        super().timeout_keep_alive_handler()
        self._abort_later()

    def pause_writing(self) -> None:
        """Start the clock: the client must take what is written."""
        super().pause_writing()
        self.leaving = self._abort_later()

    def resume_writing(self) -> None:
        """Stop the clock: it was taken."""
        super().resume_writing()
        if self.leaving:
            self.leaving.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop_clock()
        if self.leaving:
            self.leaving.cancel()
        super().connection_lost(exc)

    def _expect(self) -> None:
        if self.arriving is None:
            seconds = self.settings.request_seconds
            self.arriving = self.loop.call_later(seconds, self.transport.close)

    def _stop_clock(self) -> None:
        if self.arriving:
            self.arriving.cancel()
            self.arriving = None

    def _abort_later(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.settings.reply_seconds, self.transport.abort)


class Server(uvicorn.Server):
    """A server that ends within seconds: queries first, then connections, then what is left."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        # The other half of the files that may be open is for the workers and for all else.
        most = min(settings.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
        protocol = type("Bounded", (Connection,), {"settings": settings, "most": most})
        config = uvicorn.Config(
            app, http=protocol, ws="none", log_level="error", access_log=False, server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=2 * STOP_S,
        )  # fmt: skip
        super().__init__(config)
        self.app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End: uvicorn alone would wait for each query, each half request, and each slow reader."""
        if pool := getattr(self.app.state, "pool", None):
            await pool.stop()
        timer = asyncio.get_running_loop().call_later(STOP_S, self._hang_up)
        await super().shutdown(sockets)
        timer.cancel()

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            if transport := getattr(connection, "transport", None):
                transport.abort()
