"""How the plan is steered: risks, change orders, the closing ledger, supervision notices."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xuezheng.apps.plan.models.choices import (
    ChangeField,
    ChangeState,
    ClosingBasis,
    LedgerAction,
    NoticeState,
    RiskLevel,
    RiskState,
)
from xuezheng.apps.plan.models.plan import BureauUnit, Commitment
from xuezheng.apps.registry.models import Division


class Risk(models.Model):
    """Something that may keep a commitment from being met, and what is done about it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="risks")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(max_length=8, choices=RiskLevel)
    text = models.TextField()
    measure = models.TextField(help_text="What is done about it, by whom.")
    state = models.CharField(max_length=8, choices=RiskState, default=RiskState.OPEN)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    raised_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closing_note = models.TextField(blank=True)

    class Meta:
        ordering = ("state", "-raised_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=RiskState.OPEN, closed_on=None)
                | Q(state=RiskState.CLOSED, closed_on__isnull=False),
                name="risk_closed_has_date",
            ),
        )

    def __str__(self) -> str:
        return f"risk {self.pk} of {self.commitment_id}"


class ChangeOrder(models.Model):
    """A proposed change of target, due date or owner; in force only when a second person approved it."""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="change_orders"
    )
    field = models.CharField(max_length=8, choices=ChangeField)
    before = models.CharField(max_length=80, blank=True)
    after = models.CharField(max_length=80)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="change_order_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PROPOSED, decided_by=None, decided_at=None)
                | (
                    ~Q(state=ChangeState.PROPOSED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="change_order_decided_by_someone",
            ),
            models.UniqueConstraint(
                fields=("commitment", "field"),
                condition=Q(state=ChangeState.PROPOSED),
                name="change_order_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.field}: {self.before} -> {self.after}"


class LedgerEntry(models.Model):
    """One line of the closing ledger (销号); lines are only ever added."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="ledger")
    action = models.CharField(max_length=10, choices=LedgerAction)
    basis = models.CharField(max_length=16, choices=ClosingBasis)
    note = models.TextField(help_text="Why; for a check by a second person, what was checked.")
    figure = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    run = models.ForeignKey(
        "plan.IndicatorRun", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("-entered_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(action=LedgerAction.CLOSED, basis=ClosingBasis.SECOND_PERSON)
                | (Q(checked_by__isnull=False) & ~Q(checked_by=F("requested_by"))),
                name="ledger_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(action=LedgerAction.CLOSED, basis=ClosingBasis.VERIFIED_FIGURE)
                | Q(run__isnull=False, figure__isnull=False),
                name="ledger_figure_has_run",
            ),
            models.CheckConstraint(
                condition=Q(
                    action=LedgerAction.CLOSED, basis__in=("verified_figure", "second_person")
                )
                | Q(action=LedgerAction.REOPENED, basis=ClosingBasis.REOPENED),
                name="ledger_basis_fits_action",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="ledger_has_note"),
        )

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.action}"


class ClosingRequest(models.Model):
    """An owner asks that an item without a sufficient computed figure be closed; a second person decides."""

    commitment = models.OneToOneField(
        Commitment, on_delete=models.CASCADE, related_name="closing_request"
    )
    note = models.TextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()

    class Meta:
        ordering = ("requested_at",)

    def __str__(self) -> str:
        return f"close {self.commitment_id}?"


class SupervisionNotice(models.Model):
    """A notice (督办) that asks a unit or a division for a reply by a working-day deadline."""

    number = models.CharField(max_length=30, unique=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="notices")
    unit = models.ForeignKey(
        BureauUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_on = models.DateField()
    working_days = models.PositiveSmallIntegerField()
    reply_by = models.DateField()
    state = models.CharField(max_length=8, choices=NoticeState, default=NoticeState.OPEN)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("state", "reply_by", "number")
        constraints = (
            models.CheckConstraint(
                condition=(Q(unit=None) & Q(division__isnull=False))
                | (Q(unit__isnull=False) & Q(division=None)),
                name="notice_one_addressee",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.OPEN, replied_on=None)
                | (~Q(state=NoticeState.OPEN) & Q(replied_on__isnull=False) & ~Q(reply="")),
                name="notice_reply_complete",
            ),
        )

    def __str__(self) -> str:
        return self.number
