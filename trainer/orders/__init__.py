"""The order engine: pure, and the only place that knows the rules of the trade.

Importing this package fills the engine's registries with every room.
"""

from trainer.orders import (
    amendments,
    approvals,
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
    refunds,
    remedies,
    returns,
    service,
    settlement,
    shipping,
    stock,
    wishes,
)

__all__ = [
    "amendments",
    "approvals",
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
    "refunds",
    "remedies",
    "returns",
    "service",
    "settlement",
    "shipping",
    "stock",
    "wishes",
]
