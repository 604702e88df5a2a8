"""What can be wrong in a pack, and the one error that lists all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xuezheng.kernel.errors import PackError, Phrase, gettext_noop

_SHOWN_VALUE = 80
_WITH_LINE = gettext_noop("%(file)s, line %(line)s, %(path)s")
_WITHOUT_LINE = gettext_noop("%(file)s, %(path)s")
_VALUE = gettext_noop("(found: %(value)s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackProblem:
    """One thing to correct: where it is, what stands there, what is wrong, what to do."""

    file: str
    line: int | None
    path: str
    value: str | None
    what: Phrase
    remedy: Phrase

    def message(self, translate: Callable[[str], str] | None = None) -> str:
        """Make the sentence that names file, line, path, value and remedy."""
        gettext = translate or str
        place = gettext(_WITHOUT_LINE if self.line is None else _WITH_LINE)
        head = place % {"file": self.file, "line": self.line, "path": self.path}
        found = "" if self.value is None else " " + gettext(_VALUE) % {"value": self.value}
        what = self.what.render(gettext).rstrip(".。")
        return f"{head}: {what}{found}. {self.remedy.render(gettext)}"


class PackInvalid(PackError):
    """A pack has one or more problems; ``problems`` holds them all."""

    code = "pack.invalid"
    template = gettext_noop("The pack %(pack)s cannot be used; problems found: %(count)s.")
    remedy = gettext_noop("Correct them and run “xuezheng pack check” again.")

    problems: tuple[PackProblem, ...]

    def __init__(self, *, pack: str, problems: Sequence[PackProblem], **facts: object) -> None:
        """Keep the problems in the order found."""
        self.problems = tuple(problems)
        super().__init__(pack=pack, problems=self.problems, **{"count": len(problems), **facts})

    def message(self, translate: Callable[[str], str] | None = None) -> str:
        """Make the head sentence and one line for each problem."""
        lines = [super().message(translate)]
        return "\n".join(lines + ["- " + problem.message(translate) for problem in self.problems])


class PackMissing(PackError):
    """No folder of packs holds the pack asked for."""

    code = "pack.missing"
    template = gettext_noop("There is no policy pack %(name)s in %(places)s.")
    remedy = gettext_noop("Give the folder that holds its pack.yaml, or set XUEZHENG_PACKS.")


class ParameterMissing(PackError):
    """A pack has no such parameter."""

    code = "pack.parameter_missing"
    template = gettext_noop("The pack %(pack)s has no parameter %(parameter)s.")
    remedy = gettext_noop("Correct the name, or add it under parameters/; near names: %(near)s.")


class ParameterNotInForce(PackError):
    """A parameter has no value on a day."""

    code = "pack.parameter_not_in_force"
    template = gettext_noop(
        "The parameter %(parameter)s of pack %(pack)s has no value on %(day)s;"
        " its values begin on %(first)s."
    )
    remedy = gettext_noop("Add the value of that time with its source, or ask for a later day.")


class CommitmentMissing(PackError):
    """A pack has no such commitment."""

    code = "pack.commitment_missing"
    template = gettext_noop("The pack %(pack)s has no commitment %(commitment)s.")
    remedy = gettext_noop("Use an id as printed in the plan, such as %(example)s.")


class RuleUntestable(PackError):
    """A parameter states no test, so nothing can be judged by it."""

    code = "pack.rule_untestable"
    template = gettext_noop("The parameter %(parameter)s of pack %(pack)s states no test.")
    remedy = gettext_noop("Give it “test” in its file, or judge by another parameter.")


def shorten(value: object) -> str:
    """Write a value for a message, cut to a readable length."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_VALUE else text[: _SHOWN_VALUE - 1] + "…"
