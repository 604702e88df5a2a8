"""Forms of users, grants, tokens and the own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.accounts.models.users import Language
from xuezheng.apps.accounts.roles import SCOPES_OF_ROLE, Role, ScopeKind
from xuezheng.apps.accounts.services.grants import GrantScope
from xuezheng.apps.accounts.services.tokens import MAX_DAYS

_GRANTABLE = [(role.value, role.label) for role in Role if role != Role.PUBLIC]
_DIVISION_DIGITS, _INSTITUTION_DIGITS = 6, 10


def scope_for(
    role: str, *, division: str = "", institution: str = "", unit: str = ""
) -> GrantScope:
    """Choose the scope that the codes given mean for a role; the service says what is missing."""
    kinds = SCOPES_OF_ROLE.get(Role(role), ()) if role in Role.values else ()
    if institution:
        kind = ScopeKind.INSTITUTION
    elif division and ScopeKind.INSTITUTION not in kinds:
        kind = ScopeKind.DIVISION
    else:
        kind = kinds[0] if kinds else ScopeKind.CITY
    return GrantScope(kind=kind, division=division, institution=institution, unit=unit)


class UserFilterForm(forms.Form):
    """What the list of users shows; it lives in the address."""

    q = forms.CharField(label=_("User name, name or e-mail"), required=False, max_length=80)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *_GRANTABLE]
    )
    division = forms.RegexField(
        r"^\d{6}$", label=_("Division code"), required=False, max_length=_DIVISION_DIGITS
    )


class NewUserForm(forms.Form):
    """A user about to be made."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("What the user signs in with. Letters, digits and @ . + - _ only."),
    )
    name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20)
    language = forms.ChoiceField(label=_("Language of the pages"), choices=Language.choices)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=_("At least ten characters. The user changes it under “My account”."),
    )


class PasswordForm(forms.Form):
    """A new password that the planner gives."""

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )


class GrantForm(forms.Form):
    """A role about to be given."""

    role = forms.ChoiceField(label=_("Role"), choices=_GRANTABLE)
    division = forms.RegexField(
        r"^\d{6}$",
        label=_("Division code"),
        required=False,
        max_length=_DIVISION_DIGITS,
        help_text=_("Six digits; for district officers, and for everybody at an institution."),
    )
    institution = forms.RegexField(
        r"^\d{10}$",
        label=_("Institution code"),
        required=False,
        max_length=_INSTITUTION_DIGITS,
        help_text=_("Ten digits; for school heads, teachers and institution operators."),
    )
    unit = forms.SlugField(
        label=_("Unit of the bureau"),
        required=False,
        max_length=40,
        help_text=_("For division officers, as the policy pack names it, e.g. preschool."),
    )
    valid_to = forms.DateField(
        label=_("Ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("First day without the role; empty if it is open."),
    )

    def scope(self) -> GrantScope:
        """The scope that was filled in."""
        data: dict[str, Any] = self.cleaned_data
        return scope_for(
            data["role"],
            division=data["division"],
            institution=data["institution"],
            unit=data["unit"],
        )


class TokenForm(forms.Form):
    """A token about to be made."""

    title = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("So that you recognise it later.")
    )
    days = forms.IntegerField(
        label=_("Valid for days"), min_value=1, max_value=MAX_DAYS, initial=90
    )


class LanguageForm(forms.Form):
    """The language in which somebody reads the pages."""

    language = forms.ChoiceField(
        label=_("Language of the pages"), choices=Language.choices, widget=forms.RadioSelect
    )
