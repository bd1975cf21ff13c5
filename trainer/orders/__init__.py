"""The order engine: pure, and the only place that knows the rules of the trade.

Importing this package fills the engine's registries with every room.
"""

from trainer.orders import (
    amendments,
    approvals,
    automation,
    backorders,
    clock,
    customers,
    feedback,
    holds,
    intake,
    mishaps,
    payment,
    production,
    purchasing,
    reallocation,
    refunds,
    remedies,
    returns,
    rulebook,
    service,
    settlement,
    shipping,
    stock,
)

__all__ = [
    "amendments",
    "approvals",
    "automation",
    "backorders",
    "clock",
    "customers",
    "feedback",
    "holds",
    "intake",
    "mishaps",
    "payment",
    "production",
    "purchasing",
    "reallocation",
    "refunds",
    "remedies",
    "returns",
    "rulebook",
    "service",
    "settlement",
    "shipping",
    "stock",
]
