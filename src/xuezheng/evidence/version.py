"""The program's version, which manifests and runs record."""

from importlib.metadata import version

PROGRAM_VERSION = version("xuezheng")
# Raised when the meaning of a definition changes in the engine; part of the id of every run.
ENGINE_VERSION = "1"
