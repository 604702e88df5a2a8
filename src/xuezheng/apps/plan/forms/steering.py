"""Forms for risks, changes, supervision and closing."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.plan.forms.progress import TEXT
from xuezheng.apps.plan.models import BureauUnit, ChangeField, Commitment, RiskLevel
from xuezheng.apps.registry.models import Division

APPROVAL = [("approve", _("Approve")), ("refuse", _("Refuse"))]


class RiskForm(forms.Form):
    """A risk and what is done about it."""

    level = forms.ChoiceField(
        label=_("How grave"), choices=RiskLevel.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("What may go wrong"), widget=TEXT, max_length=1000)
    measure = forms.CharField(
        label=_("What is done about it, and by whom"), widget=TEXT, max_length=1000
    )


class ChangeForm(forms.Form):
    """A proposed change of target, due date or owner."""

    field = forms.ChoiceField(
        label=_("What should change"), choices=ChangeField.choices, widget=forms.RadioSelect
    )
    target = forms.DecimalField(
        label=_("New target"), required=False, min_value=0, max_digits=14, decimal_places=4
    )
    due = forms.DateField(
        label=_("New due date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    owner = forms.ChoiceField(label=_("New owner unit"), required=False)
    reason = forms.CharField(label=_("Why"), widget=TEXT, max_length=1000)

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        """Offer the units of the bureau; leave the target out where there is none."""
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        units = [
            (unit.key, unit.name_en if english else unit.name_zh)
            for unit in BureauUnit.objects.all()
        ]
        owner, field = self.fields["owner"], self.fields["field"]
        assert isinstance(owner, forms.ChoiceField)
        assert isinstance(field, forms.ChoiceField)
        owner.choices = [("", "–"), *units]
        if commitment.target is None:
            del self.fields["target"]
            field.choices = [
                choice for choice in ChangeField.choices if choice[0] != ChangeField.TARGET
            ]

    def clean(self) -> dict[str, Any]:
        """Ask for the new value of what changes."""
        cleaned = super().clean() or {}
        name = cleaned.get("field")
        if name and not cleaned.get(name) and cleaned.get(name) != 0 and name not in self.errors:
            self.add_error(name, _("Give the new value."))
        return cleaned

    def after(self) -> str:
        """Give the new value as the service takes it."""
        value = self.cleaned_data[self.cleaned_data["field"]]
        return value.isoformat() if hasattr(value, "isoformat") else str(value)


class ApprovalForm(forms.Form):
    """The decision of a second person on a change or a closing."""

    decision = forms.ChoiceField(
        label=_("Your decision"), choices=APPROVAL, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("What you checked, and why"), widget=TEXT, max_length=1000)


class NoticeForm(forms.Form):
    """A supervision notice to the lead unit or to a division."""

    addressee = forms.ChoiceField(label=_("To whom"))
    text = forms.CharField(label=_("What is asked"), widget=TEXT, max_length=2000)
    working_days = forms.IntegerField(label=_("Working days to reply"), min_value=1, max_value=60)

    def __init__(self, *args: Any, commitment: Commitment, days: int, **kwargs: Any) -> None:
        """Offer the lead unit and every division."""
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        owner = commitment.owner
        units = [("unit", owner.name_en if english else owner.name_zh)] if owner else []
        divisions = [
            (one.code, one.name_en if english else one.name_zh)
            for one in Division.objects.exclude(kind="city")
        ]
        field = self.fields["addressee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*units, *divisions]
        self.fields["working_days"].initial = days


class TextForm(forms.Form):
    """One text: a reply, a note, a reason."""

    text = forms.CharField(widget=TEXT, max_length=2000)

    def __init__(self, *args: Any, label: Any, hint: Any = "", **kwargs: Any) -> None:
        """Say what the text is."""
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].help_text = hint
