"""For all tests: properties are tried without a stop-watch, for a busy machine is no fault of what is tried."""

from hypothesis import settings

settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")
