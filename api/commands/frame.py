"""Say in words of one language what Typer itself says: the frame of every help, and what is wrong with a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperGroup
from typer.exceptions import TyperException

from api.commands.shared import Console
from maps.words import Words

HELP_OPTIONS = ("-h", "--help")
USAGE: Mapping[str, str] = MappingProxyType(
    {"MissingParameter": "cli.usage.missing", "NoSuchOption": "cli.usage.no_option", "BadParameter": "cli.usage.value"}
)
"""Words of what Typer refuses, by the name of its error."""


def in_words(tree: TyperGroup, words: Words) -> TyperGroup:
    """A command tree with the frame of its help in words; Typer reads titles from its module, as its guide says."""
    rich_utils.ARGUMENTS_PANEL_TITLE = words.text("cli.frame.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = words.text("cli.frame.options")
    rich_utils.COMMANDS_PANEL_TITLE = words.text("cli.frame.commands")
    rich_utils.REQUIRED_LONG_STRING = words.text("cli.frame.required")
    rich_utils.DEFAULT_STRING = words.text("cli.frame.default", value="{}")
    for command in every_command(tree):
        option = command.get_help_option(typer.Context(command, help_option_names=list(HELP_OPTIONS)))
        if option is not None:
            option.help = words.text("cli.frame.help")
    return tree


def every_command(tree: Any) -> Iterator[Any]:
    """A command with all below it."""
    yield tree
    if isinstance(tree, TyperGroup):
        for command in tree.commands.values():
            yield from every_command(command)


def say_usage(error: TyperException, console: Console) -> None:
    """Say what is wrong with a call, and where its help is; a bare ``gridgis`` has printed its help already."""
    reason = error.format_message()
    if not reason:
        return
    param = getattr(error, "param", None)
    name = getattr(error, "option_name", "") or (param.get_error_hint() if param is not None else "")
    console.refuse(
        console.text(
            USAGE.get(type(error).__name__, "cli.usage.other"),
            name=name,
            reason=error.message.removeprefix("Value error, "),
        )
    )
    context: typer.Context | None = getattr(error, "ctx", None)
    if context is not None:
        console.note("cli.usage.help", command=context.command_path)
