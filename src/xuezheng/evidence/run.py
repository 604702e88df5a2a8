"""Run the indicators of a pack over a snapshot."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from secrets import token_hex

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from xuezheng.evidence.decision import decide, limits
from xuezheng.evidence.definition import definition_of
from xuezheng.evidence.facts import AMOUNT, judged_facts
from xuezheng.evidence.manifest import MANIFEST, RUNS
from xuezheng.evidence.model import IndicatorResult, IndicatorRunResult, Level, Snapshot
from xuezheng.evidence.rollup import Tally, tallies
from xuezheng.evidence.runs import read_run, run_id, write_facts, write_results, write_run_manifest
from xuezheng.evidence.sessions import LOCAL_SPARK, QueryFailed, Session, open_session
from xuezheng.evidence.sql import ParameterValue, QueryPlace, bind_query, parse_query, table_names
from xuezheng.evidence.version import PROGRAM_VERSION
from xuezheng.kernel.errors import InputError, gettext_noop
from xuezheng.policy.indicators import Indicator, IndicatorView, Near, Reading
from xuezheng.policy.pack import Pack

RESULTS_TABLE = "indicator_results"
Progress = Callable[[str, int, int], None]
FactSink = Callable[[Indicator, Reading, pa.Table], None]


class IndicatorUnknown(InputError):
    """The pack has no indicator of that id."""

    code = "evidence.indicator_unknown"
    template = gettext_noop("The pack %(pack)s has no indicator “%(indicator)s”.")
    remedy = gettext_noop("List them with “xuezheng indicators list”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a run computes: indicators and views in order, the values of parameters, and the targets of commitments."""

    indicators: tuple[Indicator, ...]
    views: tuple[IndicatorView, ...]
    parameters: Mapping[str, ParameterValue]
    targets: Mapping[str, Decimal | None]


def run_indicators(
    *,
    snapshot: Snapshot,
    pack: Pack,
    as_of: date,
    engine: str = "duckdb",
    spark_master: str = LOCAL_SPARK,
    only: Sequence[str] = (),
    progress: Progress | None = None,
) -> IndicatorRunResult:
    """Compute the indicators of a pack over a snapshot, and write results and facts beside it.

    A run that was computed before is read again: the same snapshot, pack, date and engine give the same figures.

    Args:
        snapshot: See `find_snapshot`.
        pack: The policy pack.
        as_of: The day that the figures speak of; parameters are those in force on it.
        engine: ``duckdb`` or ``spark``.
        spark_master: Where Spark runs; this machine unless said otherwise.
        only: Ids of indicators; empty for all. What they need is computed too.
        progress: Called with the indicator, how many are done and their total.

    Raises:
        IndicatorUnknown: For an id that the pack does not have.
        IndicatorQueryRefused: If a query of the pack is not allowed or does not fit its schema.
    """
    definitions = definitions_of(pack, as_of=as_of, only=only)
    identity = run_id(snapshot, pack_hash=pack.hash, as_of=as_of, engine=engine, only=only)
    folder = snapshot.folder / RUNS / identity
    if (folder / MANIFEST).is_file():
        return read_run(folder)
    temporary = folder.with_name(f".{identity}.{token_hex(4)}")
    temporary.mkdir(parents=True)
    try:
        files = []

        def keep(indicator: Indicator, reading: Reading, facts: pa.Table) -> None:
            files.append(
                write_facts(
                    temporary,
                    indicator.id,
                    reading,
                    facts,
                    vocabularies=pack.vocabularies,
                    definition=definition_of(
                        pack,
                        pack.indicators[indicator.id],
                        pack.indicators[indicator.id].reading(reading.id),
                        as_of=as_of,
                    ),
                )
            )

        tables = {file.name: snapshot.folder / file.path for file in snapshot.files}
        with open_session(engine, tables, spark_master=spark_master) as session:
            results = compute(
                session, definitions, tables=tables, as_of=as_of, keep=keep, progress=progress
            )
        files.append(write_results(temporary, results))
        write_run_manifest(
            temporary,
            identity={
                "id": identity,
                "snapshot": snapshot.hash,
                "pack": {"id": pack.id, "hash": pack.hash},
                "as_of": as_of.isoformat(),
                "engine": engine,
                "only": sorted(only),
                "official": {
                    indicator.id: indicator.official.id for indicator in definitions.indicators
                },
            },
            files=files,
        )
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return IndicatorRunResult(
        id=identity,
        folder=folder,
        snapshot_name=snapshot.name,
        snapshot_hash=snapshot.hash,
        pack_id=pack.id,
        pack_hash=pack.hash,
        as_of=as_of,
        engine=engine,
        version=PROGRAM_VERSION,
        results=tuple(results),
    )


