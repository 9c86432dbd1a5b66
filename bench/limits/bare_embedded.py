"""The limit of embedded mode: Flask, SQLAlchemy on a SQLite file and waitress in one process.

`python -m bench.limits.bare_embedded PORT FILE` answers /readyz with a query.
"""

import sys

from flask import Flask
from sqlalchemy import create_engine, text
from waitress.server import create_server


def main(port: int, path: str) -> None:
    """Serve until killed."""
    app, engine = Flask("bare"), create_engine(f"sqlite:///{path}")

    @app.get("/readyz")
    def readyz() -> str:
        with engine.connect() as connection:
            return str(connection.scalar(text("SELECT 1")))

    create_server(app, host="127.0.0.1", port=port, threads=6).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
