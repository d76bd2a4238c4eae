"""`gridgis check DB`: every invariant of the district, and what breaks it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.shared import Console, moment_or_now, write_text

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

        from geodata import open_district
        from gridgis.checks import Severity, check_district

        moment = moment_or_now(when)
        findings = check_district(open_district(db), when=moment)
        listed = [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "noun": finding.noun,
                "subject": finding.subject_code,
                "what": finding.what(words.say),
                "mend": finding.mend(words.say),
                "geometry": None if finding.geometry is None else json.loads(shapely.to_geojson(finding.geometry)),
            }
            for finding in findings
        ]
        serious = sum(finding.severity is not Severity.NOTE for finding in findings)
        if geojson is not None:
            write_text(geojson, json.dumps(feature_collection(listed), ensure_ascii=False))
        if as_json:
            console.json({"findings": listed})
        else:
            if listed:
                table = console.table("cli.check.severity", "cli.check.subject", "cli.check.what", "cli.check.mend")
                for one in listed:
                    table.add_row(words.text(f"severity.{one['severity']}"), one["subject"], one["what"], one["mend"])
                console.out.print(table)
            console.say("cli.check.done" if serious else "cli.check.clean", count=serious, notes=len(listed) - serious)
        if serious:
            raise typer.Exit(FINDINGS)


def feature_collection(findings: list[dict[str, Any]]) -> dict[str, Any]:
    """Findings as GeoJSON: where each is, and what it says."""
    features = [
        {
            "type": "Feature",
            "geometry": finding["geometry"],
            "properties": {name: value for name, value in finding.items() if name != "geometry"},
        }
        for finding in findings
    ]
    return {"type": "FeatureCollection", "features": features}
