"""A visitor for each function that goes into other accounts: a function that has its role."""

from __future__ import annotations

from tests.e2e.utils.infrastructure import Infrastructure

TRAVELLERS = ("SyncFunction", "CostsFunction")


class Visitors(Infrastructure):
    """Outputs: <Name of the function>Visitor, for each."""

    def create_resources(self) -> None:
        for function in TRAVELLERS:
            self.create_lambda_functions(self.role_of(function), prefix=function)
