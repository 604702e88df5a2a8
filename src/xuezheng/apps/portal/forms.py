"""Forms of the portal."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_HASH = re.compile(r"[0-9a-f]{64}")
_LARGEST_MEGABYTES = 50


class CheckForm(forms.Form):
    """A file, or the hash printed on a document."""

    file = forms.FileField(
        label=_("The file"),
        required=False,
        help_text=_("Its fingerprint is computed here; the file is not kept."),
    )
    digest = forms.CharField(
        label=_("Or its SHA-256"),
        required=False,
        max_length=200,
        help_text=_("64 letters and digits, as printed at the foot of the document."),
    )

    def clean_digest(self) -> str:
        """Take the hash with whatever spaces and capitals it was copied with."""
        digest = "".join(str(self.cleaned_data["digest"]).split()).lower()
        if digest and not _HASH.fullmatch(digest):
            raise forms.ValidationError(
                _("Enter 64 characters, each a digit or a letter from a to f.")
            )
        return digest

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two, of a size that can be read."""
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None and file.size > _LARGEST_MEGABYTES * 1024 * 1024:
            self.add_error("file", _("The file is larger than 50 MB; give its SHA-256 instead."))
        if file is None and not cleaned.get("digest") and not self.errors:
            self.add_error("file", _("Choose a file, or enter its SHA-256."))
        return cleaned
