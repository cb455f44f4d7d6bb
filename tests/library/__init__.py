"""What several tests stand on: an attacker, a slow reference, where things lie."""
