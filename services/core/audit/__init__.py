"""What was done to others' things by those who may, and by whom."""
