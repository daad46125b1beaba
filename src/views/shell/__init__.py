"""The frame around every page: head, sidebar, and the page that says what went wrong."""
