"""Forms to report progress, to decide on a report, and to share a target out."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.plan.models import Commitment, Outcome
from xuezheng.apps.registry.models import Division

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TEXT = forms.Textarea(attrs={"rows": 4})


# What the second person does, not what has been done.
_DECISIONS = (
    (Outcome.CONFIRMED.value, _("Confirm the report")),
    (Outcome.RETURNED.value, _("Return it for correction")),
)


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files]


class ReportForm(forms.Form):
    """A report of progress: a total reached or a milestone done, with evidence."""

    milestone = forms.ChoiceField(label=_("What is reported"), required=False)
    value = forms.DecimalField(
        label=_("Total reached so far"), required=False, max_digits=14, decimal_places=4
    )
    as_of = forms.DateField(label=_("As of"), widget=DATE)
    note = forms.CharField(label=_("What was done"), widget=TEXT, max_length=2000)
    evidence = FilesField(
        label=_("Evidence files"),
        help_text=_(
            "PDF, PNG, JPEG, Excel or Word, at most 20 MB each. A second person checks them."
        ),
    )

    def __init__(
        self, *args: Any, commitment: Commitment, today: date, unit: str, **kwargs: Any
    ) -> None:
        """Offer the milestones that are not done, and the total where there is a target."""
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        steps = [
            (
                str(step.pk),
                f"{step.title_en if english else step.title_zh} ({step.due_on.isoformat()})",
            )
            for step in commitment.milestones.all()
            if step.done_on is None
        ]
        has_total = commitment.target is not None
        total = [("", _("The total reached"))] if has_total else []
        field = self.fields["milestone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*total, *steps]
        self.fields["as_of"].initial = today
        self.fields["value"].help_text = unit
        if not has_total:
            del self.fields["value"]
            field.required = True
        elif not steps:
            del self.fields["milestone"]

    def clean(self) -> dict[str, Any]:
        """Ask for a total or a milestone, not both."""
        cleaned = super().clean() or {}
        has_value, has_step = cleaned.get("value") is not None, bool(cleaned.get("milestone"))
        if not has_value and not has_step and not self.errors:
            self.add_error(
                "value" if "value" in self.fields else "milestone", _("Give the total reached.")
            )
        if has_value and has_step:
            self.add_error("value", _("Report a milestone or a total, not both in one report."))
        return cleaned


class DecisionForm(forms.Form):
    """The decision of a second person."""

    outcome = forms.ChoiceField(
        label=_("Your decision"), choices=_DECISIONS, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What you checked, or what is missing"),
        widget=TEXT,
        max_length=2000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A return needs a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.RETURNED and not cleaned.get("note"):
            self.add_error("note", _("Say what is missing, so that the report can be made again."))
        return cleaned


class AllocationForm(forms.Form):
    """The shares of the divisions; the service and the database refuse what does not sum to the target."""

    reason = forms.CharField(label=_("Why the allocation changes"), widget=TEXT, max_length=1000)

    def __init__(
        self, *args: Any, divisions: Sequence[Division], shares: dict[str, Decimal], **kwargs: Any
    ) -> None:
        """Make one field a division."""
        super().__init__(*args, **kwargs)
        self.divisions = divisions
        english = (get_language() or "").startswith("en")
        for division in divisions:
            self.fields[f"share_{division.code}"] = forms.IntegerField(
                label=division.name_en if english else division.name_zh,
                min_value=0,
                initial=int(shares.get(division.code, Decimal(0))),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-plan-share": ""}),
            )

    def share_rows(self) -> list[Any]:
        """Give the bound fields of the divisions, in their order."""
        return [self[f"share_{division.code}"] for division in self.divisions]

    def shares(self) -> dict[str, Decimal]:
        """Give the cleaned shares by division."""
        return {one.code: Decimal(self.cleaned_data[f"share_{one.code}"]) for one in self.divisions}
