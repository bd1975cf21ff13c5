"""Scenarios and the worlds they open in: YAML read with a place for each mistake, a past played."""
