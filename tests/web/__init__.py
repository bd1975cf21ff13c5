"""One file per door of the web."""
