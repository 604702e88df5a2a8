"""The JSON Schema of problems and results, made from the types that read them."""

import json
from collections.abc import Mapping
from typing import Any

from xuezheng.engines.matching.documents.document import adapter
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

MEANINGS: Mapping[str, str] = {
    "Problem.rules": "Everything that a bureau decides.",
    "Problem.schools": "Every school with its seats.",
    "Problem.applicants": "Every child, under a pseudonym.",
    "Problem.divisions": "Divisions with rules of their own, or without a school of the list.",
    "Applicant.choices": "Schools in the order of the wish; empty where places are given by filings.",
    "Applicant.division": "Where the applicant belongs; empty: nowhere.",
    "Applicant.stage": "The stage applied for; with a school of another stage in the list it is refused.",
    "Applicant.unit": "A name that siblings share who are placed together; empty: alone.",
    "Applicant.locks": "Schools at which the seat of the address was used.",
    "Applicant.east_metres": "Where the applicant lives, in metres east of the city's point of origin.",
    "Applicant.north_metres": "The same, north.",
    "Division.tiers": "The division's own list of tiers, best first; null: that of the rules.",
    "Filing.max_choices": "How long a list may be; null: any length.",
    "Filing.takes_unfilled_of": "A kind of an earlier filing whose open seats this one gives out too.",
    "Filing.pool_by": "Whether those open seats are pooled for each division or for all.",
    "Key.direction": "Whether high or low values stand first.",
    "Lock.school": "The school.",
    "Lock.since_year": "The year in which the seat was taken.",
    "ManualPlace.applicant": "Who gets the place.",
    "ManualPlace.school": "Where.",
    "ManualPlace.kind": "The kind of seats.",
    "ManualPlace.reason": "Why; never empty.",
    "ManualPlace.legal_basis": "The rule that allows it; never empty.",
    "Minimum.key": "The key that is compared with the line.",
    "Minimum.at_least": "The line itself; null where it follows from an earlier filing.",
    "Minimum.below_line_of": "The kind of seats of an earlier filing at the same school whose line counts.",
    "Minimum.points": "How far below that line is still taken.",
    "Placement.kind": "What happens after the main round to those without a place.",
    "Placement.order": "For `order`: schools of each division, in the order in which they are filled.",
    "Placement.manual": "For `manual`: places given by hand.",
    "Rules.mechanism": "How lists and standings become places.",
    "Rules.filings": "For `filings`: the filings in their order.",
    "Rules.tiers": "The list of tiers, best first, where school and division have none of their own.",
    "Rules.tier_counts": "Whether the tier counts at every choice or only at the first.",
    "Rules.keys": "What is compared after the tier, in this order.",
    "Rules.last_seat": "What decides between those level in tier and first key.",
    "Rules.max_choices": "How long a list may be; null: any length.",
    "Rules.siblings": "What a unit means.",
    "Rules.placement": "What happens after the main round.",
    "Rules.without_tier": "What becomes of who holds no tier of a list that has tiers.",
    "School.seats": "Pools of seats, in the order of filling.",
    "School.division": "The division that the school belongs to; empty: none.",
    "School.stage": "Its stage, such as primary; empty: any.",
    "School.east_metres": "Where it stands, in metres east of the city's point of origin.",
    "School.north_metres": "The same, north.",
    "Seats.kind": "The kind, such as general or quota.",
    "Seats.count": "How many seats, 0 or more.",
    "Seats.unfilled": "Who comes next, step by step, when those it is reserved for leave seats open.",
    "Seats.minimum": "A line below which nobody is taken; null: none.",
    "Result.problem_hash": "The SHA-256 of the problem.",
    "Result.engine_version": "The version of the engine that made it.",
    "Result.cutoffs": "The last one held in each pool.",
    "Assignment.applicant": "Who.",
    "Assignment.filing": "The filing in which the place was given; empty where there are none.",
    "Assignment.via": "How the place came about.",
    "Cutoff.pool": "The pool.",
    "Cutoff.school": "Its school.",
    "Cutoff.kind": "Its kind of seats.",
    "Cutoff.filing": "The filing that gave it out; empty where there are none.",
    "Cutoff.seats": "How many seats it has.",
    "Cutoff.taken": "How many are taken.",
    "Cutoff.step": "The step by which the last one was taken: 0 for those the seats are reserved for.",
    "Cutoff.tier": "The tier of the last one.",
}
"""What fields mean whose sentence in the model stands with their neighbours or in their name."""


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
    for name, part in {kind.__name__: document, **parts}.items():
        for field, item in part.get("properties", {}).items():
            item.pop("title", None)
            if meaning := MEANINGS.get(f"{name}.{field}"):
                item["description"] = meaning
    return {"$schema": _DIALECT, **document, "$defs": dict(sorted(parts.items()))}
