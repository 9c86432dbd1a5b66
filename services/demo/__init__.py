"""The demo: two real alliances, loaded through the services' own actions.

People of the demo exist on paper only: their addresses end in demo.example, and no mail to
them is ever handed to a real server.
"""
