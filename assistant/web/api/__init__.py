"""The HTTP API: one module a noun. `access` says who may call what."""
