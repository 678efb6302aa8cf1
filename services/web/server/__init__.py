"""The web process: plain pages, and the pictures from the object store."""
