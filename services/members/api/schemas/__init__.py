"""What goes in and out of the API of members; in and out are separate on purpose."""
