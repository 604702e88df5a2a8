"""Published documents, found by the hash of their content."""

from django.db import models


class DocumentContent(models.Model):
    """The bytes of a document, once, whatever number of times it was published."""

    hash = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the bytes.")
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(hash__regex=r"^[0-9a-f]{64}$"), name="content_hash_hex"
            ),
        )

    def __str__(self) -> str:
        return self.hash


class PublishedDocument(models.Model):
    """A document that was made public, when and by whom, and what replaced it."""

    content = models.ForeignKey(
        DocumentContent, on_delete=models.PROTECT, related_name="publications"
    )
    kind = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    division = models.CharField(max_length=6, blank=True)
    published_at = models.DateTimeField()
    published_by_id = models.CharField(max_length=40, blank=True)
    published_by_label = models.CharField(max_length=120)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    class Meta:
        ordering = ("-published_at", "-id")
        indexes = (models.Index(fields=("kind", "-published_at"), name="document_by_kind"),)

    def __str__(self) -> str:
        return self.title_zh

    @property
    def name_zh(self) -> str:
        """The Chinese title, under the name that the `localized` filter reads."""
        return self.title_zh

    @property
    def name_en(self) -> str:
        """The English title, or the Chinese one where there is none."""
        return self.title_en or self.title_zh
