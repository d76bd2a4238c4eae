"""`gridgis check DB`: every invariant of the district, and what breaks it."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, now, parse_moment

FINDINGS = 1


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.check.help"))
    def check(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.check.when"))] = None,
        geojson: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.check.geojson"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        import json

        import shapely
        from gridgis.checks import Severity, check_district

        from geodata import open_district

        state = open_district(db)
        findings = check_district(state, when=parse_moment(when) if when else now())
        listed = [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "noun": finding.noun,
                "subject": finding.subject_code,
                "what": words.text(f"findings.{finding.code}.what", **finding.fields),
                "mend": words.text(f"findings.{finding.code}.mend", **finding.fields),
                "geometry": None if finding.geometry is None else json.loads(shapely.to_geojson(finding.geometry)),
            }
            for finding in findings
        ]
        if geojson is not None:
            features = [
                {"type": "Feature", "geometry": entry["geometry"], "properties": {**entry, "geometry": None}}
                for entry in listed
            ]
            document = {"type": "FeatureCollection", "features": features}
            geojson.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        if as_json:
            console.json({"findings": listed})
        elif listed:
            table = console.table("cli.check.severity", "cli.check.subject", "cli.check.what", "cli.check.mend")
            for entry in listed:
                severity = words.text(f"severity.{entry['severity']}")
                table.add_row(severity, str(entry["subject"]), str(entry["what"]), str(entry["mend"]))
            console.out.print(table)
        serious = sum(finding.severity is not Severity.NOTE for finding in findings)
        if not as_json:
            console.say("cli.check.done" if serious else "cli.check.clean", count=serious, notes=len(listed) - serious)
        if serious:
            raise typer.Exit(FINDINGS)
