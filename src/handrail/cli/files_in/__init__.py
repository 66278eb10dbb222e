"""`handrail import`: a file's rows become items."""

from handrail.cli.files_in.command import import_file

__all__ = ["import_file"]
