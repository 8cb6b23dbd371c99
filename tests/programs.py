"""Programs of a server that are only pretended, for its own scripts to find."""

from __future__ import annotations

from pathlib import Path


def fake(directory: Path, name: str, output: str) -> None:
    """A program that prints this, whatever it is asked."""
    (directory / f"{name}.out").write_text(output)
    program = directory / name
    program.write_text(f"#!/bin/sh\ncat '{directory}/{name}.out'\n")
    program.chmod(0o755)
