"""What owners report in the demonstration city: totals by division, shares, milestones, with their papers."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from xuezheng.apps.accounts.models import User
from xuezheng.apps.plan.models import Commitment, Milestone, Outcome, TargetBasis
from xuezheng.apps.plan.services.bulk import Decision, Report
from xuezheng.apps.plan.services.progress import UploadedEvidence
from xuezheng.kernel.seeded import SeededStream
from xuezheng.site.city.plan_papers import pdf_page, png_chart, xlsx_table
from xuezheng.site.city.plan_people import PlanPeople

_ZONE = ZoneInfo("Asia/Shanghai")
# Ends of periods for which the bureau asks for totals: month, day, and what share of the year's way is usual by then.
_ROUNDS = ((3, 31, 15), (5, 31, 32), (7, 31, 55), (8, 31, 68), (9, 26, 78))
_FULL, _PERCENT = 100, 100
_RETURNED_NOTE = "佐证材料与填报数不一致，请补充验收文件后重新填报"
_CONFIRMED_NOTE = "已核对佐证材料，情况属实"


def reports_of(
    commitment: Commitment,
    *,
    shares: dict[str, Decimal],
    people: PlanPeople,
    today: date,
    seed: str,
) -> Iterator[Report]:
    """Give the reports about one commitment up to a day."""
    stream = SeededStream(seed, f"plan/{commitment.code}")
    owner = people.units.get(commitment.owner_id or "", people.planner)
    # How the owner unit does: most are near the plan, some ahead, some far behind.
    pace = (38, 62, 78, 88, 94, 99, 102, 106, 112, 128)[stream.below(10)]
    yield from _milestone_reports(commitment, owner, people, today, stream)
    if commitment.target is None:
        return
    if not shares:
        yield from _city_reports(commitment, owner, people, pace, today, stream)
        return
    for division, share in sorted(shares.items()):
        own = SeededStream(seed, f"plan/{commitment.code}/{division}")
        by = people.divisions.get(division, owner)
        yield from _division_reports(commitment, division, share, by, people, pace, today, own)


def _division_reports(
    commitment: Commitment,
    division: str,
    share: Decimal,
    by: User,
    people: PlanPeople,
    pace: int,
    today: date,
    stream: SeededStream,
) -> Iterator[Report]:
    own_pace = pace * stream.between(70, 125) // _PERCENT
    before = Decimal(-1)
    for number, (month, day, usual) in enumerate(_ROUNDS):
        as_of = date(today.year, month, day)
        if as_of > today:
            return
        value = Decimal(
            min(int(share) + stream.below(2), round(int(share) * usual * own_pace / 10_000))
        )
        value = max(value, before)
        if value in {before, Decimal(0)} or stream.below(12) == 0:
            continue
        before = value
        last = number == len(_ROUNDS) - 1
        yield Report(
            commitment=commitment,
            division=division,
            value=value,
            milestone=None,
            as_of=as_of,
            note=f"截至{as_of.month}月{as_of.day}日累计完成{value}{commitment.unit_zh}",
            files=(_table(commitment, as_of),),
            by=by,
            at=_moment(as_of),
            decision=_decision(people.inspector, as_of, stream, waiting_of_ten=4 if last else 0),
        )


def _city_reports(
    commitment: Commitment,
    owner: User,
    people: PlanPeople,
    pace: int,
    today: date,
    stream: SeededStream,
) -> Iterator[Report]:
    target = commitment.target or Decimal(0)
    start = Decimal(stream.between(70, 92)) if commitment.is_share else Decimal(0)
    for number, (month, day, usual) in enumerate(_ROUNDS):
        as_of = date(today.year, month, day)
        if as_of > today:
            return
        value = start + (target - start) * usual * pace / 10_000
        if commitment.is_share:
            value = min(Decimal(_PERCENT), value)
        value = round(
            value, 1 if commitment.is_share or commitment.basis == TargetBasis.CHANGE else 0
        )
        if target == 0:
            value = Decimal(max(0, 9 - number * 2))
        yield Report(
            commitment=commitment,
            division=None,
            value=value,
            milestone=None,
            as_of=as_of,
            note=f"截至{as_of.month}月{as_of.day}日全市汇总数，详见附表",
            files=(_table(commitment, as_of), _picture(commitment, stream))
            if number == 0
            else (_table(commitment, as_of),),
            by=owner,
            at=_moment(as_of),
            decision=_decision(
                people.inspector,
                as_of,
                stream,
                waiting_of_ten=5 if number == len(_ROUNDS) - 1 else 0,
            ),
        )


def _milestone_reports(
    commitment: Commitment, owner: User, people: PlanPeople, today: date, stream: SeededStream
) -> Iterator[Report]:
    # Some works are never on time, most nearly always.
    slow = stream.below(6) == 0
    for step in commitment.milestones.all():
        delay = stream.between(-12, 9) + (stream.between(15, 70) if slow else 0)
        done = step.due_on + timedelta(days=delay)
        if stream.below(14) == 0 or done > today:
            continue
        yield _milestone_report(commitment, step, owner, people, done, today, stream)


def _milestone_report(
    commitment: Commitment,
    step: Milestone,
    owner: User,
    people: PlanPeople,
    done: date,
    today: date,
    stream: SeededStream,
) -> Report:
    paper = pdf_page(
        [
            "哈尔滨市教育局（演示城市，虚构材料）",
            f"事项 {commitment.code} {commitment.title_zh}",
            f"节点：{step.title_zh}",
            f"应完成：{step.due_on.isoformat()}    实际完成：{done.isoformat()}",
            "附：印发文件、签到表、验收记录。",
        ]
    )
    return Report(
        commitment=commitment,
        division=None,
        value=None,
        milestone=step,
        as_of=done,
        note=f"{step.title_zh}，材料见附件",
        files=(UploadedEvidence(name=f"{commitment.code}-{step.key}.pdf", content=paper),),
        by=owner,
        at=_moment(done),
        decision=None
        if (today - done).days < 20 and stream.below(2) == 0
        else Decision(
            by=people.inspector,
            outcome=Outcome.CONFIRMED,
            note=_CONFIRMED_NOTE,
            at=_moment(done + timedelta(days=1), 15),
        ),
    )


def _decision(
    inspector: User, as_of: date, stream: SeededStream, *, waiting_of_ten: int
) -> Decision | None:
    if stream.below(10) < waiting_of_ten:
        return None
    returned = stream.below(40) == 0
    return Decision(
        by=inspector,
        outcome=Outcome.RETURNED if returned else Outcome.CONFIRMED,
        note=_RETURNED_NOTE if returned else _CONFIRMED_NOTE,
        at=_moment(as_of + timedelta(days=2), 15),
    )


def _table(commitment: Commitment, as_of: date) -> UploadedEvidence:
    """Make the table of one round; every division hands in the same consolidated sheet."""
    rows: list[list[str | int]] = [
        ["演示城市，虚构材料"],
        ["事项", commitment.code, commitment.title_zh],
        ["截至", as_of.isoformat()],
        ["序号", "名称", "完成情况"],
        [1, "示例单位一", "已完成"],
        [2, "示例单位二", "已完成"],
    ]
    name = f"{commitment.code}完成情况{as_of.month:02d}{as_of.day:02d}.xlsx"
    return UploadedEvidence(name=name, content=xlsx_table(rows))


def _picture(commitment: Commitment, stream: SeededStream) -> UploadedEvidence:
    shares = [stream.between(20, 100) / _FULL for _ in range(5)]
    return UploadedEvidence(name=f"{commitment.code}现场图表.png", content=png_chart(shares))


def _moment(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), _ZONE)
