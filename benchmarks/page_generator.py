"""Pages of any number with their gold, the same for the same seed: for speed, memory, and a first look at quality.

Each page is about two states, has headings and some eight kilobytes of sentences from
`page_sentences.yaml`; what each sentence states is written beside it as `bilateral evaluate` reads
it. A page depends on the seed and its number alone, so any part of a corpus can be made by itself.

    python benchmarks/page_generator.py --pages 1000 --out corpus
"""

from __future__ import annotations

import argparse
import calendar
import json
import random
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from babel import Locale

from bilateral.knowledge import load_knowledge
from bilateral.language import languages

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 1
BYTES = 8_000
SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
COMPLETE = ["country", "date", "observation", "agreement", "meeting", "membership"]


class Generator:
    """Makes pages: `page(number)` gives a page's name, its text, and the lines of its gold file."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.data = yaml.safe_load(
            Path(__file__).with_name("page_sentences.yaml").read_text("utf-8")
        )
        lexicon = load_knowledge().lexicon(languages()["ka"])
        self.names: dict[str, str] = {}
        for group in ("states", "cities", "organisations"):
            for name in self.data[group]:
                entry = lexicon.entries.get(f"id:{name}") or lexicon.city(f"id:{name}")
                if entry is None:
                    raise KeyError(name)
                label = dict(entry.labels)["ka"]
                # An organisation by its short name, as pages call it.
                short = [n for n in entry.names if n.isalpha() and n[0] > "\u10cf"]
                self.names[name] = (
                    min(short or [label], key=len) if group == "organisations" else label
                )
        self.months = Locale("ka").months["format"]["wide"]

    def page(self, number: int, size: int = BYTES) -> tuple[str, str, list[dict[str, Any]]]:
        """The page's name, its text of about `size` bytes, and its gold."""
        chosen = random.Random(f"{self.seed}-{number}")  # noqa: S311 - nothing secret
        states = chosen.sample(self.data["states"], 2)
        gold: list[dict[str, Any]] = [{"complete": COMPLETE}]
        title = " – ".join(self.names[state] for state in states)
        parts = [title]
        gold.append({"quote": title, "entities": sorted(states)})
        made = len(title.encode())
        seen: set[str] = set()
        while made < size:
            paragraph = []
            for _ in range(chosen.randint(2, 5)):
                text, lines = self._sentence(chosen, states)
                if text in seen:
                    continue
                seen.add(text)
                paragraph.append(text)
                gold += lines
            added = [chosen.choice(self.data["headings"]), " ".join(paragraph)]
            parts += added
            made += sum(len(part.encode()) + 2 for part in added)
        return f"{'-'.join(states)}-{number:06d}", "\n\n".join(parts) + "\n", gold

    def _sentence(
        self, chosen: random.Random, states: list[str]
    ) -> tuple[str, list[dict[str, Any]]]:
        made = chosen.choice(self.data["sentences"])
        values = self._values(chosen, states)
        used: list[tuple[str, str]] = []

        def shown(slot: re.Match[str]) -> str:
            name, case = slot[1], slot[2]
            value = values[name]
            if name in {"day", "month", "year"}:
                used.append((name, value["words"]))
                return str(value["words"])
            if name == "kind":
                word = str(self.data["kinds"][value])
                return word[:-1] if made.get("stem") == "kind" else word
            if name == "amount":
                return str(value["words"])
            if name == "number":
                return str(value)
            used.append((name, value))
            return self._declined(self.names[value], case or "nom")

        text = SLOT.sub(shown, made["text"])
        named = [v for n, v in used if n in {"reporter", "partner", "city", "organisation"}]
        lines: list[dict[str, Any]] = (
            [{"quote": text, "entities": sorted(set(named))}] if named else []
        )
        lines += [
            {"quote": words, "date": values[name]["edtf"]}
            for name, words in used
            if name in {"day", "month", "year"}
            and not any(g.get("never") for g in made.get("gold", ()))
        ]
        for line in made.get("gold", ()):
            filled = {key: self._filled(value, values) for key, value in line.items()}
            lines.append({"quote": text} | filled)
        return text, lines

    def _filled(self, value: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401 - as YAML has it
        if isinstance(value, list):
            return [self._filled(v, values) for v in value]
        if not isinstance(value, str):
            return value
        whole = SLOT.fullmatch(value)

        def term(slot: re.Match[str]) -> Any:  # noqa: ANN401
            found = values[slot[1]]
            if isinstance(found, dict):
                return found[slot[2] or ("edtf" if "edtf" in found else "words")]
            return found

        return term(whole) if whole else SLOT.sub(lambda slot: str(term(slot)), value)

    def _values(self, chosen: random.Random, states: list[str]) -> dict[str, Any]:
        year, month = chosen.randint(1992, 2015), chosen.randint(1, 12)
        day = chosen.randint(1, calendar.monthrange(year, month)[1])
        stem = self.months[month][:-1]
        words = {"year": year, "month": stem, "day": day}
        dates = {
            "day": f"{year}-{month:02d}-{day:02d}",
            "month": f"{year}-{month:02d}",
            "year": str(year),
        }
        mult = chosen.choice(list(self.data["scales"]))
        unit = chosen.choice(list(self.data["units"]))
        value = f"{chosen.randint(1, 900)}.{chosen.randint(1, 9)}"
        written = value.replace(".", chosen.choice(",."))
        amount = f"{written} {self.data['scales'][mult]}. {self.data['units'][unit]}"
        return {
            "reporter": states[0], "partner": states[1],
            "city": chosen.choice(self.data["cities"]),
            "organisation": chosen.choice(self.data["organisations"]),
            "kind": chosen.choice(list(self.data["kinds"])),
            "number": chosen.randint(2, 19),
            "amount": {"words": amount, "value": value, "unit": unit, "mult": mult},
        } | {
            name: {"words": self.data["dates"][name]["at"].format(**words), "edtf": edtf}
            for name, edtf in dates.items()
        }  # fmt: skip

    def _declined(self, name: str, case: str) -> str:
        table = next((t for t in self.data["cases"] if name.endswith(t["ends"])), None)
        if table is None:  # an abbreviation in Latin letters, or a word that ends in a consonant
            return name if case == "nom" else f"{name}-{self.data['cases'][0][case]}"
        if not table[case] and case in self.data["shortened"]:
            return name[:-1] + str(self.data["shortened"][case])
        return name[: len(name) - table["cut"]] + str(table[case])


def pages(
    count: int, seed: int = SEED, size: int = BYTES
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """The first `count` pages of a seed: name, text, gold."""
    made = Generator(seed)
    return (made.page(number, size) for number in range(count))


def main() -> None:
    """Write the pages asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--bytes", type=int, default=BYTES, help="size of a page")
    parser.add_argument("--gold", action="store_true", help="write each page's gold beside it")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    for number, (name, text, gold) in enumerate(pages(asked.pages, asked.seed, asked.bytes), 1):
        (asked.out / f"{name}.txt").write_text(text, encoding="utf-8")
        if asked.gold:
            lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in gold)
            (asked.out / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        if sys.stderr.isatty() and number % 100 == 0:
            print(f"\r  {number} pages", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
