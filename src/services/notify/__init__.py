"""Messages: what channels have not heard of yet is posted to Slack or a webhook, at most once."""
