"""The laboratory's own pure parts."""
