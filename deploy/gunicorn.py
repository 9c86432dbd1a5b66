"""How gunicorn serves each service; the command line sets bind, workers and threads."""

from shared.foundation.garbage import settle

worker_class = "gthread"
keepalive = 75
graceful_timeout = 9
timeout = 60
max_requests = 0
control_socket_disable = True
accesslog = None
loglevel = "warning"


def post_worker_init(_: object) -> None:
    """The app is loaded: what it consists of stays."""
    settle()
