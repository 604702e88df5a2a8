"""Forms that change one record: they check shape only; the services hold the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.registry.models import (
    GradeStructure,
    Institution,
    InstitutionKind,
    Ownership,
    Setting,
    Township,
    WirelessCoverage,
)

_LONGITUDES, _LATITUDES = (73, 136), (3, 54)  # the country's


def _day(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _area(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=10, decimal_places=2
    )


def _text(
    label: Any, *, required: bool = False, most: int = 120, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=most, help_text=help_text)


class InstitutionForm(forms.Form):
    """What may be changed about an institution; ownership and closing have forms of their own."""

    name_zh = _text(_("Chinese name"), required=True)
    name_en = _text(_("English name"), most=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=InstitutionKind.choices)
    grade_structure = forms.ChoiceField(
        label=_("Grade structure"), required=False, choices=[("", "–"), *GradeStructure.choices]
    )
    setting = forms.ChoiceField(label=_("Setting"), choices=Setting.choices)
    township_id = forms.ChoiceField(label=_("Township"), required=False)
    address = _text(_("Address"), most=200)
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, min_value=_LONGITUDES[0], max_value=_LONGITUDES[1]
    )
    latitude = forms.FloatField(
        label=_("Latitude"), required=False, min_value=_LATITUDES[0], max_value=_LATITUDES[1]
    )
    phone = _text(_("Telephone"), most=30)
    opened_on = _day(_("Opened on"))
    is_boarding = forms.BooleanField(label=_("Has boarders"), required=False)
    planned_places = forms.IntegerField(label=_("Planned places"), required=False, min_value=0)
    established_teacher_posts = forms.IntegerField(
        label=_("Established teacher posts"), required=False, min_value=0
    )
    site_area_m2 = _area(_("Site area, m²"))
    building_area_m2 = _area(_("Building area, m²"))
    wireless = forms.ChoiceField(label=_("Wireless coverage"), choices=WirelessCoverage.choices)
    wireless_full_on = _day(_("Full wireless coverage since"))

    def __init__(self, *args: Any, division: str, **kwargs: Any) -> None:
        """Offer the townships of the institution's division."""
        super().__init__(*args, **kwargs)
        townships = Township.objects.filter(division=division).values_list("code", "name_zh")
        self.fields["township_id"].choices = [("", "–"), *townships]  # type: ignore[attr-defined]

    @classmethod
    def values_of(cls, institution: Institution) -> dict[str, Any]:
        """The present values of an institution, as the form shows them."""
        return {name: getattr(institution, name) for name in cls.base_fields}

    def changes(self) -> dict[str, Any]:
        """The values for the service; an empty number, day or township is None, an empty text is empty."""
        cleaned = dict(self.cleaned_data)
        cleaned["township_id"] = cleaned["township_id"] or None
        return cleaned


class NewInstitutionForm(InstitutionForm):
    """The same for an institution that is entered for the first time."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^\d{10}$",
        help_text=_("Ten digits: class of the school, province, serial."),
        error_messages={"invalid": _("A code has ten digits.")},
    )
    ownership = forms.ChoiceField(label=_("Ownership"), choices=Ownership.choices)
    field_order = ("code", "name_zh", "name_en", "kind", "ownership")


class OwnershipForm(forms.Form):
    """A change of ownership from a day on."""

    ownership = forms.ChoiceField(label=_("Ownership"), choices=Ownership.choices)
    on = _day(_("From"), required=True)
    document = _text(_("Document of the decision"), required=True)


class ReasonOnDayForm(forms.Form):
    """Something that ends on a day, with the reason."""

    on = _day(_("On"), required=True)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=500)


class RestrictionForm(forms.Form):
    """A bar on an institution."""

    barred_from = forms.RegexField(
        label=_("Barred from"),
        regex=r"^[a-z]+(\.[a-z_]+)+$",
        help_text=_(
            "The act as the product names it, for example honours.apply or training.publish_course."
        ),
        error_messages={"invalid": _("Name the act as area.act, in small letters.")},
    )
    valid_from = _day(_("From"), required=True)
    valid_to = _day(_("Until"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=500)
    legal_basis = _text(_("Legal basis"), required=True, most=200)
    source = _text(
        _("Record that caused it"),
        required=True,
        most=80,
        help_text=_("For example case 2023-017."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that is empty."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end <= start:
            self.add_error("valid_to", _("The end must lie after the start."))
        return cleaned


class PurposeForm(forms.Form):
    """Why somebody looks at an identity number; it is written into the audit log."""

    purpose = forms.CharField(label=_("What for"), max_length=200)


class IdentityForm(forms.Form):
    """A look-up of a student by identity number."""

    identity_number = forms.CharField(label=_("Identity number"), max_length=18, min_length=18)
    purpose = forms.CharField(label=_("What for"), max_length=200)
