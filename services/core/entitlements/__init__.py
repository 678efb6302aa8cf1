"""What a user may, and until when."""
