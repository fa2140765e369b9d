"""Measurements, not tests: `python -m tests.bench [NAME …] [--write]`. Every module here with a `run()` is one."""
