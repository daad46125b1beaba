"""One file for each rule, with the examples that its test judges; services.cop.registry finds them."""
