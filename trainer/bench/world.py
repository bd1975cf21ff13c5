"""A new opening world: how long it takes to make, what takes that time, and is it the same?"""

import cProfile
import os
import pstats
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from time import thread_time

from trainer.bench import floors
from trainer.bench.table import Row, Size, in_turns
from trainer.catalog.worlds import make_world
from trainer.orders import codec
from trainer.orders.world import World
from trainer.training.scenario import WorldSpec


def measure(size: Size) -> Iterator[Row]:
    """The rows of the opening world."""
    spec = WorldSpec(customers=size.customers, orders=size.orders)
    seconds, floor = in_turns(
        max(size.rounds // 3, 1),
        lambda: made(spec),
        lambda: floors.drawn(size.customers, size.orders),
        clock=thread_time,
    )
    what = f"a world of {size.customers} customers and {size.orders} orders"
    yield Row(f"{what}, played through the engine", seconds * 1e3, "ms", floor * 1e3, goal=20)
    yield from _dominated_by(spec)
    world = codec.encode_world(made(spec))
    yield Row("  its size as JSON", len(world) / 1e3, "KB")
    other = _elsewhere(spec)
    yield Row("  worlds that differ, of two processes with one seed",
              int(other != sha256(world).hexdigest()), "", goal=0)  # fmt: skip


def made(spec: WorldSpec) -> World:
    """The world that is measured."""
    return make_world(spec, "en_US", 1)


def _dominated_by(spec: WorldSpec) -> Iterator[Row]:
    """Shares of the time by whose code it is; what C code takes counts for who called it."""
    profile = cProfile.Profile()
    profile.runcall(made, spec)
    shares: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file != "~":
            shares[_whose(file)] += own
        for (caller, _, _), (_, _, part, _) in callers.items() if file == "~" else ():
            shares[_whose(caller)] += part
    whole = sum(shares.values())
    for whose, share in sorted(shares.items()):
        yield Row(f"  share of {whose}, by the profiler", 100 * share / whole, "%")


def _whose(file: str) -> str:
    if "/faker/" in file:
        return "Faker"
    for room in ("orders", "catalog"):
        if f"/trainer/{room}/" in file:
            return {"orders": "the engine", "catalog": "the story of the past"}[room]
    return "everything else"


def _elsewhere(spec: WorldSpec) -> str:
    """The same world's digest from a process that hashes strings differently."""
    script = "import sys; from trainer.bench.world import digest; print(digest(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, spec.model_dump_json()],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def digest(spec: str) -> str:
    """The digest of the world of a spec in JSON."""
    return sha256(codec.encode_world(made(WorldSpec.model_validate_json(spec)))).hexdigest()
