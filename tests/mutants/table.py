"""The mutants: faults that a fast test has to see, the safety decisions first."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = "deploys/dhcp_failover"


class Mutant(NamedTuple):
    """A fault: ``old`` stands in the file exactly once, and ``new`` takes its place."""

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """The files or folders of tests that are run with it."""


INTERLOCK, PROOF = ("tests/rollout/test_interlock.py",), ("tests/rollout/test_proof.py",)
PLAN, WAVES = ("tests/rollout/test_plan.py",), ("tests/rollout/test_waves.py",)
JUDGE, PREFLIGHT = ("tests/rollout/test_judge.py",), ("tests/rollout/test_preflight.py",)
SITE = ("tests/site",)
FILES = ("tests/engines/dhcpd/test_files.py", "tests/engines/dhcpd/test_statements.py")
UNRELATED = ("tests/engines/dhcpd/test_unrelated.py",)
ANSWERS = ("tests/engines/dhcpd/test_answers.py",)


def rollout(what: str, module: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    """A fault of the rollout."""
    return Mutant(what, f"{PACKAGE}/rollout/{module}.py", old, new, tests)


def site(what: str, module: str, old: str, new: str) -> Mutant:
    """A fault of the model or its checks."""
    return Mutant(what, f"{PACKAGE}/site/{module}.py", old, new, SITE)


def engine(what: str, module: str, old: str, new: str, tests: tuple[str, ...] = FILES) -> Mutant:
    """A fault of what becomes of a site."""
    return Mutant(what, f"{PACKAGE}/engines/dhcpd/{module}.py", old, new, tests)


def checks_off() -> list[Mutant]:
    """Each check of the data, switched off: what it finds is not reported."""
    found = []
    for path in sorted((ROOT / PACKAGE / "site/checks").glob("*.py")):
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield)):
                continue
            end = node.end_lineno or node.lineno
            old = "".join(lines[node.lineno - 2 : end])
            new = lines[node.lineno - 2] + " " * node.col_offset + "pass\n"
            what = f"the check in line {node.lineno} is off"
            found.append(Mutant(what, f"{PACKAGE}/site/checks/{path.name}", old, new, SITE))
    return found


MUTANTS = [
    rollout(
        "the interlock is off",
        "interlock",
        "        if reason:\n            found.append(reason)\n",
        "",
        INTERLOCK,
    ),
    rollout(
        "a partner that does not run counts",
        "interlock",
        '        return "is not running"',
        "        return None",
        INTERLOCK,
    ),
    rollout(
        "a partner that cannot be asked counts",
        "interlock",
        '        return f"cannot be asked ({partner.why})"',
        "        return None",
        INTERLOCK,
    ),
    rollout(
        "a stopped process counts as one that works",
        "interlock",
        'in ("T", "t", "D", "Z")',
        'in ("Z",)',
        INTERLOCK,
    ),
    rollout(
        "a partner that cannot be reached from here counts",
        "interlock",
        "        if trouble is None and not partner.reachable:\n",
        "        if trouble is None and False:\n",
        INTERLOCK,
    ),
    rollout(
        "records that disagree are no reason",
        "interlock",
        '        if theirs["condition"] != relation["condition"]:',
        "        if False:",
        INTERLOCK,
    ),
    rollout(
        "a server that does not run may always be started",
        "interlock",
        "        if (it := partners[peer.peer_server]).look is None\n",
        "        if (it := partners[peer.peer_server]).look is None and False\n",
        INTERLOCK,
    ),
    rollout(
        "the hand-over is over at once",
        "interlock",
        '        it and name in it and it[name]["condition"] == "together" for',
        "        False for",
        INTERLOCK,
    ),
    rollout(
        "a renamed relationship is another one",
        "interlock",
        "        if {it.address, it.peer_address} == ends:\n",
        "        if False:\n",
        INTERLOCK,
    ),
    rollout(
        "a new partner takes over before it knows the leases",
        "interlock",
        '    if relation["condition"] == "together":\n',
        "    if False:\n",
        INTERLOCK,
    ),
    rollout(
        "a partner runs from whatever it has: as declared",
        "proof",
        '        and partner["endpoints"].get(peer.name) == mirrored(peer)\n',
        "",
        PROOF,
    ),
    rollout(
        "the proof ignores complaints",
        "proof",
        '[f"has logged: {it}" for it in look["daemon"]["complaints"]]',
        "[]",
        PROOF,
    ),
    rollout(
        "the proof ignores what the daemon runs from",
        "proof",
        "    if why := stale(look, files):\n",
        "    if False and (why := stale(look, files)):\n",
        PROOF,
    ),
    rollout(
        "a lease that one server does not know is none",
        "proof",
        "(other is None or other.hardware != it.hardware)",
        "(other is not None and other.hardware != it.hardware)",
        PROOF,
    ),
    rollout(
        "a lease that two servers give to two clients is none",
        "proof",
        "(other is None or other.hardware != it.hardware)",
        "other is None",
        PROOF,
    ),
    rollout(
        "a restart is over while the partner is apart",
        "proof",
        "            reasons += _apart(peer, mine, theirs)\n        elif",
        "            pass\n        elif",
        PROOF,
    ),
    rollout(
        "a starting server has settled",
        "proof",
        'not in (*SERVING, "recovering")',
        'not in (*SERVING, "recovering", "starting")',
        PROOF,
    ),
    rollout(
        "a relationship is together, whatever the partner says",
        "proof",
        '        elif it["condition"] != "together":\n',
        '        elif it["condition"] != "together" and not server:\n',
        PROOF,
    ),
    rollout(
        "every file may be read by all, secrets too",
        "plan",
        '"mode": it.mode,',
        '"mode": "644",',
        PLAN,
    ),
    rollout(
        "a daemon runs from the declared files, always",
        "plan",
        "    if any(loaded.get(it.path) != it.digest for it in files):\n",
        "    if False:\n",
        PLAN,
    ),
    rollout(
        "an upgraded program is not restarted",
        "plan",
        'process["program"].endswith(" (deleted)")',
        "False",
        PLAN,
    ),
    rollout(
        "a stale unit is not loaded again",
        "plan",
        '        or daemon["stale_unit"]\n',
        "",
        PLAN,
    ),
    rollout(
        "a flushed firewall is not put back",
        "plan",
        'rules=not daemon["firewall"]',
        "rules=False",
        PLAN,
    ),
    rollout(
        "a disabled unit stays disabled",
        "plan",
        'enable=not daemon["enabled"]',
        "enable=False",
        PLAN,
    ),
    rollout(
        "an interface that is not heard is no reason to restart",
        "plan",
        "    if not restart and deaf:\n",
        "    if False and deaf:\n",
        PLAN,
    ),
    rollout(
        "what an interrupted run staged stays",
        "plan",
        'leftovers=tuple(it for it in look["leftovers"] if it not in staged)',
        "leftovers=()",
        PLAN,
    ),
    rollout(
        "the end of an apply fails for nothing that status finds",
        "judge",
        'return CODES[it.code].apply != "warns"',
        "return False",
        JUDGE,
    ),
    rollout(
        "an interface that lost its address is forgotten",
        "preflight",
        "        found |= set(before) - ",
        "        found |= set() - ",
        PREFLIGHT,
    ),
    rollout(
        "a drop-in that changes what runs is no obstacle",
        "preflight",
        '    if look["daemon"]["drop_ins"]:\n',
        "    if False:\n",
        PREFLIGHT,
    ),
    rollout(
        "partners change in one wave",
        "waves",
        "        taken = {found[it] for it in partners[server] if it in found}\n",
        "        taken = set[int]()\n",
        WAVES,
    ),
    rollout(
        "all servers are in the first wave",
        "waves",
        "    return {name: used.index(turn) for name, turn in turns.items()}",
        "    return dict.fromkeys(turns, 0)",
        WAVES,
    ),
    rollout(
        "dead servers do not come first",
        "waves",
        "order[name] + 1 if name in serving else 0",
        "order[name] + 1",
        WAVES,
    ),
    site(
        "the secrets directory wins over the environment",
        "layers",
        "[secrets, _layer(environment)]",
        "[_layer(environment), secrets]",
    ),
    site(
        "JSON of any depth is decoded",
        "layers",
        "default=0) > DEEPEST",
        "default=0) > 10**9",
    ),
    engine("secrets stand in a file for all", "files", "secret=True", "secret=False"),
    engine(
        "the port is open to everybody",
        "files",
        "peers = site.peers[server] if site.firewall else ()",
        "peers = ()",
    ),
    engine("a quote ends a text", "statements", "    if byte in b'\"\\\\':\n", "    if False:\n"),
    engine(
        "both servers send the primary's values",
        "statements",
        '    if peer.role == "primary":',
        "    if True:",
    ),
    engine(
        "a pool is in no relationship",
        "statements",
        "    if it.failover:\n",
        "    if False:\n",
    ),
    engine(
        "a difference in a range is passed over",
        "unrelated",
        "(?i:range|",
        "(?i:",
        UNRELATED,
    ),
    engine(
        "a difference in the ends of a relationship is passed over",
        "unrelated",
        "|failover|address|peer|port|primary|secondary|",
        "|failover|",
        UNRELATED,
    ),
    engine(
        "what only dhcpd checks is passed over",
        "unrelated",
        "    if any(it in new for it in _KNOWN_IN_PART):\n",
        "    if False:\n",
        UNRELATED,
    ),
    *checks_off(),
]
