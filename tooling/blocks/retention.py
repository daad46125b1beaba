"""How long logs and snapshots stay: one rule for template.yaml and the CDK. In days."""

from __future__ import annotations

LOGS_STAY = 90
SNAPSHOTS_STAY = 30  # the builder makes one anew when it does not find it
UPLOADS_STAY = 1  # parts of an upload that was never finished
