"""What is not as it should be on one server: daemon, unit, files, interfaces, lease storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .files import Word, wrong_files
from .health import Found, ServerHealth, SiteHealth, Trouble, Unreached, minute
from .hearing import heard_on, unheard

MEGABYTE = 1_000_000
FULL = MEGABYTE
"""Bytes free below which the daemon soon cannot write a lease."""
LOW = 100 * MEGABYTE
COMPLAINTS = 3
"""Log lines of one server that are shown."""
APPLY = "Run apply."
READ_LOG = "Read its log: journalctl -u {unit}."


def server_trouble(health: SiteHealth, server: str) -> Iterator[Trouble]:
    """What is wrong with a server that was asked."""
    answer = health.servers[server]
    if answer is None:
        todo = "Check its power, its network and SSH, then run status again."
        yield Trouble("unreachable", server, None, "it cannot be reached", todo)
        return
    if isinstance(answer, Unreached):
        text = f"it cannot be looked at: {answer.reason}"
        todo = "Fix what the reason names, then run status again."
        yield Trouble("unreadable", server, None, text, todo)
        return
    for check in _checks(answer):
        for code, text, todo in check(health, server, answer):
            yield Trouble(code, server, None, text, todo)


Check = Callable[[SiteHealth, str, ServerHealth], Iterator[Found]]


def _checks(one: ServerHealth) -> Sequence[Check]:
    """The checks that make sense for a server: few before its first apply."""
    if one["look"]["daemon"]["version"] is None:
        return (_installed, _old_script, _others)
    if untouched(one):
        return (_files, _old_script, _others)
    return (_unit, _process, _files, _change, _old_script, _interfaces, _others, _storage)


def untouched(one: ServerHealth) -> bool:
    """Whether no apply has ever reached the server; another's daemon may run on it."""
    if one["look"]["daemon"]["loaded"] or one["system"]["memory"]["partners"]:
        return False
    return "never-applied" in wrong_files(one).values()


