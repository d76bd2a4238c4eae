"""Shape the answer to anything that is refused: problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class FaultBody(BaseModel):
    """One thing wrong in a request or a file."""

    where: list[str | int] = Field(description="Place in the request or file, outermost first")
    code: str
    detail: str = Field(description="What is wrong, in words")


class Problem(BaseModel):
    """Problem details (RFC 9457): a code for programs, words for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/api/v1/problems/place.outside_district",
                    "title": "请求不合规则",
                    "status": 422,
                    "detail": "该点在本区之外。请在区界之内选点。",
                    "instance": "/api/v1/responses",
                    "code": "place.outside_district",
                    "fields": {"lon": 118.0, "lat": 32.0},
                }
            ]
        }
    )

    type: str = Field(description="Address of a page that explains the code")
    title: str
    status: int
    detail: str = Field(description="What is wrong and how to mend it, in the language of the request")
    instance: str = Field(description="Path that was asked for")
    code: str = Field(description="Dotted name of the fault, stable")
    fields: dict[str, Any] = Field(default_factory=dict, description="The values that the words speak of")
    errors: list[FaultBody] = Field(default_factory=list, description="Each fault, where there are several")
