"""What is run again, and when."""