def _installed(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    todo = APPLY
    if one["look"]["absent"]:
        todo = "Add package sources that have it to the server, then run apply."
    yield "not-installed", f"{health.engine.DAEMON_NAME} is not installed", todo


def _unit(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    daemon, unit = one["look"]["daemon"], health.engine.UNIT
    if not daemon["running"]:
        todo = f"Run apply; if it does not stay up, read its log: journalctl -u {unit}."
        yield "not-running", f"{health.engine.DAEMON_NAME} does not run", todo
    if daemon["masked"]:
        todo = f"If it may run again: systemctl unmask {unit}, then run apply."
        yield "unit-masked", f"{unit} is masked", todo
    elif not daemon["enabled"]:
        yield "unit-not-enabled", f"{unit} does not start at boot", APPLY
    if daemon["stale_unit"]:
        yield "unit-not-reloaded", f"systemd has not read the unit file of {unit} again", APPLY
    if daemon["drop_ins"]:
        text = f"{unit} is changed by {', '.join(daemon['drop_ins'])}"
        yield "unit-changed", text, "Remove the drop-in, then run apply."
    if daemon["restarts"]:
        times = "once" if daemon["restarts"] == 1 else f"{daemon['restarts']} times"
        text = f"systemd has restarted {health.engine.DAEMON_NAME} by itself {times}"
        yield "restarted", text, READ_LOG.format(unit=unit)


def _process(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    daemon, name = one["look"]["daemon"], health.engine.DAEMON_NAME
    process = daemon["process"]
    if process and process["state"] in ("T", "t"):
        todo = f"Let it go on with kill -CONT {process['pid']}, or run apply."
        yield "process-stopped", f"{name} (process {process['pid']}) is stopped", todo
    if process and process["state"] == "D":
        text = f"{name} (process {process['pid']}) hangs: it waits for a disk"
        yield "process-hung", text, "Check the server's disks and its kernel log."
    if process and process["program"].endswith(" (deleted)"):
        text = f"{name} still runs the old program, its package was upgraded"
        yield "program-replaced", text, APPLY
    complaints = daemon["complaints"]
    for line in complaints[:COMPLAINTS]:
        yield "complaint", f"it logged {line!r}", READ_LOG.format(unit=health.engine.UNIT)
    if more := len(complaints[COMPLAINTS:]):
        text = f"it logged {more} more lines that a healthy pair does not log"
        yield "complaint", text, READ_LOG.format(unit=health.engine.UNIT)
    if daemon["running"] and not daemon["firewall"]:
        yield "firewall", "the firewall rules in force are not those of its rules file", APPLY


FILE_TROUBLE: dict[Word, tuple[str, str]] = {
    "never-applied": ("never applied", APPLY),
    "not-yet-applied": ("not yet applied", APPLY),
    "edited": (
        "edited on the server",
        "Run apply with --dry --diff to see the edit; apply puts the declared file back.",
    ),
    "not-loaded": ("not loaded by the running daemon", "Run apply; it restarts the daemon."),
    "file-mode": ("wrong owner or mode", APPLY),
}


def _files(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    wrong = wrong_files(one)
    for word, (text, todo) in FILE_TROUBLE.items():
        if paths := [path for path, its in wrong.items() if its == word]:
            yield word, f"{text}: {', '.join(paths)}", todo


def _change(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    memory = one["system"]["memory"]
    turn = memory["turn"]
    if turn and turn.left > 0:
        text = f"{turn.holder} applies a change since {minute(turn.since)}"
        yield "applying", text, "Wait until it is done, then run status again."
        return
    if memory["unproven"]:
        yield "unproven", "its last change is not proven", APPLY
    if leftovers := one["look"]["leftovers"]:
        yield "leftovers", f"an interrupted apply left {', '.join(leftovers)}", APPLY


def _old_script(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    for line in one["look"]["legacy"]:
        what, _, rest = line.partition(" ")
        if what == "v6":
            todo = "Give the DHCPv6 server its own unit, and take it out of the script's settings."
            yield "old-script-dhcpv6", f"the old start script runs DHCPv6 too: {rest}", todo
        else:
            text = f"the old start script is set up with {rest}, which apply does not keep"
            yield "old-script-use", text, "Declare what you need of it in the data."


def _interfaces(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    daemon, name = one["look"]["daemon"], health.engine.DAEMON_NAME
    needed = one["needed_interfaces"]
    there = {it.interface for it in one["system"]["addresses"]}
    for interface in needed:
        if interface not in there:
            text = f"{interface}, which the networks need, is missing or has no IPv4 address"
            todo = "Bring the interface up with its address, then run apply."
            yield "interface-missing", text, todo
    for interface in unheard(daemon["process"], needed, one["system"]):
        yield "interface-unheard", f"{name} does not hear clients on {interface}", APPLY


def _others(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    for process in one["look"]["daemon"]["others"]:
        if where := ", ".join(heard_on(process, one["needed_interfaces"], one["system"])):
            what = process["program"] or process["command"]
            belongs = f" of {process['unit']}" if process["unit"] else ""
            text = f"{what}{belongs} (process {process['pid']}) answers DHCP too, on {where}"
            todo = "Stop and disable it, or keep it off the interfaces that this server serves."
            yield "other-server", text, todo


def _storage(health: SiteHealth, server: str, one: ServerHealth) -> Iterator[Found]:
    storage = one["look"]["storage"]
    free = f"{storage['free'] / MEGABYTE:.1f} MB free"
    if storage["free"] < FULL:
        text = f"the file system of the leases is full ({free})"
        yield "storage-full", text, "Make space on it now: without it no lease is given."
    elif not storage["writable"]:
        text = f"leases cannot be written: {storage['why']}"
        yield "storage-not-writable", text, "Fix that, then run apply."
    elif storage["free"] < LOW:
        text = f"the file system of the leases has little space ({free})"
        yield "storage-low", text, "Make space on it."
