"""A distance before a server: every answer comes so much later, many at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def distant(url: str, seconds: float) -> Iterator[str]:
    """The URL of a proxy on loopback that holds each burst of the server's bytes back by so much."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_serve(url, seconds), loop).result()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)


async def _serve(url: str, seconds: float) -> asyncio.Server:
    target = urlsplit(url)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(_pump(reader, ours, 0), _pump(theirs, writer, seconds))

    return await asyncio.start_server(connected, "127.0.0.1", 0)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Each chunk is due so long after it came; those that follow wait with it, not after it."""
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        while chunk := await reader.read(1 << 16):
            due.put_nowait((loop.time() + seconds, chunk))
        due.put_nowait((loop.time() + seconds, b""))

    reading = asyncio.create_task(read())
    while True:
        at, chunk = await due.get()
        await asyncio.sleep(max(0.0, at - loop.time()))
        if not chunk:
            break
        writer.write(chunk)
        await writer.drain()
    writer.close()
    await reading
