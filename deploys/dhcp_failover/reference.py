"""The reference of a site's data and its JSON Schema, made from the model.

``python -m dhcp_failover.reference [DIRECTORY]`` writes ``REFERENCE.md`` and
``site.schema.json`` into the directory, by default ``inventories``.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from .engines import DEFAULT, ENGINES
from .site.model import Site
from .site.options import Definition, Kind
from .site.options_schema import OPTIONS_REF, option_schemas, type_in_words, why_not
from .site.scopes import ARCHITECTURES
from .site.standard_options import STANDARD
from .site.values import Declared

WORDS = ENGINES[DEFAULT].words()
"""Those of the engine that the reference shows."""
REFERENCE, SCHEMA = "REFERENCE.md", "site.schema.json"

_INTRODUCTION = """\
# The data of a site

`make reference` writes this page from the model. Do not edit it by hand.

It describes the `dhcp` data of an inventory. Paths are those of error messages and of environment
variables. In a path, `NAME` is a key of a mapping, `[]` is any element of a list, and `…` is any
place where the part can be. A field without a default is not written to the configuration when
left out. A *required* field cannot be left out.

Editors that know JSON Schema complete and check data in JSON or YAML files with
[`site.schema.json`](site.schema.json); name it in such a file with `"$schema"`. The schema checks
single values. A run checks the rules between values before it changes anything.
"""
_TYPES = """\
## The types of options

Write a value as its type says: `"time-offset": 3600`. Write a **list** as a list even if it has
one element: `"ntp-servers": ["192.0.2.123"]`. A **record** has several parts; write it as a list
with one value for each part. A list of records is a list of such lists:
`"static-routes": [["192.0.2.9", "198.51.100.1"]]`.

Define an option that is not in the table below under `option_definitions`. The name of an option in
a space is `SPACE.NAME`. Servers send a space inside option 43 in scopes where `vendor_option_space`
names it, and inside the option that `encapsulates` it. Options of enterprises (125) are in the
space `vendor`; their codes are IANA's numbers of the enterprises.

An option has room for 1390 bytes, one inside another option for 255. A client that does not say how
large a packet it takes is sent up to 576 bytes: room for 472 bytes beside what is in every answer,
for 347 with a boot file. What does not fit is left out; what the client asks for first comes first.
Options above 255 bytes are sent in parts (RFC 3396). The domains of `domain-search` and
`sip-ua-cs-domains` are sent compressed, so they take less than their letters.

| Type | Value | Example | COLUMN |
| --- | --- | --- | --- |
"""
_OPTIONS = """\
## The standard options

| Option | Code | Type | |
| --- | --- | --- | --- |
"""
_WRITTEN: dict[Kind, str] = {
    "address": "an IPv4 address",
    "address6": "an IPv6 address",
    "boolean": "true or false",
    "text": "a text",
    "bytes": "two or more bytes in hexadecimal, with colons; or a text",
    "domain-name": "a domain name",
    "domain-list": "a list of domain names",
    "int8": "a whole number from -128 to 127",
    "int16": "a whole number from -32768 to 32767",
    "int32": "a whole number from -2147483648 to 2147483647",
    "uint8": "a whole number from 0 to 255",
    "uint16": "a whole number from 0 to 65535",
    "uint32": "a whole number from 0 to 4294967295",
}


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the data in an inventory."""
    made = Site.model_json_schema()
    made["title"] = "The dhcp data of a site"
    parts = {**made["$defs"], "Site": made}
    for model in (it for it in places() if it.__name__ in parts):
        part = parts[model.__name__]
        for name, it in part["properties"].items():
            if it.get("title") == name.replace("_", " ").title():
                del it["title"]  # pydantic's own; it repeats the name
            it["description"] = meaning(model, name)
        part["description"] = _plain(part["description"])
    made["properties"] = {
        "$schema": {"type": "string", "description": "The schema, for editors."},
        **made["properties"],
    }
    made["$defs"] |= option_schemas(made["properties"]["options"])
    for part in parts.values():
        if "options" in part.get("properties", ()):
            described = part["properties"]["options"]["description"]
            part["properties"]["options"] = {"$ref": OPTIONS_REF, "description": described}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_renamed(made)}


