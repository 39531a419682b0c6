"""The line to an endpoint: http and https only, to public addresses where asked, in bounded time."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bilateral.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

PORTS = {"http": 80, "https": 443}


class Line(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """What one request is sent over: http and https only, and it can be hung up from elsewhere."""

    def __init__(
        self, endpoint: str, seconds: float, *, public_only: bool, named: bool = False
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in PORTS:
            what = f"'{endpoint}' is not the address of an endpoint"
            raise RefusedError(what, "Give an address that starts with http:// or https://.")
        super().__init__()
        self.endpoint = endpoint
        self.seconds = seconds
        self.public_only = public_only
        # A host that a person has named may be private; one that a redirect leads to may not.
        self.named = (parts.hostname, parts.port or PORTS[parts.scheme]) if named else None
        self.connections: list[Any] = []
        # Also those of redirects, which urllib leaves open where it does not follow them.
        self.responses: list[http.client.HTTPResponse] = []

    def open(self, request: urllib.request.Request) -> Any:  # noqa: ANN401 - urllib's response
        """Send the request, follow its redirects, and return the response."""
        # Built by hand: urllib's own opener brings handlers for ftp: and file:, which a redirect
        # would reach without any check of the address.
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPErrorProcessor(),
            self,
        ):
            opener.add_handler(handler)
        if not self.public_only:
            opener.add_handler(urllib.request.ProxyHandler())
        response = opener.open(request, timeout=self.seconds)
        if response is None:
            what = f"{self.endpoint} leads to an address that is not http or https"
            raise RefusedError(what, "Name the endpoint that it leads to, if you trust it.")
        return response

    def hang_up(self) -> None:
        """End all connections, also while somebody waits for an answer on one."""
        for connection in self.connections:
            with contextlib.suppress(OSError, AttributeError):
                connection.line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of all connections, once their answers are read or given up."""
        self.hang_up()
        for used in (*self.responses, *self.connections):
            used.close()

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """The response over http, for urllib."""
        return self._kept(self.do_open(self._made(_Connection), req))

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """The response over https, for urllib."""
        return self._kept(self.do_open(self._made(_TlsConnection), req))

    def _kept(self, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
        self.responses.append(response)
        return response

    def _made(self, kind: Any) -> Callable[..., Any]:  # noqa: ANN401 - one of the two below
        def make(host: str, **options: Any) -> Any:  # noqa: ANN401 - as http.client takes them
            connection = kind(host, **options)
            if self.public_only:
                connection._create_connection = self._connected  # noqa: SLF001 - its one place to hook
            self.connections.append(connection)
            return connection

        return make

    def _connected(self, address: tuple[str, int], timeout: float, *_: object) -> socket.socket:
        if address == self.named:
            return socket.create_connection(address, timeout)
        return connect_public(address, timeout)


class _Connection(http.client.HTTPConnection):
    """A connection that keeps its socket at hand while the response is read."""

    def connect(self) -> None:
        super().connect()
        self.line = self.sock


class _TlsConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.line = self.sock


def connect_public(address: tuple[str, int], timeout: float) -> socket.socket:
    """A connection to a host, all of whose addresses are public; else raises RefusedError."""
    host, port = address
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_ignored, place in found:
        if not is_public(str(place[0])):
            what = f"{host} is refused: its address {place[0]} is not public"
            raise RefusedError(what, "SERVICE reaches public addresses only; see docs/limits.md.")
    return socket.create_connection((str(found[0][4][0]), port), timeout)


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, also when it wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        # 64:ff9b::/96 carries an IPv4 address through NAT64 (RFC 6052).
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
        if any(part is not None and not is_public(str(part)) for part in inner):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
