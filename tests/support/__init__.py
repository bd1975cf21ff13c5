"""What tests stand on: a real browser, a real PostgreSQL."""
