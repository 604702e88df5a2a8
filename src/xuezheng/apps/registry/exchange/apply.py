"""Writing an import: staged with COPY, then one set-based upsert; all of it in one transaction or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from xuezheng.apps.record.services import NewEvent, write_events
from xuezheng.apps.registry.differences import differences
from xuezheng.apps.registry.exchange.examine import Outcome, Status, examine
from xuezheng.apps.registry.exchange.preview import Summary
from xuezheng.apps.registry.exchange.reading import OpenSheet
from xuezheng.apps.registry.exchange.register import Record, Register
from xuezheng.kernel.errors import StateError, gettext_noop

_EVENTS_AT_ONCE = 5000
_STAGING = "staging_import"

Report = Callable[[int, int], None]


class RegisterRefused(StateError):
    """The database refused the rows by a rule that the examination does not know."""

    code = "registry.exchange.register_refused"
    template = gettext_noop(
        "The register refused the rows by its rule %(rule)s; nothing was taken over."
    )
    remedy = gettext_noop(
        "Upload the file again: somebody may have changed the same records meanwhile."
    )


class PreviewDiffers(Exception):
    """The rows would not become what was confirmed; carries the summary of what they would become now."""

    def __init__(self, summary: Summary) -> None:
        """Keep the new summary."""
        super().__init__()
        self.summary = summary


@transaction.atomic
def apply_sheet(
    sheet: OpenSheet,
    register: Register,
    *,
    by: object,
    batch: str,
    confirmed: str = "",
    report: Report = lambda _done, _total: None,
) -> Summary:
    """Examine a sheet with its records locked, and write what is new or changed.

    Args:
        sheet: The open sheet.
        register: Its register.
        by: Who imports.
        batch: Key of the import, for the audit record.
        confirmed: Fingerprint of the preview that was confirmed; empty where nobody saw one.
        report: Told after each chunk how many rows of how many are done.

    Raises:
        RegisterRefused: If the database refuses; nothing is written then.
        PreviewDiffers: If the rows would not become what was confirmed; nothing is written then.
    """
    summary = Summary(sheet=sheet, register=register)
    new: list[Record] = []
    changed: list[tuple[Record, Record]] = []
    events: list[NewEvent] = []
    done = 0
    _create_staging(register)
    for outcomes in examine(sheet, register, lock=True):
        summary.add(outcomes)
        written = [o for o in outcomes if o.status in {Status.NEW, Status.CHANGED}]
        register.seal([(outcome.after, outcome.before) for outcome in written])
        _stage(register, [outcome.after for outcome in written])
        events += [_event(register, outcome, batch) for outcome in written]
        new += [_light(o.after) for o in written if o.status == Status.NEW]
        changed += [
            (_light(o.before), _light(o.after))
            for o in written
            if o.status == Status.CHANGED and o.before is not None
        ]
        done += len(outcomes)
        report(done, sheet.total)
    if confirmed and summary.fingerprint() != confirmed:
        raise PreviewDiffers(summary)
    try:
        with transaction.atomic():
            _upsert(register)
            register.finish(new, changed)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        raise RegisterRefused(rule=getattr(diagnosis, "constraint_name", None) or "?") from error
    for start in range(0, len(events), _EVENTS_AT_ONCE):
        write_events(by=by, events=events[start : start + _EVENTS_AT_ONCE])
    return summary


def _create_staging(register: Register) -> None:
    columns = ", ".join(f'"{name}"' for name in register.columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_STAGING}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_STAGING} ON COMMIT DROP AS "  # noqa: S608 - names of ours
            f"SELECT {columns} FROM {register.table} WITH NO DATA"
        )


def _stage(register: Register, records: Sequence[Record]) -> None:
    if not records:
        return
    columns = register.columns
    with connection.cursor() as cursor, cursor.copy(f"COPY {_STAGING} FROM STDIN") as copy:
        for record in records:
            copy.write_row([record[name] for name in columns])


def _upsert(register: Register) -> None:
    columns = ", ".join(f'"{name}"' for name in register.columns)
    key = ", ".join(f'"{name}"' for name in register.key)
    settings = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in register.fields)
    if register.table == "registry_institution":
        settings += ", updated_at = now()"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {register.table} ({columns}) SELECT {columns} FROM {_STAGING} "  # noqa: S608
            f"ON CONFLICT ({key}) DO UPDATE SET {settings}"
        )


def _event(register: Register, outcome: Outcome, batch: str) -> NewEvent:
    after = outcome.after
    facts: dict[str, Any] = {"import": batch, "row": outcome.row.number}
    if len(register.key) > 1:
        facts["key"] = "/".join(str(after[name]) for name in register.key[1:])
    if outcome.before is not None:
        facts["changes"] = differences(
            outcome.before,
            {name: after[name] for name in outcome.changed},
            personal=register.personal,
        )
    verb = "create" if outcome.status == Status.NEW else "update"
    return NewEvent(
        action=f"registry.{_noun(register)}.{verb}",
        subject=(register.subject, register.subject_id(after)),
        division=str(after["division_id"]),
        facts=facts,
    )


def _noun(register: Register) -> str:
    return {"registry_schoolclass": "class", "registry_facility": "facility"}.get(
        register.table, register.subject
    )


def _light(record: Record | None) -> Record:
    """Keep what `finish` needs of a record, so that fifty thousand of them stay small."""
    assert record is not None
    wanted = (
        "code",
        "number",
        "institution_id",
        "name_zh",
        "address",
        "longitude",
        "latitude",
        "opened_on",
        "ownership",
    )
    return {name: record[name] for name in wanted if name in record}
