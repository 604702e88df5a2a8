"""The table of the generated pages. Django must be ready; the database is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

PACK = "harbin/2023"  # the pack whose indicators are the reference


def pages() -> Iterator[tuple[str, str]]:
    """Write each page; gives its file name and its text."""
    for name, write in PAGES.items():
        yield name, write()


def _pack_schema() -> str:
    from xuezheng.policy.reference import schema_page

    return schema_page()


def _indicators() -> str:
    from django.conf import settings

    from xuezheng.evidence import collect_tables
    from xuezheng.evidence.reference import indicators_page
    from xuezheng.policy import find_pack, load_pack

    return indicators_page(load_pack(find_pack(PACK)), collect_tables(settings.INSTALLED_APPS))


def _roles() -> str:
    from xuezheng.apps.accounts.reference import roles_page

    return roles_page()


def _commands() -> str:
    from xuezheng.site.reference.commands import commands_page

    return commands_page()


def _errors() -> str:
    from xuezheng.site.reference.errors import errors_page

    return errors_page()


def _problem_schema() -> str:
    from xuezheng.engines.matching.documents.schema import problem_schema, schema_text

    return schema_text(problem_schema())


def _result_schema() -> str:
    from xuezheng.engines.matching.documents.schema import result_schema, schema_text

    return schema_text(result_schema())


PAGES: Mapping[str, Callable[[], str]] = {
    "pack-schema.md": _pack_schema,
    "indicators.md": _indicators,
    "roles.md": _roles,
    "commands.md": _commands,
    "errors.md": _errors,
    "problem.schema.json": _problem_schema,
    "result.schema.json": _result_schema,
}
