"""`handrail export`: what was decided becomes files."""

from handrail.cli.files_out.command import export_files

__all__ = ["export_files"]
