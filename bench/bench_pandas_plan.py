"""Seven more indicators of the plan in pandas: openings, staffing, pre-school years, handovers and links."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

CITY = "230100"
INCLUSIVE = ("public", "inclusive_private")
SPEEDS = {"division": 10_000, "institution": 1_000, "classroom": 100}
Tables = Mapping[str, pd.DataFrame]


def add_plan_figures(
    figures: dict[str, str],
    tables: Tables,
    institutions: pd.DataFrame,
    schools: pd.DataFrame,
    enrolled: pd.DataFrame,
    day: date,
) -> None:
    """Add 1.1, 1.2, 1.8, 2.1, 2.5, 2.6 and 7.2."""
    year = date(day.year, 1, 1)
    _add_new_kindergartens(figures, tables, institutions, day, year)
    _add_staffed_kindergartens(figures, tables, institutions, day)
    _add_preschool_years(figures, enrolled)
    _add_handovers(figures, tables["institutions"], day, year)
    _add_links(figures, tables, institutions, day)
    _add_health_staff(figures, tables, schools, day)


def _add_new_kindergartens(
    figures: dict[str, str], tables: Tables, institutions: pd.DataFrame, day: date, year: date
) -> None:
    periods = tables["ownership_periods"]
    held = periods[periods["ownership"].isin(INCLUSIVE) & (periods["valid_from"] <= day)]
    since = institutions["institution_code"].map(
        held.groupby("institution_code")["valid_from"].min()
    )
    new = institutions[
        (institutions["kind"] == "kindergarten")
        & institutions["ownership"].isin(INCLUSIVE)
        & (since >= year)
    ]
    earlier = set(periods.loc[periods["valid_from"] < year, "institution_code"])
    counts = (new["opened_on"] >= year) | new["institution_code"].isin(earlier)
    add_up(figures, "1.1", new.assign(n=counts.astype(float).where(counts)), "sum")


def _add_staffed_kindergartens(
    figures: dict[str, str], tables: Tables, institutions: pd.DataFrame, day: date
) -> None:
    posts = _in_force(tables["staff_posts"], day)
    posts = posts[(posts["kind"] == "teacher") & posts["is_establishment"]]
    gardens = institutions[
        (institutions["kind"] == "kindergarten") & (institutions["ownership"] == "public")
    ]
    granted = gardens["established_teacher_posts"]
    teachers = posts.groupby("institution_code")["staff_key"].nunique()
    full = gardens["institution_code"].map(teachers).fillna(0) >= granted
    add_up(figures, "1.2", gardens.assign(n=full.astype(float).where(granted > 0), d=1.0), "ratio")


def _add_preschool_years(figures: dict[str, str], enrolled: pd.DataFrame) -> None:
    first = enrolled[(enrolled["stage"] == "primary") & (enrolled["grade"] == 1)]
    known = first["preschool_years"].notna()
    three = (first["preschool_years"] >= 3).astype(float)
    add_up(figures, "1.8", first.assign(n=three.where(known), d=1.0), "ratio")


def _add_handovers(
    figures: dict[str, str], institutions: pd.DataFrame, day: date, year: date
) -> None:
    handed = institutions["compound_delivered_on"]
    opened = institutions["opened_on"]
    chosen = institutions[
        institutions["is_of_compound"].astype(bool)
        & (institutions["closed_on"].isna() | (institutions["closed_on"] > day))
        & (handed.between(year, day) | (handed.isna() & opened.between(year, day)))
    ]
    one = chosen["compound_delivered_on"].notna().astype(float)
    add_up(figures, "2.1", chosen.assign(n=one.where(one > 0)), "sum")


def _add_links(
    figures: dict[str, str], tables: Tables, institutions: pd.DataFrame, day: date
) -> None:
    links, divisions = tables["network_links"], tables["divisions"]
    places = divisions.rename(columns={"code": "division_code", "kind": "division_kind"})
    own = links[links["scope"] == "division"].drop(columns="institution_code")
    counties = places[places["division_kind"] != "city"].merge(own, "left", on="division_code")
    schools = institutions.loc[
        institutions["kind"] != "kindergarten", ["institution_code", "division_code"]
    ]
    parts = [counties.assign(required=SPEEDS["division"])]
    for scope in ("institution", "classroom"):
        of_scope = links.loc[links["scope"] == scope, ["institution_code", "mbps"]]
        found = schools.merge(of_scope, "left", on="institution_code")
        parts.append(found.assign(required=SPEEDS[scope]))
    every = pd.concat(parts)
    fast = (every["mbps"] >= every["required"]).astype(float).where(every["mbps"].notna())
    add_up(figures, "2.5", every.assign(n=fast, d=1.0), "ratio")
    districts = counties[counties["division_kind"] == "district"]
    on = districts["is_city_network"].fillna(value=False).astype(bool)
    connected = (on & (districts["connected_on"] <= day)).astype(float)
    unknown = districts["scope"].isna() | (on & districts["connected_on"].isna())
    add_up(
        figures, "2.6", districts.assign(n=connected.where(~unknown), institution_code=None), "sum"
    )


def _add_health_staff(
    figures: dict[str, str], tables: Tables, schools: pd.DataFrame, day: date
) -> None:
    held = tables["staff_qualifications"]
    held = held[
        (held["kind"] == "health_licence")
        & (held["obtained_on"] <= day)
        & (held["expires_on"].isna() | (held["expires_on"] > day))
    ]
    posts = _in_force(tables["staff_posts"], day)
    posts = posts[(posts["kind"] == "health") & posts["staff_key"].isin(held["staff_key"])]
    boards, pupils = schools["is_boarding"].fillna(value=False).astype(bool), schools["pupils"]
    wanted = (schools["kind"] != "kindergarten") & (pupils.isna() | (pupils >= 600) | boards)
    chosen = schools[wanted]
    served = chosen["institution_code"].isin(posts["institution_code"]).astype(float)
    known = chosen["pupils"].notna() | boards[wanted]
    add_up(figures, "7.2", chosen.assign(n=served.where(known), d=1.0), "ratio")


def _in_force(posts: pd.DataFrame, day: date) -> pd.DataFrame:
    return posts[
        (posts["valid_from"] <= day) & (posts["valid_to"].isna() | (posts["valid_to"] > day))
    ]


def add_up(figures: dict[str, str], indicator: str, facts: pd.DataFrame, how: str) -> None:
    """Add up at three levels; facts whose data are missing stay out of the sums."""
    known = facts[facts["n"].notna()]
    for level, key in (
        ("institution", "institution_code"),
        ("division", "division_code"),
        ("city", None),
    ):
        groups = known.groupby(key) if key else known.groupby(lambda _: CITY)
        values = groups["n"].sum()
        if how == "ratio":
            values = 100 * values / groups["d"].sum()
        figures |= {
            f"{indicator} {level} {unit}": f"{value:.6f}"
            for unit, value in values.items()
            if pd.notna(value)
        }
