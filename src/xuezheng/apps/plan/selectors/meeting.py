"""What the meeting pack shows of each commitment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from xuezheng.apps.plan.models import Commitment, CommitmentStatus, IndicatorRun, Light
from xuezheng.apps.plan.selectors.commitment import chart_of
from xuezheng.apps.plan.selectors.pictures import ChartInput

_LAGGING_SHOWN = 6


def history_charts(rows: Sequence[CommitmentStatus], *, division: str) -> dict[int, ChartInput]:
    """Make the history chart of each row, in one query."""
    histories: dict[int, dict[object, CommitmentStatus]] = defaultdict(dict)
    found = CommitmentStatus.objects.filter(
        commitment__in=[row.commitment_id for row in rows], division=division or None
    )
    for status in found.select_related("run").order_by("run__as_of", "run_id"):
        histories[status.commitment_id][status.run.as_of] = status
    return {
        row.commitment_id: chart_of(
            row.commitment, row, list(histories[row.commitment_id].values())
        )
        for row in rows
    }


def lagging_divisions(
    run: IndicatorRun | None, commitments: Iterable[Commitment]
) -> dict[int, list[CommitmentStatus]]:
    """Give the divisions that are late or at risk with each commitment, the late ones first."""
    found: dict[int, list[CommitmentStatus]] = defaultdict(list)
    rows = CommitmentStatus.objects.filter(
        run=run,
        commitment__in=list(commitments),
        division__isnull=False,
        light__in=(Light.LATE, Light.AT_RISK),
    ).select_related("division", "commitment")
    for row in sorted(
        rows, key=lambda row: (row.light != Light.LATE, row.division.order if row.division else 0)
    ):
        found[row.commitment_id].append(row)
    return {key: statuses[:_LAGGING_SHOWN] for key, statuses in found.items()}
