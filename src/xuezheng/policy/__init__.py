"""Policy packs: a city's rules and plan as data, loaded, checked and looked up by date."""

from xuezheng.policy.geography import Division, Geography, Township
from xuezheng.policy.loading import load_pack
from xuezheng.policy.location import find_pack, list_packs, packs_folders
from xuezheng.policy.pack import Pack
from xuezheng.policy.problems import PackInvalid, PackMissing, PackProblem

__all__ = [
    "Division",
    "Geography",
    "Pack",
    "PackInvalid",
    "PackMissing",
    "PackProblem",
    "Township",
    "find_pack",
    "list_packs",
    "load_pack",
    "packs_folders",
]
