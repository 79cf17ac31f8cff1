"""What is made from the rule files: docs/rules/*.md, the table of rules in README.md, the index of rules.

`python tests/pages.py` writes them; with `--check` it exits with 1 where one is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from looplint.cli.rule import page
from looplint.engine import rule_index
from looplint.engine.own_rules import known_rules

if TYPE_CHECKING:
    from looplint.rules.rule import Rule

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- rules: begin -->\n", "<!-- rules: end -->\n"


def row(rule: Rule) -> str:
    """One line of the table."""
    fix = rule.fix.value if rule.fix else "none"
    default = "" if rule.default else ", off by default"
    name = f"[{rule.name}](docs/rules/{rule.name}.md)"
    return f"| {rule.code} | {name} | {rule.summary} | {rule.severity.value}{default} | {fix} |\n"


def table() -> str:
    """The table of all rules, in Markdown."""
    rows = "".join(row(rule) for rule in known_rules())
    return f"| code | name | reports | severity | fix |\n|---|---|---|---|---|\n{rows}"


def pages() -> dict[Path, str]:
    """What each generated file must hold."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    found = {ROOT / "docs" / "rules" / f"{rule.name}.md": page(rule) for rule in known_rules()}
    index = json.dumps(rule_index.make_index(), indent=1) + "\n"
    return {readme: f"{before}{BEGIN}{table()}{END}{after}", Path(rule_index.INDEX): index, **found}


def main() -> int:
    """Write or check the pages; returns the exit code."""
    wanted = pages()
    extra = set((ROOT / "docs" / "rules").glob("*.md")) - set(wanted)
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in (*stale, *extra):
            print(f"{path.relative_to(ROOT)} is stale: run `python tests/pages.py`")
        return 1 if stale or extra else 0
    for path in extra:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
