"""The JSON Schema of problems and results, made from the types that read them."""

import json
from typing import Any

from xuezheng.engines.matching.document import adapter
from xuezheng.engines.matching.model import Problem, Result

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMBER = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "string", "pattern": "^(0[xX][0-9a-fA-F]{1,64}|[0-9]{1,78})$"},
        {"type": "null"},
    ],
    "default": None,
    "description": "The draw number; above 2^53 - 1 as text, in decimal or 0x form.",
}


def problem_schema() -> dict[str, Any]:
    """Describe a problem to other programs."""
    return _schema(Problem, holder="Applicant")


def result_schema() -> dict[str, Any]:
    """Describe a result to other programs."""
    return _schema(Result, holder="Cutoff")


def schema_text(schema: dict[str, Any]) -> str:
    """Write a schema for people: indented, Chinese as it is."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _schema(kind: type, *, holder: str) -> dict[str, Any]:
    found = adapter(kind).json_schema()
    parts = found["$defs"]
    parts[holder]["properties"]["number"] = dict(_NUMBER)
    document = parts.pop(kind.__name__)
    version = document["properties"]["format"]["default"]
    document["properties"]["format"] = {
        "const": version,
        "default": version,
        "description": "The format and its version.",
    }
    for part in (document, *parts.values()):
        for item in part.get("properties", {}).values():
            item.pop("title", None)
    return {"$schema": _DIALECT, **document, "$defs": dict(sorted(parts.items()))}
