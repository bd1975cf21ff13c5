"""The floor of the web: a bare Flask app that does what any action has to do, and no more.

A signed session cookie, one Core select, one row inserted and committed, one Jinja template of as
many bytes as ours answers with.
"""

import os
from pathlib import Path
from typing import Final

from flask import Flask, render_template, request, session
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from trainer.store.database import connect

_ROW: Final = 500
"""Bytes of a row of a table as ours has them, with five fields in it."""
_ROWS: Final = """<table>{% for row in rows %}
<tr><td><a href="/orders/{{ row.number }}">{{ row.number }}</a></td><td>{{ row.company }}</td>
<td><span class="badge">{{ row.label }}</span></td><td>{{ row.total }}</td><td>{{ row.due }}</td>
<td>{{ pad }}</td></tr>{% endfor %}</table>{{ rest }}"""

_metadata: Final = MetaData()
_thing: Final = Table("thing", _metadata, Column("id", Integer, primary_key=True))
_event: Final = Table(
    "event", _metadata, Column("id", Integer, primary_key=True), Column("body", Text)
)


def application() -> Flask:
    """The bare app; where its data goes comes from the environment."""
    app = Flask(__name__)
    app.secret_key = "floor" * 8
    engine = connect(f"sqlite:///{Path(os.environ['TRAINER_DATA']) / 'floor.db'}")
    _metadata.create_all(engine)
    template = app.jinja_env.from_string(_ROWS)
    row = {"number": "SO-10001", "company": "Harborline Supply & Sons", "label": "in transit",
           "total": "USD 1,234.50", "due": "2026-03-02"}  # fmt: skip
    bare = len(template.render(rows=[row], pad="", rest=""))
    pad = "x" * max(_ROW - bare, 0)

    def page(rows: int, size: int) -> str:
        rest = "x" * max(size - rows * _ROW, 0)
        return render_template(template, rows=[row] * rows, pad=pad, rest=rest)

    @app.get("/enter")
    def enter() -> str:
        session["person"] = 1
        return ""

    @app.post("/action/<int:size>")
    def action(size: int) -> str:
        person = session["person"]
        with engine.connect() as connection:
            connection.execute(select(_thing).where(_thing.c.id == person)).first()
            connection.execute(insert(_event).values(body=request.form["text"]))
            connection.commit()
        return page(size // _ROW, size)

    @app.get("/page/<int:rows>/<int:size>")
    def table(rows: int, size: int) -> str:
        return page(rows, size)

    return app
