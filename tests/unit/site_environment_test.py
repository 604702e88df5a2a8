"""Readers of the environment: they understand, or stop with a sentence that names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from xuezheng.site.database_url import parse_database_url
from xuezheng.site.environment import Environment, SettingError


class TestText:
    """`text` and `optional_text`."""

    def test_reads_the_variable(self) -> None:
        """The value stands as it is."""
        assert Environment({"NAME": " 哈尔滨 "}).text("NAME") == " 哈尔滨 "

    def test_reads_a_secret_from_a_file(self, tmp_path: Path) -> None:
        """`NAME_FILE` names a file, whose ends are trimmed."""
        file = tmp_path / "secret"
        file.write_text("s3cret\n", encoding="utf-8")

        assert Environment({"KEY_FILE": str(file)}).text("KEY") == "s3cret"

    def test_refuses_both_ways_at_once(self) -> None:
        """Which of two values holds must not be a guess."""
        with pytest.raises(SettingError, match="Both KEY and KEY_FILE"):
            Environment({"KEY": "a", "KEY_FILE": "b"}).text("KEY")

    def test_names_the_file_that_cannot_be_read(self) -> None:
        """A wrong path is an error, not an empty secret."""
        with pytest.raises(SettingError, match="KEY_FILE points at /nowhere/key"):
            Environment({"KEY_FILE": "/nowhere/key"}).text("KEY")

    def test_names_the_variable_that_is_missing(self) -> None:
        """Without a default, a missing variable stops the start and says both ways to set it."""
        with pytest.raises(SettingError, match=r"KEY is not set.*KEY_FILE"):
            Environment({}).text("KEY")


class TestTypedReaders:
    """`flag`, `whole_number`, `choice`, `words`, `folder`."""

    @pytest.mark.parametrize(
        ("word", "meaning"), [("yes", True), ("ON", True), ("0", False), ("no", False)]
    )
    def test_flags(self, word: str, meaning: bool) -> None:
        """Eight words are understood, in any case."""
        assert Environment({"F": word}).flag("F", default=not meaning) is meaning

    @pytest.mark.parametrize("word", ["", "ja", "2", "truee"])
    def test_flags_refuse_the_rest(self, word: str) -> None:
        """An unknown word is never taken for no."""
        with pytest.raises(SettingError, match="F is .* must be yes or no"):
            Environment({"F": word}).flag("F", default=False)

    @pytest.mark.parametrize("word", ["3.5", "many", "-1", "0"])
    def test_numbers_refuse(self, word: str) -> None:
        """A number is whole and large enough, or an error."""
        with pytest.raises(SettingError, match="N is .* must be a whole number"):
            Environment({"N": word}).whole_number("N", default=1, lowest=1)

    def test_choices_name_the_choices(self) -> None:
        """The error lists what may stand there."""
        with pytest.raises(SettingError, match="must be one of INFO, ERROR"):
            Environment({"L": "info"}).choice("L", ("INFO", "ERROR"), default="INFO")

    def test_words_and_folders(self) -> None:
        """Lists lose their blanks; folders become absolute."""
        environment = Environment({"W": "a, b,,c ", "D": "here"})

        assert environment.words("W") == ["a", "b", "c"]
        assert environment.folder("D", default=Path("/x")) == Path.cwd() / "here"


class TestUnknownNames:
    """`refuse_unknown`."""

    def test_a_slip_of_the_pen_is_named(self) -> None:
        """A misspelt variable is refused, with the name that was probably meant."""
        environment = Environment({"XUEZHENG_DEBGU": "1", "PATH": "/bin"})
        environment.flag("XUEZHENG_DEBUG", default=False)

        with pytest.raises(SettingError, match="XUEZHENG_DEBGU.*Did you mean XUEZHENG_DEBUG"):
            environment.refuse_unknown("XUEZHENG_")


class TestDatabaseUrl:
    """`parse_database_url`."""

    def test_reads_every_part(self) -> None:
        """User, password, host, port, name and options, with signs escaped."""
        parsed = parse_database_url(
            "postgresql://me:a%40b@db.example.org:5433/city?sslmode=require"
        )

        expected = {
            "NAME": "city",
            "USER": "me",
            "PASSWORD": "a@b",
            "HOST": "db.example.org",
            "PORT": "5433",
        }
        assert expected == {name: parsed[name] for name in expected}
        assert parsed["OPTIONS"] == {"sslmode": "require"}

    def test_reads_a_socket_folder(self) -> None:
        """A folder as host comes in the query, as libpq writes it."""
        parsed = parse_database_url("postgresql://xuezheng@/city?host=/run/a%20b")

        assert parsed["HOST"] == "/run/a b"

    @pytest.mark.parametrize(
        "url", ["sqlite:///city.db", "mysql://a/b", "city", "postgresql://host/"]
    )
    def test_refuses_other_databases(self, url: str) -> None:
        """PostgreSQL only, and always with a name; the error shows the form."""
        with pytest.raises(SettingError, match="postgresql://user:password@host:port/name"):
            parse_database_url(url)
