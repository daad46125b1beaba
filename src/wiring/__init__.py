"""The wiring: settings become services, services become the console and the functions."""
