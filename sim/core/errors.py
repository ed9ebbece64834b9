"""Errors that a user can cause and mend."""


class InputError(ValueError):
    """Something the user gave cannot be used; the message says what, in one line.

    The command line prints the message after ``error:`` and exits with code 2. It is a
    ``ValueError`` so that a validator may raise it and a schema report it with its place.
    """


class SavedInterruptError(Exception):
    """An interrupt after which work can go on, with how; Typer swallows an interrupt's words."""
