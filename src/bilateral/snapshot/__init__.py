"""Making snapshots of outside sources: asked page by page, or read from their tables."""