def _renamed(node: Any) -> Any:
    """``node`` with JSON Schema's keywords for limits where pydantic has written its own.

    A pattern of keys refuses other keys.
    """
    if isinstance(node, dict):
        if "patternProperties" in node:
            ((pattern, values),) = node["patternProperties"].items()
            node = {key: it for key, it in node.items() if key != "patternProperties"}
            node["propertyNames"] = {**node.get("propertyNames", {}), "pattern": pattern}
            node["additionalProperties"] = values
        words = {"ge": "minimum", "le": "maximum"}
        return {words.get(key, key): _renamed(it) for key, it in node.items()}
    return [_renamed(it) for it in node] if isinstance(node, list) else node


def reference() -> str:
    """The text of the reference, in Markdown."""
    parts = [
        _INTRODUCTION,
        *_sections(),
        _TYPES.replace("COLUMN", WORDS.column) + _types(),
        _OPTIONS + _standard_options(),
    ]
    return "\n".join(parts)


def places() -> dict[type[Declared], list[str]]:
    """By part of the model, in reading order: the paths where it can be."""
    found: dict[type[Declared], list[str]] = {}
    _visit(Site, "", found)
    return found


def _visit(
    kind: Any, path: str, found: dict[type[Declared], list[str]], around: tuple[type, ...] = ()
) -> None:
    if not (isinstance(kind, type) and issubclass(kind, Declared)):
        suffix = {dict: ".NAME", tuple: "[]"}.get(get_origin(kind), "")
        for part in get_args(kind):
            _visit(part, path + suffix, found, around)
        return
    if kind in around:
        return  # a condition can be made of conditions
    family = [it for it in kind.__mro__ if issubclass(it, Declared) and it is not Declared]
    family = [it for it in family if fields(it)]
    new = [it for it in family if it not in found]
    for it in family:
        found.setdefault(it, []).append(path)
    for it in family:
        shared = bool(it.__subclasses__())
        for name in fields(it) if it in new or not shared else ():
            below = _below("…" if shared else path, name)
            _visit(it.model_fields[name].annotation, below, found, (*around, kind))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@cache
def fields(model: type[Declared]) -> list[str]:
    """The fields that ``model`` adds to its bases; none for a part that is written as one text."""
    made = model.model_json_schema()
    if made.get("$defs", {}).get(model.__name__, made).get("type") != "object":
        return []
    return [name for name in model.__annotations__ if name in model.model_fields]


def meaning(model: type[Declared], name: str) -> str:
    """The text under a field. Raises :class:`LookupError` if there is none.

    Read from the source, and only here: pydantic's ``use_attribute_docstrings`` reads it at every
    import, which adds 40 ms to every run.
    """
    for owner in model.__mro__:
        if name in inspect.get_annotations(owner):
            for field, text in pairwise(_parsed(owner).body):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=found)),
                        ast.Expr(value=ast.Constant(value=str(said))),
                    ) if found == name:
                        return _plain(said)
    raise LookupError(f"{model.__name__}.{name} has no text under it")


@cache
def _parsed(owner: type) -> ast.ClassDef:
    (source,) = ast.parse(inspect.getsource(owner)).body
    return cast("ast.ClassDef", source)


def _plain(text: str) -> str:
    """A docstring in Markdown, one line for each paragraph."""
    paragraphs = inspect.cleandoc(text).replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(it.split()) for it in paragraphs)


