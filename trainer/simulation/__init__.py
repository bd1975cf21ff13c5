"""The outside world: customers, carriers and the bank, as pure functions of what happened."""
