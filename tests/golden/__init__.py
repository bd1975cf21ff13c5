"""Runs as they were recorded once, and how to record more."""