def definitions_of(pack: Pack, *, as_of: date, only: Sequence[str] = ()) -> Definitions:
    """Gather indicators in the order in which they need each other, and the parameters that they name."""
    wanted = [*only] or list(pack.indicators)
    ordered: dict[str, Indicator] = {}
    for identifier in wanted:
        _add_in_order(pack, identifier, ordered, ())
    views = _views_in_order(pack, ordered.values())
    targets = {
        commitment.id: None if commitment.target is None else Decimal(commitment.target.value)
        for commitment in pack.commitments
    }
    parameters = _parameters(pack, as_of)
    return Definitions(
        indicators=tuple(_with_shares(indicator, parameters) for indicator in ordered.values()),
        views=views,
        parameters=parameters,
        targets=targets,
    )


def _with_shares(indicator: Indicator, parameters: Mapping[str, ParameterValue]) -> Indicator:
    """Put the values in force in the place of the parameters that say what is near."""
    readings = []
    for reading in indicator.readings:
        name = None if reading.near is None else reading.near.parameter
        if name is not None and name not in parameters:
            place = QueryPlace(
                file=f"indicators/{indicator.id}.yaml", path=f"readings[{reading.id}].near"
            )
            raise place.refuse(gettext_noop("the pack has no such parameter"), name)
        near = reading.near if name is None else Near(value=Decimal(str(parameters[name])))
        readings.append(reading.model_copy(update={"near": near}))
    return indicator.model_copy(update={"readings": tuple(readings)})


def _parameters(pack: Pack, as_of: date) -> dict[str, ParameterValue]:
    """Give the values in force under their names, and under names for queries: dots and table keys as underscores."""
    found: dict[str, ParameterValue] = {}
    for name, entry in pack.parameters.items():
        if min(entry.values) > as_of or (entry.ends is not None and as_of >= entry.ends):
            continue
        value = pack.parameter(name, on=as_of)
        if not isinstance(value, Mapping | tuple):
            found[name] = value
        found |= _flattened(name.replace(".", "_"), value)
    return found


def _flattened(name: str, value: object) -> dict[str, ParameterValue]:
    if isinstance(value, Mapping):
        return {
            k: v
            for key, item in value.items()
            for k, v in _flattened(f"{name}_{key}", item).items()
        }
    return {name: value} if isinstance(value, Decimal | int | str | bool) else {}


def _views_in_order(pack: Pack, indicators: Iterable[Indicator]) -> tuple[IndicatorView, ...]:
    """Give the views that the indicators read, directly or through other views, each after those it reads."""
    ordered: dict[str, IndicatorView] = {}

    def add(names: Iterable[str], above: tuple[str, ...]) -> None:
        for name in names:
            view = pack.indicator_views.get(name)
            if view is None or name in ordered:
                continue
            place = view_place(view)
            if name in above:
                raise place.refuse(
                    gettext_noop("the view reads itself"), " > ".join((*above, name))
                )
            add(table_names(parse_query(view.query, place=place)), (*above, name))
            ordered[name] = view

    for indicator in indicators:
        for reading in indicator.readings:
            add(
                table_names(parse_query(reading.query, place=reading_place(indicator, reading))), ()
            )
    return tuple(ordered.values())


def _add_in_order(
    pack: Pack, identifier: str, ordered: dict[str, Indicator], above: tuple[str, ...]
) -> None:
    if identifier in ordered:
        return
    if identifier not in pack.indicators or identifier in above:
        raise IndicatorUnknown(pack=pack.id, indicator=identifier)
    indicator = pack.indicators[identifier]
    for needed in indicator.needs:
        _add_in_order(pack, needed, ordered, (*above, identifier))
    ordered[identifier] = indicator


def view_place(view: IndicatorView) -> QueryPlace:
    """Say where in the pack the query of a view stands."""
    return QueryPlace(file=f"indicators/views/{view.id}.yaml", path="query")


def reading_place(indicator: Indicator, reading: Reading) -> QueryPlace:
    """Say where in the pack the query of a reading stands."""
    return QueryPlace(file=f"indicators/{indicator.id}.yaml", path=f"readings[{reading.id}].query")


