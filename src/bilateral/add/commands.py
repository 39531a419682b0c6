"""The command `bilateral add`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command()
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--id", "name", metavar="ID", help="The source's id; else reporter-partner.")
@click.option("--reporter", help="The state whose page it is: an id, a name, or an ISO 3166 code.")
@click.option("--partner", help="The state or organisation that it is about.")
@click.option("--url", metavar="ADDRESS", help="Where the page was; nothing is fetched.")
@click.option("--retrieved", metavar="DAY", help="When it was saved: 2026-11-24.")
@click.option("--publisher", metavar="ID", help="Who published it; else the reporter's ministry.")
@click.option("--into", type=click.Path(path_type=Path), metavar="DIR",
              help="Where to keep it; else graph/sources.")  # fmt: skip
@click.option(
    "--new-version", is_flag=True, help="Keep it beside the page that has the id already."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be made.")
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Form of the answer.",
)  # fmt: skip
def add(
    page: Path,
    name: str | None,
    reporter: str | None,
    partner: str | None,
    url: str | None,
    retrieved: str | None,
    publisher: str | None,
    into: Path | None,
    output: str,
    *,
    new_version: bool,
    dry_run: bool,
) -> None:
    """Keep PAGE, a text or a saved web page, as a source with its first extraction.

    Its folder gets the page as received, its text, source.yaml, and review.proposed.yaml: what the
    rules propose and where they find nothing, for a person to go through. Nothing that a person
    wrote is ever overwritten.

    \b
    Example:
      bilateral add georgia-armenia.txt --dry-run
    """
    from bilateral.add.draft import NAME, draft_of, silent_sentences  # noqa: PLC0415
    from bilateral.add.source import Given, new_source  # noqa: PLC0415
    from bilateral.add.store import free_id, home_of, metadata_text, store  # noqa: PLC0415
    from bilateral.extract import extract  # noqa: PLC0415
    from bilateral.knowledge import load_knowledge  # noqa: PLC0415

    knowledge = load_knowledge()
    given = Given(name, reporter, partner, url, retrieved, publisher)
    new = new_source(page, given, knowledge)
    home = home_of(into)
    free = free_id(home, new, new_version=new_version)
    if free != new.source.id:
        given = Given(free, reporter, partner, url, retrieved, publisher)
        old = new.source.id
        new = new_source(page, given, knowledge)
        new.metadata["replaces"] = old
    extraction = extract(new.source, knowledge)
    draft = draft_of(extraction)
    metadata = metadata_text(new.metadata)
    target = home / free
    if not dry_run:
        files = {**new.files, "source.yaml": metadata.encode(), NAME: draft.encode()}
        target = store(home, free, files)
    report = {
        "id": free,
        "folder": str(target),
        "files": sorted([*new.files, "source.yaml", NAME]),
        "written": not dry_run,
        "language": new.source.page.language.code,
        "form": new.source.page.received.form,
        "font": new.source.page.received.font,
        "reporter": new.metadata["reporter"],
        "partner": new.metadata["partner"],
        "reasons": list(new.reasons),
        "metadata": new.metadata,
        "sentences": len(extraction.sentences),
        "statements": len(extraction.statements),
        "nothing": [s.text for s in silent_sentences(extraction)],
        "proposed": [
            {"id": p.iri.rpartition("/")[2], "type": p.type.rpartition("#")[2], "labels": p.labels}
            for p in extraction.proposals
            if p.named
        ],
    }
    if output == "json":
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for line in _told(report, draft if dry_run else ""):
            click.echo(line)


def _told(report: dict[str, Any], draft: str) -> Iterator[str]:
    yield f"{report['id']}: {report['folder']}{'' if report['written'] else ' (not written)'}"
    font = f", converted from {report['font']}" if report["font"] else ""
    yield f"  language {report['language']}, {report['form']}{font}"
    for reason in report["reasons"]:
        yield f"  {reason}"
    yield (
        f"  {report['statements']} statements proposed; nothing found in {len(report['nothing'])}"
        f" of {report['sentences']} sentences; {len(report['proposed'])} new names"
    )
    missing = [key for key in ("address", "publisher") if not report["metadata"][key]]
    if missing:
        yield f"  not known: {', '.join(missing)} (source.yaml)"
    if draft:
        yield ""
        yield draft.rstrip("\n")
        return
    yield "  wrong? Remove the folder, and add again with --reporter, --partner, --id, --url."
    yield f"  next: go through {report['folder']}/review.proposed.yaml, rename it to review.yaml,"
    yield f"  then: bilateral check {report['folder']}"
