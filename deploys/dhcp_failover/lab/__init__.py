"""Real Debian machines on this computer, for trying things and for tests."""


class LabError(Exception):
    """The lab cannot do what was asked; its text says why, in a sentence."""
