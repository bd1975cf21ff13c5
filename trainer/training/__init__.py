"""What learning is: scenarios, checks, the judge and its score. Pure, like the engine below it."""

# each registers its own
from trainer.training import (  # noqa: F401
    checks,
    combined,
    conduct,
    handing_over,
    hunting,
    month,
    state,
)
