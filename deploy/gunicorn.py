"""How gunicorn serves each service; the command line sets bind, workers and threads."""

from shared.foundation.garbage import settle
from shared.web.serving import Worker

worker_class = "shared.web.serving.Worker"
keepalive = 75
graceful_timeout = 9
timeout = 60
max_requests = 0
control_socket_disable = True
accesslog = None
loglevel = "warning"
# What proxies say is read by the app, from as many as PLENARY_TRUSTED_PROXIES: here no header of
# theirs means anything, and so it need not be looked up each time who sent it.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
forwarded_allow_ips = "*"


def post_worker_init(_: object) -> None:
    """The app is loaded: what it consists of stays."""
    settle()


def child_exit(_: object, worker: object) -> None:
    """A worker has ended, maybe without a word: the others wait for it no more."""
    if isinstance(worker, Worker):  # and not one that was asked for by --worker-class
        worker.be_gone()
