"""Settings for all tests."""

from hypothesis import settings

# The same examples in every run, and no time limit for one: a busy machine is no failure.
settings.register_profile("loansim", deadline=None, derandomize=True)
settings.load_profile("loansim")
