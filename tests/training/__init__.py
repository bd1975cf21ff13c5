"""Tests of checks, judge and score."""
