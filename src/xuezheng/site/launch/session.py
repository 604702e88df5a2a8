"""One run of `xuezheng up`, from the checks before anything is touched to the last process stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rich.console import Console

from xuezheng.site.bootstrap import data_folder, names_a_database
from xuezheng.site.launch import address, children
from xuezheng.site.launch.hold import held_data_folder
from xuezheng.site.launch.steps import Steps


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What the user asked for."""

    host: str
    port: int
    scale: Fraction | None
    seed: str | None
    reset: bool


def bring_up(wishes: Wishes, console: Console) -> bool:
    """Prepare the city and serve it until Ctrl-C; True when it had been serving, False when stopped before."""
    address.require_free(wishes.host, wishes.port)
    folder = data_folder()
    shown = address.web_address(wishes.host, wishes.port)
    serving = False
    try:
        with ExitStack() as stack:
            stack.enter_context(held_data_folder(folder, note=shown))
            stack.enter_context(_database(folder, wishes, Steps(console)))
            processes, is_demonstration = _city_and_processes(stack, wishes, folder, Steps(console))
            with Steps(console).step("Web server and job worker"):
                children.wait_until_answering(f"{shown}health/", processes)
            serving = True
            _greet(console, shown, folder, is_demonstration=is_demonstration)
            children.watch(processes)
    except KeyboardInterrupt:
        pass  # everything has been stopped by the time we are here
    console.print("Stopped. The data is kept." if serving else "Stopped before it was ready.")
    return serving


@contextmanager
def _database(folder: Path, wishes: Wishes, steps: Steps) -> Iterator[None]:
    """The embedded server for the length of the block, or nothing where the user names a server."""
    if names_a_database():
        yield
        return
    from xuezheng.site.launch.reset import forget_data
    from xuezheng.site.postgres import ensure_server

    with ExitStack() as stack:
        with steps.step("Database"):
            if wishes.reset:
                forget_data(folder)
            server = stack.enter_context(ensure_server(folder))
        os.environ["DATABASE_URL"] = server.url
        yield


def _city_and_processes(
    stack: ExitStack, wishes: Wishes, folder: Path, steps: Steps
) -> tuple[list[children.Child], bool]:
    """Prepare the city and start the processes; side by side where the city was prepared before."""
    with steps.step("Tables"):
        from xuezheng.site.bootstrap import setup_django

        setup_django()
        from xuezheng.site.launch import preparation

        preparation.migrate()
    city = preparation.CityWish(scale=wishes.scale, seed=wishes.seed, replace=wishes.reset)
    if preparation.is_prepared() and not wishes.reset:
        environment = _environment(wishes, folder, is_demonstration=True)
        processes = stack.enter_context(_processes(wishes, folder, environment))
        return processes, preparation.prepare_city(steps, city)
    is_demonstration = preparation.prepare_city(steps, city)
    environment = _environment(wishes, folder, is_demonstration=is_demonstration)
    return stack.enter_context(_processes(wishes, folder, environment)), is_demonstration


def _environment(wishes: Wishes, folder: Path, *, is_demonstration: bool) -> dict[str, str]:
    environment = {
        "DJANGO_SETTINGS_MODULE": "xuezheng.site.settings",
        "XUEZHENG_DATA": str(folder),
        "XUEZHENG_DEMONSTRATION": "yes" if is_demonstration else "no",
        # Cookies do not know ports: two cities on one machine would sign each other out.
        "XUEZHENG_COOKIE_SUFFIX": str(wishes.port),
        "XUEZHENG_HOSTS": address.allowed_hosts(wishes.host),
    }
    return {name: value for name, value in environment.items() if name not in os.environ}


@contextmanager
def _processes(
    wishes: Wishes, folder: Path, environment: Mapping[str, str]
) -> Iterator[list[children.Child]]:
    commands = {
        "web server": children.web_command(wishes.host, wishes.port),
        "job worker": children.worker_command(),
    }
    with children.running(commands, environment=environment, logs=folder / "logs") as processes:
        yield processes


def _greet(console: Console, shown: str, folder: Path, *, is_demonstration: bool) -> None:
    console.print()
    if is_demonstration:
        from xuezheng.site.launch.sign_ins import sign_in_table

        console.print(sign_in_table())
    console.print(f"[bold]{shown}[/]  (data in {folder}; Ctrl-C stops)", highlight=False)
