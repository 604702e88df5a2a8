"""The tag library of the product: `{% load xz %}`. The gallery page shows every tag in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xuezheng.site.templatetags import drawing, writing

register = template.Library()

SPRITE = "vendor/tabler-icons-3.51.0/icons.svg"

# State, its word, its icon. The colour belongs to the state in xuezheng.css.
LIGHTS: dict[str, tuple[Any, str]] = {
    "met": (_("Met"), "check"),
    "on_track": (_("On track"), "arrow-right"),
    "at_risk": (_("At risk"), "alert-triangle"),
    "late": (_("Late"), "x"),
    "no_data": (_("No data"), "help-circle"),
}
# Results of indicators take the colours of the lights and words of their own.
RESULTS: dict[str, tuple[Any, str, str]] = {
    "pass": (_("Pass"), "check", "met"),
    "near": (_("Near"), "alert-triangle", "at_risk"),
    "fail": (_("Fail"), "x", "late"),
    "undetermined": (_("Undetermined"), "help-circle", "no_data"),
    "not_applicable": (_("Not applicable"), "minus", "no_data"),
}


@register.filter
def localized(thing: Any) -> str:
    """Name or title of a thing (name_zh/name_en, title_zh/title_en, {zh, en}) in the reader's language."""
    return writing.in_language(thing, get_language())


@register.filter
def thousands(value: Any, decimals: int | None = None) -> str:
    """1234567 becomes 1,234,567; `|thousands:1` fixes one decimal; nothing becomes a dash."""
    return writing.with_thousands(value, decimals)


@register.filter
def percent(share: Any) -> str:
    """A share between 0 and 1 as 77.5%."""
    return writing.as_percent(share)


@register.filter
def money_fen(fen: Any) -> str:
    """Fen as 1,234.50 元."""
    return writing.as_yuan(fen)


@register.filter
def date_cn(value: Any) -> str:
    """A day as 2023-03-21."""
    return writing.as_day(value)


@register.filter
def datetime_cn(value: Any) -> str:
    """A moment as 2023-03-21 10:00."""
    return writing.as_moment(value)


@register.filter
def age(value: Any, now: Any = None) -> str:
    """How long ago, or in how long: `3 days ago`; `|age:as_of` counts from another day than today."""
    return writing.as_age(value, now)


@register.filter
def duration(seconds: Any) -> str:
    """A length of time in seconds as `3 minutes`."""
    return writing.as_duration(seconds)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    if label:
        return format_html(
            '<svg class="xz-icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            static(SPRITE),
            name,
        )
    return format_html(
        '<svg class="xz-icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(SPRITE), name
    )


@register.simple_tag
def light(state: Any, rule: str = "") -> SafeString:
    """The badge of a light or of an indicator's state: icon, word and colour; `rule` is told on hover and to readers."""
    value = str(getattr(state, "value", state) or "no_data")
    if value in RESULTS:
        word, picture, colour = RESULTS[value]
    else:
        word, picture = LIGHTS.get(value, LIGHTS["no_data"])
        colour = value if value in LIGHTS else "no_data"
    body = format_html('{}<span class="xz-light-word">{}</span>', icon(picture), word)
    if rule:
        return format_html(
            '<span class="xz-light xz-light-{}" title="{}">{}</span>', colour, rule, body
        )
    return format_html('<span class="xz-light xz-light-{}">{}</span>', colour, body)


@register.inclusion_tag("components/progress_bar.html")
def progress_bar(
    verified: Any,
    claimed: Any = None,
    target: Any = None,
    expected: Any = None,
    low: Any = None,
    high: Any = None,
    baseline: Any = 0,
    light: Any = "",
) -> dict[str, Any]:
    """A bar: verified solid, claimed hatched, a tick for expected by now, a whisker for the forecast interval."""
    figures = {
        "verified": verified,
        "claimed": claimed,
        "target": target,
        "expected": expected,
        "low": low,
        "high": high,
    }
    state = str(getattr(light, "value", light) or "")
    bar = drawing.progress(baseline=baseline, **figures)
    return {"bar": bar, "state": state, "has_target": target not in (None, ""), **figures}


@register.inclusion_tag("components/sparkline.html")
def sparkline(
    values: Sequence[Any],
    label: str = "",
    width: int = 112,
    height: int = 28,
    reference: Any = None,
) -> dict[str, Any]:
    """A line without axes, for a trend beside its figure; `label` says in words what it shows."""
    line = drawing.sparkline(list(values or ()), width=width, height=height, reference=reference)
    return {"line": line, "label": label, "width": width, "height": height, "edge": width - 3}


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: Any) -> str:
    """The page's query with some keys changed; None or an empty text takes a key out. For filters, sorting and pages."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, list | tuple):
            query.setlist(key, [str(each) for each in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, key: str, label: str, numeric: Any = "", default: Any = ""
) -> dict[str, Any]:
    """A `<th>` that sorts by `key`: once upwards, again downwards. Reads and writes `sort` in the address."""
    request = context.get("request")
    current = request.GET.get("sort", key if default else "") if request is not None else ""
    direction = "ascending" if current == key else "descending" if current == f"-{key}" else ""
    url = query_replace(context, sort=f"-{key}" if current == key else key)
    return {"label": label, "url": url, "direction": direction, "numeric": numeric}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any] | None) -> dict[str, Any]:
    """Links to the pages of a list; nothing where there is one page only."""
    if page is None or page.paginator.num_pages < 2:
        return {"links": ()}
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        {
            "number": number,
            "url": query_replace(context, page=number) if isinstance(number, int) else "",
        }
        for number in numbers
    ]
    before = query_replace(context, page=page.number - 1) if page.has_previous() else ""
    after = query_replace(context, page=page.number + 1) if page.has_next() else ""
    return {"links": links, "page": page, "before": before, "after": after}


_CLASS_OF_INPUT = {
    "checkbox": "form-check-input",
    "radio": "form-check-input",
    "select": "form-select",
}


@register.simple_tag
def field_control(field: BoundField, size: str = "") -> SafeString:
    """The control of a form field with the class, hint and error ties of the house."""
    kind = getattr(field.field.widget, "input_type", "")
    described = [field.id_for_label + "-hint"] if field.help_text else []
    described += [field.id_for_label + "-error"] if field.errors else []
    css = _CLASS_OF_INPUT.get(kind, "form-control")
    attrs: dict[str, Any] = {"class": f"{css} {css}-{size}" if size else css}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    if str(field.field.widget.attrs.get("placeholder", "")) == str(field.label):
        del field.field.widget.attrs[
            "placeholder"
        ]  # a label that vanishes says nothing that the label does not
    own = field.field.widget.attrs.get("class")
    if own:
        attrs["class"] = f"{own} {attrs['class']}"
    return field.as_widget(attrs=attrs)


@register.filter
def field_kind(field: BoundField) -> str:
    """How a field is laid out: `choices` (radio buttons, tick boxes), `check` (one tick box), `hidden` or `plain`."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    name = type(widget).__name__
    if name in {"RadioSelect", "CheckboxSelectMultiple"}:
        return "choices"
    return "check" if getattr(widget, "input_type", "") == "checkbox" else "plain"


@register.filter
def without_hint(field: BoundField) -> BoundField:
    """The same field without its hint."""
    field.help_text = ""
    return field


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value under a key of a mapping, or nothing."""
    return mapping.get(key) if hasattr(mapping, "get") else None
