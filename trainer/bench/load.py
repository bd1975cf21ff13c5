"""The asking side: connections that are kept alive, each asking again when it has its answer.

Runs in a process of its own, `python -m trainer.bench.load`, and asks this machine only.
"""

import asyncio
import subprocess
import sys
from collections import Counter

import msgspec


class Ask(msgspec.Struct, frozen=True):
    """One request."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: str = ""

    def wire(self) -> bytes:
        """The request as it is sent."""
        body = self.body.encode()
        headers = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Plan(msgspec.Struct, frozen=True):
    """What every connection asks, one after the other."""

    port: int
    asks: list[list[Ask]]


class Answers(msgspec.Struct, frozen=True):
    """How often each status came back, and how many bytes of body in all."""

    statuses: dict[str, int]
    size: int

    @property
    def count(self) -> int:
        """How many answers there were."""
        return sum(self.statuses.values())


def asked(plan: Plan) -> Answers:
    """What came back when another process asked all this; anything but 200 is a mistake."""
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=msgspec.json.encode(plan),
        stdout=subprocess.PIPE,
        check=True,
    )
    answers = msgspec.json.decode(done.stdout, type=Answers)
    assert set(answers.statuses) == {"200"}, answers.statuses
    return answers


async def _ask(port: int, asks: list[Ask], seen: Counter[str]) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    size = 0
    for ask in asks:
        writer.write(ask.wire())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        await reader.readexactly(length)
        seen[head.split(" ", 2)[1]] += 1
        size += length
    writer.close()
    return size


async def _ask_all(plan: Plan) -> Answers:
    seen: Counter[str] = Counter()
    sizes = await asyncio.gather(*(_ask(plan.port, asks, seen) for asks in plan.asks))
    return Answers(statuses=dict(seen), size=sum(sizes))


if __name__ == "__main__":
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(_ask_all(wanted))))
