"""What learning is: the shape of a scenario, its checks, the judge and the score. Pure."""
