"""What the tasks do: each is a thin function in tasks.py, and its work stands here."""
