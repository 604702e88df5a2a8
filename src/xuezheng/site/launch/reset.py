"""Forgets what an earlier `xuezheng up` built in a data folder, and nothing else that lies there."""

from __future__ import annotations

import shutil
from pathlib import Path

from xuezheng.site.postgres.cluster import cluster_major
from xuezheng.site.postgres.process import find_running, stop

_OWN = ("postgres", "snapshots", "files")


def forget_data(folder: Path) -> None:
    """Remove the database, the snapshots and the uploads of `folder`; keys and logs stay."""
    cluster = folder / "postgres"
    cluster_major(cluster)  # refuses a folder that only happens to bear the name
    running = find_running(cluster)
    if running is not None:
        stop(running, cluster)
    for name in _OWN:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
