"""The dev server: API Gateway and Lambda on this machine, new with every save."""
