"""What is shown of a configuration that somebody made by hand."""

from __future__ import annotations

import time

import pytest
from dhcp_failover.engines.dhcpd.concealed import HIDDEN, concealed

SECRET = "c2VjcmV0LW9mLW90aGVycw=="  # noqa: S105 # of no key


@pytest.mark.parametrize(
    "text",
    [
        "key omapi { algorithm hmac-md5; secret %s; }",
        'key "omapi" { secret "%s"; }',
        "key omapi {\n  secret\n    %s;\n}",
        'key omapi {\n  secret # a note; "\n    "%s";\n}',
        "key omapi {\n  SECRET\t%s\n;}",
        "# key omapi { secret %s; }",
        '#   secret "%s";',
        "# secret: %s",
        "# old secret = '%s'",
        'key omapi { secret "a;{}%s"; }',
        'key omapi { secret "a\\"%s"; }',
        "key omapi { secret%s; }".replace("secret", "secret "),
        'ldap-password "%s";',
        'key omapi { secret "%s',
        "secret\r\n%s;",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(text: str) -> None:
    """On its line, on another, in a comment, in an unfinished file."""
    shown = concealed(text % SECRET)
    assert SECRET not in shown
    assert HIDDEN in shown
    assert shown.count("\n") == text.count("\n")


def test_everything_else_stays() -> None:
    """A diff is there to be read."""
    text = (
        'key omapi {\n  algorithm hmac-md5;\n  secret "x";\n}\nomapi-key omapi;\nrange 1.2.3.4;\n'
    )
    assert concealed(text) == text.replace('"x"', HIDDEN)


@pytest.mark.parametrize("text", ['secret "' * 50_000, "secret " * 100_000, 'secret \\"' * 50_000])
def test_no_text_takes_long(text: str) -> None:
    """Whatever somebody left in the file."""
    started = time.process_time()
    concealed(text)
    assert time.process_time() - started < 5
