"""What a person or a program reads about the health of a site."""
