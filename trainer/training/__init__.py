"""What learning is: scenarios, checks, the judge and its score. Pure, like the engine below it."""

from trainer.training import checks, combined, conduct, state  # noqa: F401 - each registers its own
