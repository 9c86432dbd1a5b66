"""What goes in and out of the API of notifications; in and out are separate on purpose."""
