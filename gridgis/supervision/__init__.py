"""What is supervised: enterprises and their sites."""
