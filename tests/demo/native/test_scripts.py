"""The scripts of the page “Take it home”, as people run them in their terminals."""

import asyncio
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from pycrdt import Text
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from rtc_guide.room import join

pytestmark = pytest.mark.anyio

SCRIPT = Path(__file__).parents[3] / "book" / "try" / "plain.py"


class Terminal:
    """A person who runs `plain.py`."""

    def __init__(self, process):
        self._process = process

    async def type(self, line):
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()

    async def read_until(self, *words):
        """Return the text as last printed, once it has all the words."""
        printed: list[bytes] = []
        async with asyncio.timeout(20):
            while True:
                printed.append(await self._process.stdout.readline())
                assert printed[-1], f"ended after {printed}"
                # A text ends with a line break, and print adds one.
                if printed[-1] == b"\n":
                    text = b"".join(printed[:-1]).decode()
                    if all(word in text for word in words):
                        return text
                    printed.clear()

    async def wait(self):
        """Wait for its end and return its status and what it complained of."""
        async with asyncio.timeout(20):
            _, errors = await self._process.communicate()
        return self._process.returncode, errors.decode()


@asynccontextmanager
async def _running(address):
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPT, address, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def open_terminal():
    """Run the script: `ada = await open_terminal(address)`. Ended with the test."""
    async with AsyncExitStack() as terminals:
        yield lambda address: terminals.enter_async_context(_running(address))


async def test_two_people_share_a_text(open_terminal, mortal_server):
    address = f"{mortal_server.url}/two-people"
    ada, grace = await open_terminal(address), await open_terminal(address)
    await ada.type("Hello from Ada")
    await grace.read_until("Hello from Ada")
    await grace.type("Hello from Grace")
    both = "Hello from Ada\nHello from Grace\n"
    assert await ada.read_until("Grace") == await grace.read_until("Grace") == both


async def test_an_empty_line_ends_it_and_the_text_stays_with_the_others(
    open_terminal, mortal_server
):
    address = f"{mortal_server.url}/two-people"
    ada, grace = await open_terminal(address), await open_terminal(address)
    await ada.type("Hello from Ada")
    await grace.read_until("Hello from Ada")
    await ada.type("")
    assert await ada.wait() == (0, "")
    edsger = await open_terminal(address)
    await edsger.read_until("Hello from Ada")


async def test_it_joins_the_room_of_the_notebooks(open_terminal, mortal_server, until):
    async with await join("two-people", "Ada", server=mortal_server.url) as room:
        text = room.doc.get("text", type=Text)
        grace = await open_terminal(f"{mortal_server.url}/two-people")
        await grace.type("Hello from Grace")
        await until(lambda: str(text) == "Hello from Grace\n")
        text += "Hello from Ada\n"
        await grace.read_until("Hello from Ada")


async def test_without_a_server_it_ends_and_says_so(open_terminal, mortal_server):
    mortal_server.kill()
    ada = await open_terminal(f"{mortal_server.url}/two-people")
    status, errors = await ada.wait()
    assert status == 1
    assert "Connection refused" in errors


async def test_all_who_open_a_room_together_are_served(mortal_server):
    """Left to itself, pycrdt-websocket 0.16.5 serves one of them and leaves the others waiting."""
    for number in range(20):
        address = f"{mortal_server.url}/{number}"
        people = await asyncio.gather(*(websocket_connect(address) for _ in range(3)))
        async with asyncio.timeout(20):
            greetings = await asyncio.gather(*(person.read_message() for person in people))
        assert all(greetings)
        for person in people:
            person.close()


# What the page says the server is not.


async def test_the_server_keeps_nothing_when_the_last_has_left(open_terminal, mortal_server, until):
    async with await join("two-people", "Ada", server=mortal_server.url) as room:
        room.doc.get("text", type=Text).insert(0, "Hello")
        async with await join("two-people", "Grace", server=mortal_server.url) as other:
            await until(lambda: str(other.doc.get("text", type=Text)) == "Hello")

    async def is_empty():
        async with await join("two-people", "Edsger", server=mortal_server.url) as room:
            return not str(room.doc.get("text", type=Text))

    async with asyncio.timeout(20):  # the server notices their leaving a moment later
        while not await is_empty():
            await asyncio.sleep(0.01)


async def test_the_server_lets_any_page_in(mortal_server):
    foreign = HTTPRequest(
        f"{mortal_server.url}/two-people", headers={"Origin": "https://elsewhere.example"}
    )
    connection = await websocket_connect(foreign)
    assert await connection.read_message()  # its first question
    connection.close()
