"""A probe for each function of the system: a function that has its role, and so may do what it may."""

from __future__ import annotations

from settings import ROOT
from tests.e2e.utils.infrastructure import Infrastructure
from tooling.blocks.blocks import read_functions


class Probes(Infrastructure):
    """Outputs: <Name of the function>Probe, for each."""

    def create_resources(self) -> None:
        for function in read_functions(ROOT):
            self.create_lambda_functions(self.role_of(function.name), prefix=function.name)
