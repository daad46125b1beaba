"""What resource types are made of: scope, values, questions to AWS, tags, networks, partitions."""