def _sections() -> Iterator[str]:
    made = schema()
    for model, paths in places().items():
        # A part that is no type of a field is in the site itself.
        part = made["$defs"].get(model.__name__, made)
        where = ", ".join(
            f"`{path}`" if path else "the top" for path in sorted(paths, key=_in_order)
        )
        above = [it for it in model.__mro__[1:] if it in WORDS.fields]
        inherited = " and ".join(f"[{it.__name__}](#{it.__name__.lower()})" for it in above)
        lines = [
            f"## {model.__name__}",
            "",
            _plain(model.__doc__ or ""),
            "",
            f"At {where}." + (f" It also has the fields of {inherited}." if above else ""),
            "",
            f"| Path | Type | Default | Meaning | {WORDS.column} |",
            "| --- | --- | --- | --- | --- |",
        ]
        for name in fields(model):
            it = part["properties"][name]
            cells = [
                f"`{_below(paths[0] if len(paths) == 1 else '…', name)}`",
                words(it, made),
                _default(model, name),
                meaning(model, name).replace("\n\n", " "),
                WORDS.fields[model][name],
            ]
            lines.append(f"| {' | '.join(cells)} |")
        yield "\n".join(lines) + "\n"


def _in_order(path: str) -> tuple[int, str]:
    return path.count("."), path


def words(it: dict[str, Any], whole: dict[str, Any]) -> str:
    """The type that a JSON Schema describes, in plain words."""
    if "anyOf" in it:
        return " or ".join(words(one, whole) for one in it["anyOf"] if one.get("type") != "null")
    if it.get("$ref") == OPTIONS_REF:
        return "mapping to value that fits the option"
    if "$ref" in it:
        name = it["$ref"].rpartition("/")[2]
        target = whole["$defs"][name]
        return f"[{name}](#{name.lower()})" if target["type"] == "object" else words(target, whole)
    if it.get("enum") == list(get_args(Kind)):
        return "[type of an option](#the-types-of-options)"
    if "enum" in it or "const" in it:
        return ", ".join(f"`{one}`" for one in it.get("enum", [it.get("const")]))
    if isinstance(it["type"], list):
        return "value that fits the option"
    match it["type"]:
        case "array":
            fewest = {1: ", at least one", 2: ", at least two"}.get(it.get("minItems", 0), "")
            return f"list of {words(it['items'], whole)}{fewest}"
        case "object":
            return f"mapping to {words(it['additionalProperties'], whole)}"
        case "boolean":
            return "true or false"
        case "integer":
            return f"{it.get('title', 'number')}, {it['minimum']} to {it['maximum']}"
    said: str = it.get("title") or {"ipv4": "IPv4 address"}.get(it.get("format", ""), "text")
    return said + (f", up to {it['maxLength']} characters" if "maxLength" in it else "")


def _default(model: type[Declared], name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "" if value in (None, (), {}) else f"`{value}`"


def _types() -> str:
    rows = []
    for kind in get_args(Kind):
        example = Definition(1, (kind,)).example()
        rows.append(f"| `{kind}` | {_WRITTEN[kind]} | `{example}` | `{WORDS.kinds[kind]}` |\n")
    return "".join(rows) + _architectures()


def _architectures() -> str:
    named = ", ".join(
        f"`{name}` ({', '.join(map(str, numbers))})" for name, numbers in ARCHITECTURES.items()
    )
    return f"\nArchitectures of `boot.by_architecture`, with IANA's numbers: {named}.\n"


def _standard_options() -> str:
    return "".join(
        f"| `{name}` | {it.code} | {type_in_words(it)} | {why_not(name)} |\n"
        for name, it in STANDARD.items()
    )


def files() -> dict[str, str]:
    """By name: the text of each file."""
    return {REFERENCE: reference(), SCHEMA: json.dumps(schema(), indent=2) + "\n"}


def main() -> None:
    """Write the files into a directory."""
    directory = Path(*sys.argv[1:] or ["inventories"])
    if not directory.is_dir():
        sys.exit(f"{directory} is not a directory; name one to write {REFERENCE} and {SCHEMA} to")
    for name, text in files().items():
        (directory / name).write_text(text)


if __name__ == "__main__":
    main()
