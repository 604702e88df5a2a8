"""The filter of the audit list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xuezheng.apps.record.selectors import EventFilter


class EventFilterForm(forms.Form):
    """What the list of events shows; it lives in the address."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    action = forms.CharField(label=_("Action begins with"), required=False, max_length=80)
    subject_kind = forms.CharField(label=_("Kind of subject"), required=False, max_length=40)
    subject_id = forms.CharField(label=_("Subject"), required=False, max_length=80)
    division = forms.CharField(label=_("Division code"), required=False, max_length=6)
    actor = forms.CharField(label=_("Who"), required=False, max_length=60)

    def wanted(self) -> EventFilter:
        """The filter; a field that cannot be read does not narrow the list."""
        self.is_valid()
        return EventFilter(**{name: value for name, value in self.cleaned_data.items() if value})
