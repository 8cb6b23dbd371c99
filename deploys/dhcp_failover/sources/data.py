"""Data from a file of JSON or YAML: a whole site, or a part of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

from ..site.checks import Mistake
from ..site.messages import SiteError
from ..site.origins import Line, Mapping, Wrong
from . import json_text, yaml_text
from .trees import TreeError
from .where import beside, content

READERS = {".json": json_text.read, ".yaml": yaml_text.read, ".yml": yaml_text.read}


class Unread(Mapping):
    """In place of the data of a file that cannot be read. The model reports it as a mistake."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__([(wrong.line.file, wrong)], wrong.line, [wrong.line])
        self.wrong = wrong

    def __missing__(self, key: object) -> NoReturn:
        """Stop an inventory that reads a value of this file."""
        raise SiteError([Mistake((), self.wrong, self.wrong)])


def data_from(file: str | Path) -> Any:
    """The data of a file of JSON (``.json``) or YAML (``.yaml``, ``.yml``).

    ``file`` is relative to the file that calls this function. It contains a site, for ``dhcp``, or
    a part of one. Every value knows its line, for messages. A file that cannot be read is reported
    as a mistake of the site's data.
    """
    path, name = beside(sys._getframe(1), file), str(file)
    try:
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            raise ValueError(f"expected a name that ends with {', '.join(READERS)}")
        value = reader(content(path), name)
        if not isinstance(value, dict | list):
            raise ValueError("expected a mapping or a list")
    except TreeError as error:
        return Unread(Wrong(str(error), error.line))
    except ValueError as error:
        return Unread(Wrong(str(error), Line(name)))
    return value
