"""What the browser is served and nobody here wrote: fetched at install, never in git."""
