"""The tests; the tree mirrors trainer/."""
