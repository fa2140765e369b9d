"""Tests that live by the clock of the machine, and what to do when the machine's time is taken away: `python -m tests.live`."""
