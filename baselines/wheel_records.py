"""What a wheel holds beside the packages: the records that the leaderboard shows.

Only a standard wheel: an editable installation would get copies, and reads the files of the checkout anyway.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

RECORDS = {
    "baselines/results": "goldwire_baselines/results",
    "annotation/agreement.json": "goldwire_baselines/agreement.json",
}


class Records(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"] |= RECORDS
