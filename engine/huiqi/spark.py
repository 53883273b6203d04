"""A province's register on a cluster: each partition decided by the same batches as everywhere else.

Spark hands Arrow batches to Python (`mapInArrow`); each worker process loads the rules. What must stay true: the rows are those of
`batches.screen_table`, in whatever order, by the rules this run began with; a partition whose worker dies is decided again whole, and
what it had written is not counted: only what Spark's committer moves into place is a result. pyspark and Java are no part of this package.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .batches import DECIDED, REFUSED, STATE, BatchTerms, ScreenedTable
from .errors import UsageError
from .files import refuse_existing, unfinished

MASTER = "local[2,4]"  # two at once, each partition tried four times


def screen_spark(source: str | Path, target: str | Path, asking: BatchTerms, *, session: Any = None, partitions: int | None = None) -> ScreenedTable:
    """Decide a Parquet table into a folder of Parquet files. `session` is a SparkSession; without one a local one is started and stopped.

    Raises `UsageError` where pyspark or Java is not there or pyspark is too old, `InputError` for a column that cannot be taken (before anything is started).
    """
    out = Path(target)
    refuse_existing(target, "名称")
    asking, own = asking.held(), session is None
    if not own:
        _refuse_old(session.version)
    session = _session() if own else session
    try:
        frame = session.read.parquet(str(source))
        if partitions is not None:
            frame = frame.repartition(partitions)
        names = list(frame.columns)
        frame = frame.toDF(*(f"c{n}" for n in range(len(names))))  # Spark takes the dot in 名称.完整 for a field within a column
        schema = _schema(frame, names, asking)
        new = unfinished(out)
        frame.mapInArrow(_decided(names, asking), schema).write.mode("overwrite").parquet(str(new))
        states = {row[STATE]: row["count"] for row in session.read.parquet(str(new)).groupBy(STATE).count().collect()}
        new.rename(out)
    finally:
        if own:
            session.stop()
    return ScreenedTable(read=sum(states.values()), decided=states.get(DECIDED, 0), wrong=states.get(REFUSED, 0), outcomes={})


def _decided(names: list[str], asking: BatchTerms) -> Any:
    def each(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            yield from asking.decide(pa.Table.from_batches([batch]).rename_columns(names)).to_batches()

    return each


def _schema(frame: Any, names: list[str], asking: BatchTerms) -> str:
    """Of the results, as Spark says it: what the columns of no rows at all come to."""
    import pyarrow as pa

    found = asking.decide(frame.limit(0).toArrow().rename_columns(names)).schema
    if wrong := [f.name for f in found if not (pa.types.is_string(f.type) or pa.types.is_large_string(f.type))]:
        raise UsageError(f"“{'、'.join(wrong)}”要是文字的列", mend="企业名称写成文字", argument="register")
    return ", ".join(f"`{f.name}` string" for f in found)


LEAST = 4  # the version of pyspark
_INSTALL = f"pip install 'pyspark>={LEAST}'（另要 Java 17）；或 --engine columns"


def _refuse_old(version: str) -> None:
    if int(version.partition(".")[0]) < LEAST:  # what carries a frame over as Arrow came with 4
        raise UsageError(f"Spark 的版本是 {version}，要 {LEAST} 以上", mend=_INSTALL, argument="engine")


def _session() -> Any:
    try:
        from pyspark import __version__ as version
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError("没有安装 pyspark", mend=_INSTALL, argument="engine") from None
    _refuse_old(version)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers of a local session have what this process has
    try:
        return SparkSession.builder.master(MASTER).appName("huiqi").config("spark.ui.enabled", "false").getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise UsageError(f"Spark 起不来：{type(error).__name__}", mend="核对 Java 17 已装、JAVA_HOME 已设；或 --engine columns", argument="engine") from None


__all__ = ["MASTER", "screen_spark"]
