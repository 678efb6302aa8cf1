"""What people pledge on desires: pledges, acceptance, release and return."""
