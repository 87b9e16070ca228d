"""One hypothesis profile for all tests: an example may take long on a busy machine, which says nothing about it."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
