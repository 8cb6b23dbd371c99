"""Real Debian machines on this computer, for trying things and for tests."""
