"""Tests of the one road into a sandbox, over the store in memory."""
