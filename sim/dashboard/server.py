"""Serve the live page: a few files, and snapshots as Server-Sent Events.

In: `LogWatch`, a socket.   Out: HTTP, GET only.   Next: `quantacore.sim.cli.dashboard`.

A snapshot holds everything, so a page that was away needs nothing else, and a slow one gets fewer.
"""

import asyncio
import contextlib
import ipaddress
import json
import socket
from collections.abc import AsyncIterator, Callable
from importlib.resources import files

import uvicorn
from plotly.offline import get_plotlyjs
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from quantacore.sim.dashboard.log_watch import LogWatch

MOST_STREAMS = 16
"""Pages that are served at a time."""
SNAPSHOT_S = 0.5
"""Least time between two snapshots to one page."""
BEAT_S = 2.0
"""After which a page that has heard nothing is told that all is well."""
TICK_S = 0.1
PAGES = {
    "/": ("page.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
    "/charts.js": ("charts.js", "text/javascript"),
}
HEADERS = {
    # Nothing from elsewhere, nothing that is not a file; Plotly sets styles of its elements.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class LivePage:
    """The page of one log.

    Parameters
    ----------
    watch : LogWatch
    local_name : str, optional
        Address of this machine that only itself reaches. Browsers are answered only if they ask for
        it, or for another local one, so that no page of the web can read along. If it is not given,
        by any name.
    """

    def __init__(self, watch: LogWatch, *, local_name: str | None = None) -> None:
        self.watch = watch
        self.stopping = False
        self._streams = 0
        hosts = ["*"] if local_name is None else [local_name, "127.0.0.1", "localhost", "[::1]"]
        self.app = Starlette(
            routes=[
                *(Route(path, self._file, methods=["GET"]) for path in PAGES),
                Route("/plotly.js", self._plotly, methods=["GET"]),
                Route("/stream", self._stream, methods=["GET"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        reading = asyncio.create_task(self.watch.run())
        yield
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading

    async def _file(self, request: Request) -> Response:
        name, kind = PAGES[request.url.path]
        content = files("quantacore.sim.dashboard").joinpath(name).read_bytes()
        return Response(content, media_type=kind, headers=HEADERS)

    async def _plotly(self, request: Request) -> Response:
        # It changes with the package only, and is large.
        headers = HEADERS | {"Cache-Control": "private, max-age=3600"}
        return Response(get_plotlyjs(), media_type="text/javascript", headers=headers)

    async def _stream(self, request: Request) -> Response:
        if request.method == "HEAD":  # comes with GET, but has no body to wait for
            return Response(media_type="text/event-stream", headers=HEADERS)
        if self._streams >= MOST_STREAMS:
            text = f"{MOST_STREAMS} pages are open: close one"
            return PlainTextResponse(text, status_code=503, headers=HEADERS)
        return StreamingResponse(
            self._snapshots(request), media_type="text/event-stream", headers=HEADERS
        )

    async def _snapshots(self, request: Request) -> AsyncIterator[str]:
        self._streams += 1
        loop = asyncio.get_running_loop()
        sent, sent_at = -1, -BEAT_S
        try:
            yield "retry: 1000\n\n"
            while not self.stopping:
                now = loop.time()
                if self.watch.version != sent and now - sent_at >= SNAPSHOT_S:
                    sent, sent_at = self.watch.version, now
                    yield f"event: snapshot\ndata: {self.watch.page()}\n\n"
                elif now - sent_at >= BEAT_S:
                    sent_at = now
                    beat = json.dumps({"idle_s": self.watch.idle_s()})
                    yield f"event: beat\ndata: {beat}\n\n"
                await asyncio.sleep(TICK_S)
        finally:
            self._streams -= 1


class _Server(uvicorn.Server):
    """Says when it is ready, and tells streams, which would hold it up, when the end has come."""

    def __init__(self, page: LivePage, ready: Callable[[], object]) -> None:
        super().__init__(
            uvicorn.Config(
                page.app,
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._live_page = page
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live_page.stopping = True
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens, on a port of the system's choice if `port` is 0.

    Raises
    ------
    ValueError
        If the port is taken, or the address is not of this machine.
    """
    if not 0 <= port < 1 << 16:
        raise ValueError(f"Port must be 0 to 65535, not {port}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ValueError(
            f"--host must be an address of this machine, not {host!r}: {error}"
        ) from None
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen()
    except OSError as error:
        found.close()
        raise ValueError(
            f"{host}:{port} must be free to listen on, but is not ({error.strerror}): choose "
            "another --port, or 0 for any"
        ) from None
    return found


def is_local(host: str) -> bool:
    """Tell whether only this machine reaches an address.

    Examples
    --------
    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(page: LivePage, listening: socket.socket, *, ready: Callable[[], object]) -> None:
    """Serve until interrupted; ``ready`` is called when the first page can be asked for."""
    _Server(page, ready).run(sockets=[listening])
