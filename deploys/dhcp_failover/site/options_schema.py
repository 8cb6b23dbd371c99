"""The standard options as a JSON Schema has them, and in words."""

from __future__ import annotations

from typing import Any, get_args

from .addresses import ADDRESS
from .options import Definition, Kind
from .standard_options import LACKED, NOT_CONFIGURABLE, STANDARD

Schema = dict[str, Any]
OPTIONS = "Options"
OPTIONS_REF = f"#/$defs/{OPTIONS}"
_NAME = {"type": "string", "minLength": 1, "maxLength": 254}
_TEXT = {"type": "string", "minLength": 1}
_KINDS: dict[str, Schema] = {
    "address": {"type": "string", "pattern": f"^{ADDRESS}$"},
    "address6": {"type": "string", "pattern": "^[0-9A-Fa-f:.]{2,45}$"},
    "boolean": {"type": ["boolean", "string"], "enum": [True, False, "true", "false"]},
    "text": _TEXT,
    "bytes": _TEXT,
    "domain-name": _NAME,
    "domain-list": {"type": "array", "minItems": 1, "items": _NAME},
}


def option_schemas(declared: Schema) -> dict[str, Schema]:
    """By name: what a schema refers to. ``declared`` is the schema of options without a type."""
    ((pattern, anything),) = declared["patternProperties"].items()
    options = {
        "type": "object",
        "title": OPTIONS,
        "description": "By name: options for the clients.",
        "propertyNames": {"pattern": pattern},
        "properties": {name: _option(name, it, anything) for name, it in STANDARD.items()},
        "additionalProperties": anything,
    }
    return {OPTIONS: options} | {f"option-{kind}": _kind(kind) for kind in get_args(Kind)}


def type_in_words(it: Definition) -> str:
    """The type of an option, in Markdown."""
    kind = " and ".join(f"`{one}`" for one in it.kinds)
    if it.repeated == "last":
        kind += ", the last once or more"
    if len(it.kinds) > 1:
        kind = f"record: {kind}"
    if it.repeated == "all":
        kind = f"list of {kind.replace('record:', 'records:')}"
    return kind


def why_not(name: str) -> str:
    """Why a standard option cannot be declared; "" if it can."""
    return f"cannot be declared: {NOT_CONFIGURABLE[name]}" if name in NOT_CONFIGURABLE else ""


def _option(name: str, it: Definition, anything: Any) -> Schema:
    said = type_in_words(it).replace("`", "")
    if why := why_not(name):
        return {"not": {}, "description": f"Option {it.code}. It {why}."}
    if name in LACKED:  # a site can define it otherwise
        return {**anything, "description": f"Option {it.code}: {said}."}
    return {**_value(it), "description": f"Option {it.code}: {said}."}


def _value(it: Definition) -> Schema:
    parts: list[Schema] = [{"$ref": f"#/$defs/option-{kind}"} for kind in it.kinds]
    record = parts[0]
    if len(parts) > 1 or it.repeated == "last":
        more: Schema | bool = parts[-1] if it.repeated == "last" else False
        record = {"type": "array", "prefixItems": parts, "items": more, "minItems": len(parts)}
    if it.repeated == "all":
        return {"type": "array", "minItems": 1, "items": record}
    return record


def _kind(kind: str) -> Schema:
    if kind in _KINDS:
        return _KINDS[kind]
    width, signed = int(kind.lstrip("uint")), kind.startswith("int")
    low, high = (-(2 ** (width - 1)), 2 ** (width - 1) - 1) if signed else (0, 2**width - 1)
    return {
        "type": ["integer", "string"],
        "minimum": low,
        "maximum": high,
        "pattern": "^-?[0-9]+$",
    }
