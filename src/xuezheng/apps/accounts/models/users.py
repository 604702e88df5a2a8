"""People who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages of the pages, each named in itself."""

    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class User(AbstractUser):
    """Somebody who signs in; what they may do is in their role grants."""

    first_name = None  # type: ignore[assignment]  # one field holds the whole name, as Chinese names need
    last_name = None  # type: ignore[assignment]  # see first_name
    name = models.CharField(_("Name"), max_length=60)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    language = models.CharField(
        _("Language"), max_length=10, choices=Language, default=Language.CHINESE
    )
    is_demo = models.BooleanField(default=False, help_text="Made for the demonstration city.")

    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return f"{self.name} ({self.username})" if self.name else self.username

    def get_full_name(self) -> str:
        """The name, or the user name where none was given."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """The same as the full name."""
        return self.get_full_name()
