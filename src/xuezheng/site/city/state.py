"""What a city's database holds: nothing, the demonstration city, or records that somebody else entered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xuezheng.kernel.errors import InputError, StateError, gettext_noop
from xuezheng.site.city.loading import REGISTERS

BUILD_ACTION = "registry.city.build"
DROP_ACTION = "registry.city.drop"
_LOCK = 0x58755A68  # "XuZh"; any number that nothing else in the database locks


class ScaleInvalid(InputError):
    """The share of children is not usable."""

    code = "city.scale_invalid"
    template = gettext_noop("The scale %(scale)s is not above 0 and at most 1.")
    remedy = gettext_noop("Give 1 for the whole city, 0.05 or 1/20 for one child in twenty.")


class CityPresent(StateError):
    """The demonstration city stands already."""

    code = "city.present"
    template = gettext_noop(
        "The demonstration city stands already: seed %(seed)s, scale %(scale)s."
    )
    remedy = gettext_noop("Keep it, or replace it: xuezheng city build --replace.")


class ForeignRecords(StateError):
    """The registers hold records that the builder did not make."""

    code = "city.foreign_records"
    template = gettext_noop(
        "The registers hold records that are not of the demonstration city: %(counts)s."
    )
    remedy = gettext_noop(
        "The demonstration city never mixes with or removes other records. Build it in a data folder of its own."
    )


class BuildRunning(StateError):
    """Another process is building or dropping the city."""

    code = "city.build_running"
    template = gettext_noop(
        "Another process is building or dropping the demonstration city right now."
    )
    remedy = gettext_noop("Wait until it has ended, then look: xuezheng city info.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySummary:
    """What was built.

    Attributes:
        scale: Share of the children whose files were loaded, as a fraction in lowest terms.
        children: All children, by the classes' rosters, whether or not their files were loaded.
        institutions_with_files: Institutions whose children have files; all others report numbers only.
        rows: Rows by table.
    """

    pack: str
    seed: str
    scale: str
    today: str
    children: int
    institutions_with_files: int
    rows: Mapping[str, int]

    def facts(self) -> dict[str, Any]:
        """As it is written into the audit event."""
        return {
            "pack": self.pack,
            "seed": self.seed,
            "scale": self.scale,
            "today": self.today,
            "children": self.children,
            "institutions_with_files": self.institutions_with_files,
            "rows": dict(self.rows),
        }


def lock_city(cursor: Any) -> None:
    """Let one process at a time build or drop, until its transaction ends.

    Raises:
        BuildRunning: If another one does.
    """
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    if not cursor.fetchone()[0]:
        raise BuildRunning


def present_city(cursor: Any) -> CitySummary | None:
    """Give the summary of the city that stands, if one does.

    Raises:
        ForeignRecords: If the registers hold records although no city was built, or none since one was dropped.
    """
    from xuezheng.apps.record.models import AuditEvent

    last = AuditEvent.objects.filter(action__in=(BUILD_ACTION, DROP_ACTION)).order_by("id").last()
    if last is not None and last.action == BUILD_ACTION:
        return CitySummary(**last.facts)
    counts = {}
    for table in REGISTERS:
        # Table names from our own list, never from outside.
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1000) few")  # noqa: S608
        if count := cursor.fetchone()[0]:
            counts[table] = f"{count}{'+' if count == 1000 else ''}"
    if counts:
        shown = ", ".join(f"{table.removeprefix('registry_')} {n}" for table, n in counts.items())
        raise ForeignRecords(counts=shown)
    return None
