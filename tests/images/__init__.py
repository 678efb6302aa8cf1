"""The images: their Dockerfiles, their build context and what is installed in them, read without building."""
