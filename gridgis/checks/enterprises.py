"""Check the register of enterprises: credit codes, and sites that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator

from gridgis.checks.finding import Finding, error, note
from gridgis.codes import parse_credit_code
from gridgis.dispatch.state import DistrictState
from gridgis.errors import InvalidValue


def check_enterprises(state: DistrictState) -> Iterator[Finding]:
    """Credit codes that are missing without a reason, wrong or shared; sites without an enterprise and the reverse."""
    holders: dict[str, list[str]] = {}
    for enterprise in state.enterprises:
        shown = {"enterprise": enterprise.name, "number": enterprise.code}
        if not enterprise.credit_code:
            if not enterprise.no_credit_code_reason.strip():
                yield error("enterprise.credit_code_missing", "enterprise", enterprise.code, **shown)
            continue
        holders.setdefault(enterprise.credit_code, []).append(enterprise.name)
        try:
            parse_credit_code(enterprise.credit_code)
        except InvalidValue as refused:
            fields = {"value": enterprise.credit_code, "expected": refused.fields.get("expected", ""), **shown}
            code = "enterprise.credit_code_check" if fields["expected"] else "enterprise.credit_code_form"
            yield error(code, "enterprise", enterprise.code, **fields)
    for credit_code, names in holders.items():
        if len(names) > 1:
            yield error(
                "enterprise.credit_code_shared", "enterprise", credit_code, value=credit_code, names=tuple(names)
            )
    owners = {enterprise.id for enterprise in state.enterprises}
    for site in state.sites:
        if site.enterprise_id not in owners:
            yield error("site.enterprise_unknown", "site", site.code, site=site.name, value=str(site.enterprise_id))
    owning = {site.enterprise_id for site in state.sites}
    without = tuple(enterprise.name for enterprise in state.enterprises if enterprise.id not in owning)
    if without:
        yield note("enterprise.no_site", "district", state.district.code, names=without, count=len(without))
