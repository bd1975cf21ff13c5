"""A recorded run: the world it began in, every event of it, and where it led.

`python -m tests.golden.recording NAME SEED…` adds walks of today's engine under a new name. What
was recorded is never written again: what people did yesterday reads the same tomorrow.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.orders.walk import opening, walked
from trainer.orders import codec
from trainer.orders.engine import Recorded, evolve
from trainer.orders.world import World

HERE = Path(__file__).parent


def told(world: World) -> dict[str, Any]:
    """Where a run led: the digest of its world, and enough in plain figures to see what differs."""
    return {
        "digest": sha256(codec.encode_world(world)).hexdigest(),
        "number": world.number,
        "labels": {number: world.labels[number] for number in sorted(world.orders)},
        "due": {number: order.balance_due for number, order in sorted(world.orders.items())},
        "on_hand": {"/".join(key): level.on_hand for key, level in sorted(world.stock.items())},
    }


def written(opening: World, entries: list[Recorded]) -> str:
    """A run as JSON lines: the opening, an event a line, the end."""
    world = opening
    lines = [codec.encode_world(opening).decode()]
    for entry in entries:
        world = evolve(world, entry)
        head = [entry.number, entry.at, entry.actor, entry.role, entry.command_id]
        lines.append(json.dumps([*head, json.loads(codec.encode(entry.event))]))
    return "\n".join([*lines, json.dumps(told(world)), ""])


def replayed(text: str) -> tuple[World, dict[str, Any]]:
    """The world a recorded run leads to today, and what it led to when it was recorded."""
    opening, *lines, end = text.splitlines()
    world = codec.decode_world(opening.encode())
    for line in lines:
        number, at, actor, role, command_id, event = json.loads(line)
        stored = codec.decode_event(json.dumps(event))
        world = evolve(world, Recorded(number, at, actor, role, command_id, stored))
    return world, json.loads(end)


def record(name: str, *seeds: int) -> None:
    """Walks of today's engine as new golden runs. Raises FileExistsError."""
    for seed in seeds:
        walk = walked(seed, 300)
        with (HERE / f"{name}-{seed:03}.jsonl").open("x", encoding="utf-8") as file:
            file.write(written(opening(seed), walk.entries))


if __name__ == "__main__":
    record(sys.argv[1], *map(int, sys.argv[2:]))
