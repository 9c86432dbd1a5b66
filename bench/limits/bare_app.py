"""Limit R: bare Flask, one statement with a counter, a registration and an outbox row.

Served by gunicorn's own gthread: `bench.limits.bare_app:make()`; BARE_DATABASE_URL says
where, `prepare` makes its tables.
"""

import os
from typing import Any, Final
from uuid import uuid4

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, text

TABLES: Final = """
CREATE TABLE bare_workshops (id int PRIMARY KEY, taken int NOT NULL, capacity int NOT NULL);
CREATE TABLE bare_registrations (
    id uuid PRIMARY KEY, workshop_id int NOT NULL, name text, email text
);
CREATE TABLE bare_outbox (number bigserial PRIMARY KEY, id uuid, body text);
INSERT INTO bare_workshops SELECT n, 0, 100000000 FROM generate_series(0, 999) n;
"""
REGISTER: Final = text(
    """
    WITH taken AS (
        UPDATE bare_workshops SET taken = taken + 1
        WHERE id = :workshop_id AND taken < capacity RETURNING taken
    ), registered AS (
        INSERT INTO bare_registrations SELECT :id, :workshop_id, :name, :email FROM taken
    ), told AS (
        INSERT INTO bare_outbox (id, body) SELECT :message_id, :body FROM taken
    )
    SELECT taken FROM taken
    """
)


def prepare(url: str) -> None:
    """The tables, and a thousand workshops."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(TABLES))
    engine.dispose()


def make() -> Flask:
    """The app."""
    app = Flask("bare")
    engine = create_engine(
        os.environ["BARE_DATABASE_URL"], isolation_level="AUTOCOMMIT", pool_size=8, max_overflow=8
    )

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.post("/workshops/<int:workshop_id>/registrations")
    def register(workshop_id: int) -> Any:
        body = request.get_json()
        values = {
            "workshop_id": workshop_id,
            "id": uuid4(),
            "name": body["name"],
            "email": body["email"],
            "message_id": uuid4(),
            "body": request.get_data(as_text=True),
        }
        with engine.connect() as connection:
            taken = connection.scalar(REGISTER, values)
        return jsonify(id=str(values["id"]), taken=taken), 201

    return app