def compute(
    session: Session,
    definitions: Definitions,
    *,
    tables: Mapping[str, Path | pa.Table],
    as_of: date,
    keep: FactSink | None = None,
    progress: Progress | None = None,
) -> list[IndicatorResult]:
    """Compute indicators in an open session; `keep` receives the judged facts of each reading."""
    names = {*tables, RESULTS_TABLE}
    for view in definitions.views:
        _add_view(session, view, definitions, names, as_of)
        names.add(view.id)
    divisions, city = _units(tables["divisions"])
    results: list[IndicatorResult] = []
    for done, indicator in enumerate(definitions.indicators, start=1):
        for reading in indicator.readings:
            if indicator.needs and RESULTS_TABLE in reading.query:
                session.add_table(RESULTS_TABLE, _results_table(results))
            facts = _facts(session, indicator, reading, definitions, names, as_of)
            if keep is not None:
                keep(indicator, reading, facts)
            results += _figures(indicator, reading, facts, definitions, divisions, city)
        if progress is not None:
            progress(indicator.id, done, len(definitions.indicators))
    return results


def _add_view(
    session: Session, view: IndicatorView, definitions: Definitions, names: set[str], as_of: date
) -> None:
    place = view_place(view)
    query = parse_query(view.query, place=place, tables=names)
    try:
        session.add_view(
            view.id, bind_query(query, place=place, as_of=as_of, parameters=definitions.parameters)
        )
    except QueryFailed as error:
        raise place.refuse(gettext_noop("the engine cannot run it"), error) from error


def _facts(
    session: Session,
    indicator: Indicator,
    reading: Reading,
    definitions: Definitions,
    names: set[str],
    as_of: date,
) -> pa.Table:
    place = reading_place(indicator, reading)
    query = parse_query(reading.query, place=place, tables=names)
    sql = bind_query(query, place=place, as_of=as_of, parameters=definitions.parameters)
    try:
        rows = session.query(sql)
    except QueryFailed as error:
        raise place.refuse(gettext_noop("the engine cannot run it"), error) from error
    limit = _limits(indicator, reading, definitions)[Level.FACT]
    return judged_facts(rows, reading, limit=limit, place=place)


def _limits(
    indicator: Indicator, reading: Reading, definitions: Definitions
) -> dict[Level, Decimal | None]:
    try:
        return limits(reading, definitions.parameters, definitions.targets)
    except KeyError as error:
        place = QueryPlace(
            file=f"indicators/{indicator.id}.yaml", path=f"readings[{reading.id}].thresholds"
        )
        raise place.refuse(
            gettext_noop("the pack has no such parameter or commitment"), error.args[0]
        ) from None


def _figures(
    indicator: Indicator,
    reading: Reading,
    facts: pa.Table,
    definitions: Definitions,
    divisions: Sequence[str],
    city: str,
) -> list[IndicatorResult]:
    bars = _limits(indicator, reading, definitions)
    found = {(level, unit): tally for level, unit, tally in tallies(facts, reading, city=city)}
    for unit in divisions:
        found.setdefault((Level.DIVISION, unit), Tally())
    found.setdefault((Level.CITY, city), Tally())
    results = []
    for (level, unit), tally in found.items():
        figure = decide(tally, reading, level, bars[level])
        results.append(
            IndicatorResult(
                indicator_id=indicator.id,
                version=indicator.version,
                reading=reading.id,
                official=reading.official,
                level=level,
                unit_code=unit,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                threshold=figure.threshold,
                state=figure.state,
                reason=figure.reason,
                facts=figure.facts,
                unknown=figure.unknown,
                failing=figure.failing,
                excluded=figure.excluded,
                rounding_flips=figure.rounding_flips,
            )
        )
    return results


def _units(table: Path | pa.Table) -> tuple[list[str], str]:
    rows = pq.read_table(table, columns=["code", "kind"]) if isinstance(table, Path) else table
    is_city = pc.equal(rows["kind"], "city")
    divisions = rows.filter(pc.invert(is_city))["code"].to_pylist()
    cities = rows.filter(is_city)["code"].to_pylist()
    return sorted(divisions), cities[0] if cities else ""


def _results_table(results: Sequence[IndicatorResult]) -> pa.Table:
    """Give what has been computed so far as the table that later indicators read."""
    columns = {
        "indicator_id": pa.array([item.indicator_id for item in results], pa.string()),
        "reading": pa.array([item.reading for item in results], pa.string()),
        "level": pa.array([item.level.value for item in results], pa.string()),
        "unit_code": pa.array([item.unit_code for item in results], pa.string()),
        "value": pc.cast(
            pa.array([_six(item.value) for item in results], pa.decimal128(36, 6)), AMOUNT
        ),
        "state": pa.array([item.state.value for item in results], pa.string()),
        "facts": pa.array([item.facts for item in results], pa.int64()),
        "unknown": pa.array([item.unknown for item in results], pa.int64()),
    }
    return pa.table(columns)


def _six(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 6)
