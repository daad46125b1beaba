"""The door to AWS: calls, credentials, errors, rates and deadlines; only it and `store` import botocore."""
