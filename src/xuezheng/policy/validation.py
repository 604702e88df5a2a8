"""From a YAML file to a schema's object; pydantic's complaints become problems that say what to do."""

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xuezheng.kernel.errors import Phrase, gettext_noop
from xuezheng.policy.problems import PackProblem
from xuezheng.policy.reading import Location, YamlFile, value_at

Model = TypeVar("Model", bound=BaseModel)

_UNKNOWN = gettext_noop("the key is not known")
_UNKNOWN_REMEDY = gettext_noop("Remove it, or use one of: %(keys)s.")
_MISSING = gettext_noop("the key is missing")
_MISSING_REMEDY = gettext_noop("Add “%(key)s”; docs/reference/pack-schema.md shows its form.")
_CHOICE = gettext_noop("the value is not one of those allowed")
_CHOICE_REMEDY = gettext_noop("Use one of: %(choices)s.")
_DATE = gettext_noop("it is not a day of the calendar")
_DATE_REMEDY = gettext_noop("Write an existing day as year-month-day, such as 2023-09-01.")
_NUMBER = gettext_noop("it is not a number of the right kind")
_NUMBER_REMEDY = gettext_noop("Write a number without quotes and units.")
_TEXT = gettext_noop("it is not text")
_TEXT_REMEDY = gettext_noop("Put it in quotes.")
_PATTERN = gettext_noop("it does not have the form %(pattern)s")
_PATTERN_REMEDY = gettext_noop("Correct it to that form.")
_SHAPE = gettext_noop("it should be a map or list of entries")
_SHAPE_REMEDY = gettext_noop("Give it as docs/reference/pack-schema.md shows.")
_EMPTY = gettext_noop("it has no entry")
_EMPTY_REMEDY = gettext_noop("Give at least one entry, or remove the key.")
_OTHER = gettext_noop("it is not valid: %(why)s")
_OTHER_REMEDY = gettext_noop("Correct it; docs/reference/pack-schema.md shows the form.")

# The beginning of pydantic's error type decides; the first that fits.
_BY_TYPE: tuple[tuple[str, str, str], ...] = (
    ("extra_forbidden", _UNKNOWN, _UNKNOWN_REMEDY),
    ("unexpected_keyword_argument", _UNKNOWN, _UNKNOWN_REMEDY),
    ("missing", _MISSING, _MISSING_REMEDY),
    ("literal_error", _CHOICE, _CHOICE_REMEDY),
    ("date", _DATE, _DATE_REMEDY),
    ("int", _NUMBER, _NUMBER_REMEDY),
    ("decimal", _NUMBER, _NUMBER_REMEDY),
    ("bool", _NUMBER, _NUMBER_REMEDY),
    ("string_pattern_mismatch", _PATTERN, _PATTERN_REMEDY),
    ("string_type", _TEXT, _TEXT_REMEDY),
    ("too_short", _EMPTY, _EMPTY_REMEDY),
    ("string_too_short", _EMPTY, _EMPTY_REMEDY),
    ("mapping_type", _SHAPE, _SHAPE_REMEDY),
    ("dict_type", _SHAPE, _SHAPE_REMEDY),
    ("tuple_type", _SHAPE, _SHAPE_REMEDY),
    ("model", _SHAPE, _SHAPE_REMEDY),
    ("dataclass", _SHAPE, _SHAPE_REMEDY),
)


def validate(file: YamlFile, model: type[Model]) -> tuple[Model | None, list[PackProblem]]:
    """Check a file against a schema; every complaint comes back, with its line."""
    try:
        return model.model_validate(file.value), []
    except ValidationError as error:
        return None, [_problem(file, model, detail) for detail in error.errors(include_url=False)]


def _problem(file: YamlFile, model: type[BaseModel], detail: ErrorDetails) -> PackProblem:
    location = _place(file, detail["loc"])
    kind = detail["type"]
    facts = {"why": detail["msg"].removeprefix("Value error, ")}
    facts |= {
        "choices": str(detail.get("ctx", {}).get("expected", "")),
        "pattern": str(detail.get("ctx", {}).get("pattern", "")),
        "key": str(location[-1]) if location else "",
        "keys": "",
    }
    fitting = (texts for beginning, *texts in _BY_TYPE if kind.startswith(beginning))
    what, remedy = next(fitting, [_OTHER, _OTHER_REMEDY])
    if what is _UNKNOWN:
        facts["keys"] = ", ".join(_nearest_keys(model, detail["loc"]))
    value: Any = str(location[-1]) if what is _UNKNOWN and location else ...
    if what is _MISSING:
        value = None
    return file.problem(location, Phrase(what, **facts), Phrase(remedy, **facts), value=value)


def _place(file: YamlFile, loc: Location) -> Location:
    """Drop what pydantic adds to a location beyond the keys of the file, such as ``[key]``."""
    steps = tuple(step for step in loc if step != "[key]")
    while len(steps) > 1 and value_at(file.value, steps[:-1]) is None:
        steps = steps[:-1]
    return steps


def _nearest_keys(model: type[BaseModel], loc: Location) -> list[str]:
    """List the keys allowed where an unknown one stood, those most like it first."""
    names = _allowed_keys(model, loc[:-1])
    near = difflib.get_close_matches(str(loc[-1]), names, n=2)
    return near + [name for name in names if name not in near]


def _allowed_keys(annotation: Any, loc: Location) -> list[str]:
    """Follow a location through the types of the schema to the fields of the model it ends in."""
    found = next(iter(_models_in(annotation)), None)
    if found is None:
        return []
    fields: Mapping[str, Any] = getattr(found, "model_fields", None) or {
        name: field.type
        for name, field in getattr(found, "__dataclass_fields__", {}).items()
        if not name.startswith("_")
    }
    for index, step in enumerate(loc):
        if isinstance(step, str) and step in fields:
            inner = getattr(fields[step], "annotation", fields[step])
            return _allowed_keys(inner, loc[index + 1 :])
    return list(fields)


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and (
        issubclass(annotation, BaseModel) or hasattr(annotation, "__dataclass_fields__")
    ):
        return [annotation]
    found = []
    for argument in getattr(annotation, "__args__", ()):
        found += _models_in(argument)
    return found
