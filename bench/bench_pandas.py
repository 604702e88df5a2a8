"""Thirteen indicators in pandas, written as an analyst would: the peer of `bench/indicators.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from bench_pandas_plan import add_plan_figures
from bench_pandas_plan import add_up as _add

COMPULSORY = ("primary", "junior")
LIMITS = {"primary": 45, "junior": 50}
SCHOOL_LIMITS = {"nine_year": 2500, "twelve_year": 2500}
SCHOOLS = ("primary", "junior", "nine_year", "senior", "complete_secondary", "twelve_year")


def compute_figures(
    folder: Path, as_of: date, columns: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Give the figures that are not empty, by indicator, level and unit."""
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet", columns=list(wanted))
        for name, wanted in columns.items()
    }
    day = as_of
    institutions = _open_institutions(tables, day)
    classes, students = _classes(tables, day)
    schools = _school_pupils(institutions, classes, students)
    figures: dict[str, str] = {}
    compulsory = classes[classes["stage"].isin(COMPULSORY)]
    over = (compulsory["pupils"] > compulsory["stage"].map(LIMITS)).astype(float)
    _add(figures, "3.6", compulsory.assign(n=over.where(compulsory["pupils"].notna())), "sum")
    sized = schools[
        schools["kind"].isin([*LIMITS, *SCHOOL_LIMITS, "complete_secondary", "teaching_point"])
    ]
    limit = sized["kind"].map(SCHOOL_LIMITS).fillna(2000)
    big = (sized["compulsory"] > limit).astype(float).where(sized["compulsory"].notna())
    _add(figures, "3.5", sized.assign(n=big), "sum")
    _add_share_of_kitchens(figures, tables, institutions, day)
    private = schools[(schools["compulsory"] > 0) | schools["compulsory"].isna()]
    amount = (
        private["compulsory"]
        .where(private["ownership"] != "public", 0)
        .where(private["compulsory"].notna())
    )
    _add(figures, "10.5", private.assign(n=amount, d=private["compulsory"]), "ratio")
    gardens = schools[(schools["kindergarten"] > 0) | schools["kindergarten"].isna()]
    inclusive = gardens["ownership"].isin(["public", "inclusive_private"])
    amount = gardens["kindergarten"].where(inclusive, 0).where(gardens["kindergarten"].notna())
    _add(figures, "1.3-coverage", gardens.assign(n=amount, d=gardens["kindergarten"]), "ratio")
    wired = institutions[institutions["kind"].isin(SCHOOLS)]
    full = (wired["wireless"] == "full") & (
        wired["wireless_full_on"].isna() | (wired["wireless_full_on"] <= day)
    )
    _add(
        figures,
        "2.7",
        wired.assign(n=full.astype(float).where(wired["wireless"] != "unknown")),
        "sum",
    )
    add_plan_figures(figures, tables, institutions, schools, students, day)
    return figures


def _open_institutions(tables: Mapping[str, pd.DataFrame], day: date) -> pd.DataFrame:
    frame = tables["institutions"]
    frame = frame[
        (frame["opened_on"].isna() | (frame["opened_on"] <= day))
        & (frame["closed_on"].isna() | (frame["closed_on"] > day))
    ]
    periods = tables["ownership_periods"]
    held = periods[
        (periods["valid_from"] <= day) & (periods["valid_to"].isna() | (periods["valid_to"] > day))
    ]
    now = held.groupby("institution_code")["ownership"].max()
    return frame.assign(ownership=frame["institution_code"].map(now).fillna(frame["ownership"]))


def _classes(tables: Mapping[str, pd.DataFrame], day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    students = tables["students"]
    enrolled = students[
        (students["entered_on"] <= day) & (students["left_on"].isna() | (students["left_on"] > day))
    ]
    year = day.year if day.month >= 9 else day.year - 1
    years = enrolled["class_key"].map(tables["classes"].set_index("class_key")["school_year"])
    by_code = years.groupby(enrolled["institution_code"])
    current = (years == year).groupby(enrolled["institution_code"]).any()
    with_files = set(current.index[current | (by_code.count() == 0)])
    classes = tables["classes"][tables["classes"]["school_year"] == year]
    counted = enrolled.groupby("class_key").size()
    has_files = classes["institution_code"].isin(with_files)
    pupils = (
        classes["class_key"].map(counted).fillna(0).where(has_files, classes["reported_pupils"])
    )
    return classes.assign(pupils=pupils, has_files=has_files), enrolled


def _school_pupils(
    institutions: pd.DataFrame, classes: pd.DataFrame, enrolled: pd.DataFrame
) -> pd.DataFrame:
    by_files = enrolled.groupby(["institution_code", "stage"]).size().rename("pupils").reset_index()
    reported = classes[~classes["has_files"]].groupby(["institution_code", "stage"])["pupils"]
    by_report = (
        reported.sum().where(reported.count() == reported.size()).rename("pupils").reset_index()
    )
    stages = pd.concat([by_files, by_report])

    def total(wanted: Sequence[str]) -> pd.Series:
        chosen = stages[stages["stage"].isin(wanted)].groupby("institution_code")["pupils"]
        sums = chosen.sum().where(chosen.count() == chosen.size())
        absent = ~institutions["institution_code"].isin(sums.index)
        return institutions["institution_code"].map(sums).where(~absent, 0)

    return institutions.assign(
        compulsory=total(COMPULSORY),
        kindergarten=total(["kindergarten"]),
        pupils=total(stages["stage"].unique()),
    )


def _add_share_of_kitchens(
    figures: dict[str, str],
    tables: Mapping[str, pd.DataFrame],
    institutions: pd.DataFrame,
    day: date,
) -> None:
    kitchens = tables["kitchens"]
    kitchens = kitchens[
        kitchens["institution_code"].isin(institutions["institution_code"])
        & (kitchens["meal_mode"] != "outside")
    ]
    online = kitchens["camera_online_on"].notna() & (kitchens["camera_online_on"] <= day)
    _add(figures, "7.8", kitchens.assign(n=online.astype(float), d=1.0), "ratio")
