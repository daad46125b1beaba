"""Reports: dated tables that reporters make of the estate, and the desk where pages ask for them."""
