"""Know who may sign in: accounts with their grants, rules of passwords, sessions, tokens and wrong guesses."""

from gridgis.accounts.account import Account, parse_account_name
from gridgis.accounts.guessing import BY_ACCOUNT, BY_ADDRESS, Guessing, check_guesses
from gridgis.accounts.passwords import LEAST_CHARACTERS, check_password, plain_form
from gridgis.accounts.sessions import Session, Span
from gridgis.accounts.tokens import ApiToken, check_token

__all__ = [
    "BY_ACCOUNT",
    "BY_ADDRESS",
    "LEAST_CHARACTERS",
    "Account",
    "ApiToken",
    "Guessing",
    "Session",
    "Span",
    "check_guesses",
    "check_password",
    "check_token",
    "parse_account_name",
    "plain_form",
]
