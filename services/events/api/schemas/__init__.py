"""What goes in and out of the API of events; in and out are separate on purpose."""
