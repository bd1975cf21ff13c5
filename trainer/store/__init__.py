"""The database: people, openings, sandboxes and what happened in them, in SQLite or PostgreSQL."""
