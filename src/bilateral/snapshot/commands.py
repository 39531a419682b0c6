"""The command `bilateral snapshot`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.snapshots import Outside


@click.command()
@click.argument("name", required=False)
@click.argument("dates", nargs=-1, metavar="[DATE [DATE]]")
@click.option("--entity", "entities", multiple=True, metavar="ID", help="Only these entities.")
@click.option("--diff", is_flag=True, help="Show what changed out there, and ask nothing.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint, such as a mirror.")
@click.option(
    "--from",
    "tables",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The table of a source that is one: CSV, TSV, or GeoJSON.",
)
@click.option(
    "--address", "addresses", multiple=True, metavar="URL", help="Where each table was published."
)
@click.option("--date", metavar="DATE", help="The day on which the tables were published.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="Form of the answer.")  # fmt: skip
def snapshot(
    name: str | None,
    dates: tuple[str, ...],
    entities: tuple[str, ...],
    endpoint: str | None,
    tables: tuple[Path, ...],
    addresses: tuple[str, ...],
    date: str | None,
    output: str,
    *,
    diff: bool,
) -> None:
    """Copy what an outside source says of our mapped entities, with its date.

    Without NAME the outside sources are listed. What has come is kept when a run is stopped or
    fails: the same command goes on from there, as in `bilateral snapshot wikidata`. `--diff` compares the two newest snapshots, the
    one of a DATE with the newest, or those of two.

    \b
    Example:
      bilateral snapshot
    """
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.snapshots import TABLE, outside_named  # noqa: PLC0415

    if name is None:
        _list(output)
        return
    outside = outside_named(name)
    if dates and not diff:
        what = f"'{dates[0]}' is a date of nothing"
        raise UsageError(what, "Compare the snapshots of dates with --diff.")
    if diff:
        _show_changes(outside, dates, output)
        return
    if outside.kind == TABLE:
        path = _from_tables(outside, entities, tables, addresses, date)
    else:
        path = _from_endpoint(outside, entities, endpoint)
    _tell(outside, path, output)


def _list(output: str) -> None:
    from bilateral.snapshots import outside_sources  # noqa: PLC0415

    listed = [
        {
            "name": outside.name,
            "title": outside.title["en"],
            "licence": outside.licence,
            "dates": [path.stem for path in outside.files()],
        }
        for outside in outside_sources().values()
    ]
    if output == "json":
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for about in listed:
        days = ", ".join(about["dates"]) or "no snapshot yet"
        click.echo(f"{about['name']:10} {about['title']}: {days}")


def _from_endpoint(outside: Outside, entities: tuple[str, ...], endpoint: str | None) -> Path:
    from bilateral.query.remote import Client  # noqa: PLC0415
    from bilateral.query.settings import settings_from  # noqa: PLC0415
    from bilateral.snapshot.asking import ask_for  # noqa: PLC0415
    from bilateral.snapshot.items import mapped_items  # noqa: PLC0415
    from bilateral.snapshots import write_snapshot  # noqa: PLC0415

    settings = settings_from({})
    items = [item.iri for item in mapped_items(outside, entities)]
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    _hide_nothing(outside, items, today)
    client = Client(
        endpoint or outside.endpoint,
        seconds=settings.endpoint_seconds,
        megabytes=settings.service_mb,
        attempts=settings.retries,
        page_rows=settings.page_rows,
        public_only=not settings.private_services,
        named=endpoint is not None,
        told=_told,
    )
    try:
        part = ask_for(outside, items, client, _told, _progress(), only=" ".join(entities))
    except KeyboardInterrupt:
        _told("stopped; what has come is kept: the same command goes on from there")
        raise
    path = write_snapshot(outside, today, part.triples, [client.endpoint])
    part.path.unlink(missing_ok=True)
    return path


def _from_tables(
    outside: Outside,
    entities: tuple[str, ...],
    tables: tuple[Path, ...],
    addresses: tuple[str, ...],
    date: str | None,
) -> Path:
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.snapshot.items import mapped_items  # noqa: PLC0415
    from bilateral.snapshot.tables import read_tables  # noqa: PLC0415
    from bilateral.snapshots import is_date, write_snapshot  # noqa: PLC0415

    if not tables or len(addresses) != len(tables) or not is_date(date or ""):
        what = f"{outside.title['en']} is published as tables, and a snapshot names them"
        remedy = "Give for each --from FILE its --address URL, and the --date of publication."
        raise UsageError(what, remedy)
    if bad := [address for address in addresses if not address.startswith(("http://", "https://"))]:
        what = f"'{bad[0]}' is no address of a table"
        raise UsageError(what, "Give an address that starts with http:// or https://.")
    items = [item.iri for item in mapped_items(outside, entities)]
    _hide_nothing(outside, items, str(date))
    return write_snapshot(outside, str(date), read_tables(outside, tables, items), addresses)


def _hide_nothing(outside: Outside, items: list[str], date: str) -> None:
    """Raise UsageError where a snapshot of some items would stand before one of more."""
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.snapshot.items import mapped_items  # noqa: PLC0415
    from bilateral.snapshots import read_snapshot  # noqa: PLC0415

    others = {item.iri for item in mapped_items(outside)} - set(items)
    earlier = [path for path in outside.files() if path.stem <= date]
    if not others or not earlier:
        return
    said = {getattr(quad.subject, "value", "") for quad in read_snapshot(outside, earlier[-1])}
    if hidden := others & said:
        what = f"a snapshot of these alone would hide {len(hidden)} that the last one has"
        raise UsageError(what, "Leave out --entity: a build takes the newest snapshot only.")


def _tell(outside: Outside, path: Path, output: str) -> None:
    from bilateral.snapshots import changes, read_snapshot  # noqa: PLC0415

    quads = [quad for quad in read_snapshot(outside, path) if quad.subject != outside.home]
    before = [other for other in outside.files() if other.stem < path.stem]
    changed = len(changes(outside, before[-1], path)) if before else None
    if output == "json":
        about = {"name": outside.name, "date": path.stem, "file": str(path), "triples": len(quads),
                 "changes": changed}  # fmt: skip
        click.echo(json.dumps(about, ensure_ascii=False, indent=1))
        return
    click.echo(f"{outside.name}: {len(quads)} triples in {path}")
    if changed is not None:
        click.echo(
            f"{changed} changes since {before[-1].stem}: bilateral snapshot {outside.name} --diff"
        )


def _show_changes(outside: Outside, dates: tuple[str, ...], output: str) -> None:
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.snapshot.changed import described, lines_of  # noqa: PLC0415

    files = outside.files()
    if len(dates) > 2:  # noqa: PLR2004 - one with another
        what = "two snapshots are compared, not more"
        raise UsageError(what, "Give one date, or two.")
    chosen = [outside.file_of(date) for date in dates] + files[-2:] * (not dates)
    if len(dates) == 1:
        chosen.append(files[-1])
    if len(chosen) < 2:  # noqa: PLR2004
        what = f"{outside.name} has {len(chosen) or 'no'} snapshot: there is nothing to compare"
        raise UsageError(what, f"Make another one later: bilateral snapshot {outside.name}.")
    found = described(outside, *chosen)
    if output == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(lines_of(found)))


def _told(text: str) -> None:
    click.echo(f"  {text}", err=True)


def _progress() -> Callable[[str], None]:
    """Shows what is going on, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"  {text} …", err=True)
