"""What the functions run on, said once."""

from __future__ import annotations

PYTHON = "3.12"
RUNTIME = f"python{PYTHON}"
# not arm64, though it costs a fifth less: two dependencies have compiled code, and so the local AWS, CI and
# Lambda's own runtime under test can run the very zip that is deployed
ARCHITECTURE = "x86_64"
PLATFORM = f"{ARCHITECTURE}-manylinux2014"  # as uv names it
ZIP = "lambda_deployment.zip"
FOLDER = "/var/task"  # where Lambda unpacks it
