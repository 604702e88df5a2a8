"""Text in the two languages of the product."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalizedText:
    """A name or title in Simplified Chinese and English; both are required and not blank."""

    zh: str
    en: str

    # Read by pydantic where packs are validated; the kernel itself does not know pydantic.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def __post_init__(self) -> None:
        """Refuse a blank text in either language."""
        for language in ("zh", "en"):
            if not getattr(self, language).strip():
                raise ValueError(f"the {language} text is blank")

    def in_language(self, language: str) -> str:
        """Give the text for a language tag such as ``zh-hans`` or ``en-gb``; Chinese is the default."""
        return self.en if language.lower().split("-")[0] == "en" else self.zh

    def __str__(self) -> str:
        """Give the Chinese text, the default language."""
        return self.zh
