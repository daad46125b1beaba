"""Parts of Everything: its schema, how it is written, and what lists and facets ask of it."""
