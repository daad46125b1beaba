"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, cast

from errors import SettingsError

CODE = Path(__file__).resolve().parent
ROOT = CODE.parent
DECLARED = "POLO_DECLARED"  # set by the dev server: a function's file, and what its infra block declares


def _setting(name: str, help: str, default: str = "") -> Any:
    return field(default=default, metadata={"name": name, "help": help})


@dataclass(frozen=True)
class Settings:
    """One field for each variable that Polo reads; all are optional."""

    env: str = _setting("ENV", "environment: local, dev, staging, prod, pr-<n>", "dev")
    use_local_data: str = _setting("USE_LOCAL_DATA", "true: read JSON files instead of DynamoDB", "false")
    local_data_path: str = _setting("LOCAL_DATA_PATH", "data file; empty: the demo estate")
    dynamodb_table_name: str = _setting(
        "DYNAMODB_TABLE_NAME", "table of scopes and resources; empty: <ENV>-ResourceTable"
    )
    dynamodb_report_table_name: str = _setting(
        "DYNAMODB_REPORT_TABLE_NAME", "table of reports; empty: <ENV>-ReportTable"
    )
    data_bucket_name: str = _setting(
        "DATA_BUCKET_NAME",
        "bucket of the read models of large estates; empty: the console makes them",
    )
    releases_bucket_name: str = _setting(
        "RELEASES_BUCKET_NAME", "bucket of the releases; empty: the page of deployments has nothing to show"
    )
    cache_path: str = _setting("CACHE_PATH", "folder of the read model's files; empty: data/.cache")
    patience: str = _setting("PATIENCE", "seconds that a page waits for data that is being read", "1")
    logout_url: str = _setting("LOGOUT_URL", "where 'sign out' leads; empty: no such link")
    release: str = _setting("RELEASE", "the release that runs; set by the deployment")
    accounts: str = _setting(
        "ACCOUNTS", '"111122223333=prod,444455556666=dev", or "organization"; empty: the own account'
    )
    destination_role_name: str = _setting(
        "DESTINATION_ROLE_NAME", "role to assume in each of ACCOUNTS", "PoloReader"
    )
    external_id: str = _setting("EXTERNAL_ID", "ExternalId that the role asks for; empty: none")
    regions: str = _setting(
        "REGIONS", "regions to collect, separated by commas; empty: all that an account has enabled"
    )
    excluded_types: str = _setting(
        "EXCLUDED_TYPES", "resource types that a deployed collection leaves out, separated by commas"
    )
    sync_queue_url: str = _setting("SYNC_QUEUE_URL", "queue of the collection's jobs; set by the deployment")
    core_account_id: str = _setting(
        "CORE_ACCOUNT_ID", "account that pays, whose PoloCostReader tells the costs; empty: the own account"
    )
    core_role_arn: str = _setting("CORE_ROLE_ARN", "role in that account; empty: its PoloCostReader")
    ce_metric: str = _setting("CE_METRIC", "what a cost is: unblended or amortized", "unblended")
    ce_owner_tag: str = _setting("CE_OWNER_TAG", "cost allocation tag that names the owner", "Owner")
    ce_max_requests_per_day: str = _setting(
        "CE_MAX_REQUESTS_PER_DAY", "requests to Cost Explorer, each $0.01", "60"
    )
    ce_resource_services: str = _setting(
        "CE_RESOURCE_SERVICES", "so many of the dearest services are asked for the cost of each resource", "0"
    )
    slack_webhook_url: str = _setting(
        "SLACK_WEBHOOK_URL", "webhook of Cloud Cop's digest, or name=url for each channel; empty: no digest"
    )
    console_url: str = _setting("CONSOLE_URL", "address that people open the console by; empty: no links")
    marqo_api_key: str = _setting("MARQO_API_KEY", "key of Marqo Cloud; empty: its indexes are not collected")
    marqo_url: str = _setting("MARQO_URL", "Marqo Cloud's control plane", "https://api.marqo.ai")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the variables that are set and not empty; the others have their defaults."""
        given = os.environ if environ is None else environ
        values = {f.name: given[name_of(f)] for f in fields(cls) if given.get(name_of(f))}
        if declared := given.get(DECLARED):
            return cast(Self, DeclaredSettings(**values).of(*declared.split()))
        return cls(**values)

    @property
    def local(self) -> bool:
        """Whether the data is in a file instead of DynamoDB."""
        return self.use_local_data.lower() in ("1", "true", "yes")

    @property
    def resource_table(self) -> str:
        return self.dynamodb_table_name or f"{self.env}-ResourceTable"

    @property
    def report_table(self) -> str:
        return self.dynamodb_report_table_name or f"{self.env}-ReportTable"

    @property
    def region_names(self) -> tuple[str, ...]:
        return names_in(self.regions)

    @property
    def excluded_type_names(self) -> tuple[str, ...]:
        return names_in(self.excluded_types)

    @property
    def data_file(self) -> Path:
        """The file that USE_LOCAL_DATA reads. Raises SettingsError when that is not asked for."""
        if not self.local:
            raise SettingsError(
                f"USE_LOCAL_DATA is {self.use_local_data!r}: the data is in table {self.resource_table}",
                "set USE_LOCAL_DATA=true",
            )
        return Path(self.local_data_path) if self.local_data_path else ROOT / "local_data.json"

    @property
    def state_folder(self) -> Path:
        """Where findings and what users enter are kept locally: beside the data, and never in the project."""
        folder = self.data_file.parent
        return folder / "data" if folder == ROOT else folder

    @property
    def patience_seconds(self) -> float:
        """Raises SettingsError for what is no number of seconds."""
        try:
            seconds = float(self.patience)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise SettingsError(f"PATIENCE is {self.patience!r}", "set it to seconds, such as 1 or 0.5")
        return seconds

    @property
    def cache_folder(self) -> Path:
        """Where the read model's files are; deployed, only the system's temporary folder can be written."""
        if self.cache_path:
            return Path(self.cache_path)
        if self.local and CODE.name == "src":  # of a checkout
            return ROOT / "data" / ".cache"
        return Path(tempfile.gettempdir()) / "polo"


@dataclass(frozen=True, eq=False)
class DeclaredSettings(Settings):
    """Settings for the dev server: whoever reads what the function's infra block leaves out is told so.

    Deployed, such a field would have its default, whatever the deployment says.
    """

    def of(self, file: str, *names: str) -> Self:
        """The same, for the block of a file that declares the variables of these names."""
        kept = {field.name: name_of(field) for field in fields(self) if name_of(field) not in names}
        object.__setattr__(self, "_undeclared", (file, kept))
        return self

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__(self, "__dict__")
        file, undeclared = own.get("_undeclared", ("", {}))
        if name in undeclared:
            raise SettingsError(
                f"{file} reads {undeclared[name]}, which its infra block does not declare",
                f"add {undeclared[name]} to environment in {file}",
            )
        return super().__getattribute__(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeclaredSettings) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(own for own in vars(self).values() if isinstance(own, str)))


def names_in(given: str) -> tuple[str, ...]:
    """The names in a list that is separated by commas."""
    return tuple(name for each in given.split(",") if (name := each.strip()))


def name_of(setting: Field[Any]) -> str:
    """The environment variable of a Settings field."""
    return str(setting.metadata["name"])
