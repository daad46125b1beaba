"""Parts of pages: tables, facets, figures, charts, and what a list says of itself."""
