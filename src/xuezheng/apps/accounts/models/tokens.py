"""Tokens with which programs read the API in a user's name."""

from django.db import models

from xuezheng.apps.accounts.models.users import User


class ApiToken(models.Model):
    """A token, known only by its hash; the secret is shown once when it is made."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    title = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, help_text="First characters, to recognise it by.")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="token_expires_later",
            ),
        )

    def __str__(self) -> str:
        return f"{self.prefix}… {self.title}"
