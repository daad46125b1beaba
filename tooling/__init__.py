"""What the tasks do: tasks.py lists them, and their work stands here."""
