"""Verbatim statements: where each of them ends. Nothing else of them is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator

# In strings and comments, braces and semicolons have no meaning.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+("?)|#[^\n]*|([{};])|\s+|[^"#{};\s]+', re.DOTALL)


def unfinished(text: str) -> str:
    """Why the statements would not end, or would close the scope around them."""
    depth, ended = 0, True
    for token in _TOKEN.finditer(text):
        word, mark = token[0], token[2]
        if word[0] == '"' and not token[1]:
            return "a string is not closed; end it with '\"'"
        if mark == "}":
            depth -= 1
            if depth < 0:
                return "closes a brace that it did not open; remove one '}'"
        elif mark == "{":
            depth += 1
        if word[0] != "#" and not word.isspace():
            ended = mark in (";", "}")
    if depth:
        return f"a brace is not closed; write {'}' * depth!r} at the end"
    return "" if ended else "the last statement does not end; write ';' behind it"


def unbalanced(expression: str) -> str:
    """Why an expression is not one that can stand in parentheses."""
    depth = 0
    for token in _TOKEN.finditer(expression):
        if token[0][0] == "#":
            return "has a comment; leave it out"
        if token[0][0] == '"':
            if not token[1]:
                return "a string is not closed; end it with '\"'"
            continue
        for mark in re.findall("[()]", token[0]):
            depth += 1 if mark == "(" else -1
            if depth < 0:
                return "closes a parenthesis that it did not open; remove one ')'"
    return f"a parenthesis is not closed; write {')' * depth!r} at the end" if depth else ""


def words(text: str) -> Iterator[str]:
    """What is neither a string nor a comment nor a mark."""
    for token in _TOKEN.finditer(text):
        if token[0][0] not in '"#{};' and not token[0].isspace():
            yield token[0]


def statements(text: str) -> Iterator[str]:
    """Each statement, with the comments above it; what follows the last one is left out."""
    depth, start = 0, 0
    for token in _TOKEN.finditer(text):
        depth += {"{": 1, "}": -1}.get(token[2], 0)
        if depth == 0 and token[2] in (";", "}"):
            yield text[start : token.end()].strip()
            start = token.end()
