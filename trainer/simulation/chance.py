"""Chance that is no chance: drawn from the variant's seed and the number of its cause."""

from zlib import crc32


def between(low: int, high: int, seed: int, number: int, what: str) -> int:
    """A whole number from low to high, the same each time for the same cause."""
    drawn = crc32(f"{seed}/{number}/{what}".encode())
    return low + drawn % (high - low + 1)
