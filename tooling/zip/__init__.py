"""lambda_deployment.zip: what ships to Lambda, packed the same from the same inputs."""
