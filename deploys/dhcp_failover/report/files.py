"""How the files on a server, and those that its daemon was started from, stand to the data."""

from __future__ import annotations

from typing import Literal

from .health import ServerHealth

OWNER = "root:root"

Word = Literal["never-applied", "not-yet-applied", "edited", "not-loaded", "file-mode"]
"""Codes of trouble with a file. They are in the order in which one hides another."""
PEOPLE: dict[Word, str] = {
    "never-applied": "never applied",
    "not-yet-applied": "not applied",
    "edited": "edited",
    "not-loaded": "not loaded",
    "file-mode": "wrong mode",
}
"""For the column of a table, worst first."""


def wrong_files(one: ServerHealth) -> dict[str, Word]:
    """By path: what is wrong with a file; empty if all are as declared."""
    wrong = {}
    for path in one["declared"]:
        if word := _word(one, path):
            wrong[path] = word
    daemon = one["look"]["daemon"]
    known = {*one["declared"], *one["uncompared"]}
    if daemon["running"] and any(path in one["declared"] for path in daemon["loaded"]):
        wrong |= {path: "not-loaded" for path in daemon["loaded"] if path not in known}
    if "never-applied" in wrong.values() and not daemon["loaded"]:  # somebody else's daemon
        wrong = {path: word for path, word in wrong.items() if word != "not-loaded"}
    return wrong


def configuration(one: ServerHealth) -> str:
    """All files in one word: ``as declared``, or the worst that is true of one of them."""
    words = set(wrong_files(one).values())
    return next((text for word, text in PEOPLE.items() if word in words), "as declared")


def _word(one: ServerHealth, path: str) -> Word | None:
    digest, mode = one["declared"][path]
    installed = one["look"]["files"].get(path)
    loaded = one["look"]["daemon"]["loaded"].get(path)
    secret = path in one["uncompared"]
    if installed is None:
        # The daemon was started from it as declared: somebody has removed it since then.
        return "edited" if loaded == digest else "never-applied"
    if not secret and installed["sha256"] != digest:
        if loaded is not None and loaded != installed["sha256"]:
            return "edited"
        return (
            "not-yet-applied" if loaded or one["system"]["memory"]["partners"] else "never-applied"
        )
    if one["look"]["daemon"]["running"] and loaded != installed["sha256"]:
        return "not-loaded"
    return "file-mode" if (installed["mode"], installed["owner"]) != (mode, OWNER) else None
