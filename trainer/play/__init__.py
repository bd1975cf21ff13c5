"""What people do: open a sandbox, perform, ask for a hint, look back. Pure; stores are ports."""
