"""What learning is: scenarios, checks, the judge and its score. Pure, like the engine below it."""

# each registers its own
from trainer.training import checks, combined, conduct, handing_over, month, state  # noqa: F401
