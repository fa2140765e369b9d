"""The core that decides: events in, effects out, time as an argument."""
