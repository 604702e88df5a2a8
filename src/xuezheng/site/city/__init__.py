"""The demonstration city: Harbin's real divisions and numbers of children, invented schools and people.

`docs/explanation/demonstration-city.md` says what is real, what is invented, and what the scale means.
"""

from xuezheng.site.city.build import Progress, build_city, city_info, drop_city
from xuezheng.site.city.state import (
    BuildRunning,
    CityPresent,
    CitySummary,
    ForeignRecords,
    ScaleInvalid,
)

__all__ = [
    "BuildRunning",
    "CityPresent",
    "CitySummary",
    "ForeignRecords",
    "Progress",
    "ScaleInvalid",
    "build_city",
    "city_info",
    "drop_city",
]
