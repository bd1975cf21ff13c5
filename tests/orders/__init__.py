"""Tests of the order engine: pure, thousands of commands a second."""
