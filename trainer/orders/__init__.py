"""The order engine: pure, and the only place that knows the rules of the trade.

Importing this package fills the engine's registries with every room.
"""

from trainer.orders import (
    backorders,
    clock,
    holds,
    intake,
    payment,
    production,
    purchasing,
    remedies,
    returns,
    service,
    settlement,
    shipping,
    stock,
)

__all__ = [
    "backorders",
    "clock",
    "holds",
    "intake",
    "payment",
    "production",
    "purchasing",
    "remedies",
    "returns",
    "service",
    "settlement",
    "shipping",
    "stock",
]
