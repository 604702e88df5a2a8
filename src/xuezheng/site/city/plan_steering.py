"""Risks, change orders, supervision notices and closed items of the demonstration city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xuezheng.apps.plan.models import (
    ChangeField,
    Commitment,
    CommitmentStatus,
    LedgerEntry,
    Light,
    Plan,
    RiskLevel,
)
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.services.ledger import (
    close_on_figure,
    decide_closing,
    reopen,
    request_closing,
)
from xuezheng.apps.plan.services.steering import (
    close_risk,
    decide_change,
    propose_change,
    raise_risk,
)
from xuezheng.apps.plan.services.supervision import accept_reply, issue_notice, reply_to_notice
from xuezheng.kernel.seeded import SeededStream
from xuezheng.policy import Pack
from xuezheng.site.city.plan_people import PlanPeople

_ZONE = ZoneInfo("Asia/Shanghai")
_RISKS = (
    (RiskLevel.HIGH, "施工进度滞后，开学前难以交付", "每周调度，必要时启用过渡校舍"),
    (RiskLevel.MEDIUM, "区县财政配套资金未足额到位", "与财政部门会商，按季度拨付"),
    (RiskLevel.MEDIUM, "部分学校未按时上报数据", "由区县教育局逐校催报，三个工作日内补齐"),
    (RiskLevel.LOW, "设备到货周期延长", "提前锁定供货，分批安装"),
)
# What was asked about in writing: commitment, days before today on which it was issued, whether answered, accepted.
_NOTICES = (
    ("2.7", "unit", 24, False, False, "无线网络覆盖进度低于序时进度，请说明原因并提出整改时限。"),
    ("1.1", "230113", 12, True, False, "新增普惠园开办数低于分解指标，请报送各园开办计划。"),
    ("3.6", "230104", 40, True, True, "仍有超标准班额班级，请逐班报送分流方案。"),
    ("2.5", "unit", 3, False, False, "请核实未达标学校的带宽实测数据。"),
    ("7.2", "230102", 4, False, False, "请补报寄宿制学校卫生专业技术人员配备情况。"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """A change that a unit asks for, and after how many days it was approved or refused."""

    code: str
    unit: str
    field: ChangeField
    after: str
    reason: str
    days_before: int
    decision: tuple[int, bool, str] | None = None


_PROPOSALS = (
    _Proposal(
        code="2.3",
        unit="safety_logistics",
        field=ChangeField.DUE,
        after="{year}-11-30",
        reason="冬季不宜施工，完工时限提前一个月",
        days_before=60,
        decision=(2, True, "同意"),
    ),
    _Proposal(
        code="6.6",
        unit="sport_health_arts",
        field=ChangeField.TARGET,
        after="5",
        reason="两处场地土地手续未办结",
        days_before=40,
        decision=(4, False, "目标为年初公开承诺，不予调减"),
    ),
    _Proposal(
        code="4.7",
        unit="vocational_adult",
        field=ChangeField.DUE,
        after="{year}-12-15",
        reason="省级备案时间提前，建议相应提前完成",
        days_before=4,
    ),
)
_CLOSED_BY_CHECK = ("5.7", "2.9", "11.7")


def steer(
    *,
    pack: Pack,
    commitments: Sequence[Commitment],
    people: PlanPeople,
    today: date,
    seed: str,
) -> None:
    """Enter what steering leaves behind in a year."""
    by_code = {commitment.code: commitment for commitment in commitments}
    _risks(pack, commitments, people, today, seed)
    _changes(by_code, people, today)
    _notices(by_code, pack, people, today)


def _risks(
    pack: Pack, commitments: Sequence[Commitment], people: PlanPeople, today: date, seed: str
) -> None:
    for commitment in commitments:
        owner = people.units.get(commitment.owner_id or "", people.planner)
        for entry in pack.commitment(commitment.code).risks:
            raise_risk(
                by=owner,
                commitment=commitment,
                division=None,
                level=RiskLevel(entry.impact),
                text=entry.title.zh,
                measure=entry.measure.zh,
                on=commitment.plan.starts_on + timedelta(days=30),
                at=_moment(commitment.plan.starts_on + timedelta(days=30)),
            )
        stream = SeededStream(seed, f"risk/{commitment.code}")
        if stream.below(6):
            continue
        level, text, measure = stream.choice(_RISKS)
        raised_on = today - timedelta(days=stream.between(10, 120))
        risk = raise_risk(
            by=owner,
            commitment=commitment,
            division=None,
            level=level,
            text=text,
            measure=measure,
            on=raised_on,
        )
        if stream.below(3) == 0:
            close_risk(
                by=owner, risk=risk, note="措施已落实，风险解除", on=today - timedelta(days=5)
            )


def _changes(by_code: dict[str, Commitment], people: PlanPeople, today: date) -> None:
    """Propose changes, each where the plan has the commitment and the unit; decide on those that have a decision."""
    for proposal in _PROPOSALS:
        commitment, owner = by_code.get(proposal.code), people.units.get(proposal.unit)
        if commitment is None or owner is None:
            continue
        on = today - timedelta(days=proposal.days_before)
        order = propose_change(
            by=owner,
            commitment=commitment,
            field=proposal.field,
            after=proposal.after.format(year=today.year),
            reason=proposal.reason,
            at=_moment(on),
        )
        if proposal.decision is None:
            continue
        days, approve, note = proposal.decision
        decide_change(
            by=people.planner,
            order=order,
            approve=approve,
            note=note,
            at=_moment(on + timedelta(days=days)),
        )


def _notices(by_code: dict[str, Commitment], pack: Pack, people: PlanPeople, today: date) -> None:
    days = int(pack.parameter("supervision.reply_working_days", on=today))
    for code, addressee, before, answered, accepted, text in _NOTICES:
        commitment = by_code.get(code)
        if commitment is None:
            continue
        division = None if addressee == "unit" or addressee not in people.divisions else addressee
        issued = today - timedelta(days=before)
        notice = issue_notice(
            by=people.planner,
            commitment=commitment,
            unit=commitment.owner if division is None else None,
            division=division,
            text=text,
            working_days=days,
            calendar=pack.calendar,
            on=issued,
            at=_moment(issued),
        )
        if answered:
            by = people.divisions[division] if division else people.units[commitment.owner_id or ""]
            replied_on = issued + timedelta(days=5)
            reply = "已逐校核查，问题学校名单及整改时限见附件，计划十月底前全部完成。"
            notice = reply_to_notice(
                by=by, notice=notice, reply=reply, on=replied_on, at=_moment(replied_on)
            )
        if accepted:
            accept_reply(by=people.planner, notice=notice, at=_moment(issued + timedelta(days=8)))


def close_some(*, plan: Plan, people: PlanPeople, at: datetime) -> None:
    """Close up to four items on their figures and some after a check; open one of them again. Done once."""
    run = current_run(plan)
    if run is None or LedgerEntry.objects.filter(commitment__plan=plan).exists():
        return
    met = CommitmentStatus.objects.filter(run=run, division=None, light=Light.MET).select_related(
        "commitment__plan"
    )
    for status in met.order_by("commitment__order")[:4]:
        close_on_figure(
            by=people.planner,
            commitment=status.commitment,
            note="核定数已达到目标，予以销号",
            at=at,
        )
    for code in _CLOSED_BY_CHECK:
        commitment = (
            Commitment.objects.select_related("plan")
            .filter(plan=plan, code=code, is_closed=False)
            .first()
        )
        if commitment is None:
            continue
        owner = people.units.get(commitment.owner_id or "", people.inspector)
        request_closing(by=owner, commitment=commitment, note="各项任务均已完成，申请销号", at=at)
        if code != _CLOSED_BY_CHECK[-1]:
            decide_closing(
                by=people.planner,
                commitment=commitment,
                accept=True,
                note="已查验全部佐证材料",
                at=at,
            )
    again = (
        Commitment.objects.select_related("plan")
        .filter(plan=plan, code=_CLOSED_BY_CHECK[1])
        .first()
    )
    if again is not None and again.is_closed:
        reopen(
            by=people.planner,
            commitment=again,
            reason="抽查发现两处考点监控未接入，重新列入台账",
            at=at,
        )


def _moment(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), _ZONE)
