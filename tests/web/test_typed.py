"""What comes in has no NUL: SQLite would take it, PostgreSQL not."""

from collections.abc import Callable

import pytest
from flask import Flask, request
from werkzeug.test import EnvironBuilder

from tests.web.conftest import Browser
from trainer.web.typed import Typed


def test_fields_have_no_nul_and_files_are_left_alone(app: Flask) -> None:
    fields = {"a": ["x\0y", "z"], "file": (__file__, "list.csv")}
    builder = EnvironBuilder("/?q=%00&q=1", method="POST", data=fields)
    with app.test_request_context(environ_overrides=builder.get_environ()):
        assert request.form.getlist("a") == ["xy", "z"]
        assert request.args.getlist("q") == ["", "1"]
        assert request.values["q"] == ""
        assert request.files["file"].read().startswith(b'"""What comes in')
        assert request.htmx.boosted is False  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/author/scenarios/%00", "/class/results/quizzes/a%00b"])
def test_an_address_with_nul_leads_nowhere(login_as: Callable[[str], Browser], path: str) -> None:
    assert login_as("ines").get(path).status_code == 404


def test_fields_of_nothing() -> None:
    assert not Typed()
    assert Typed([("a", "\0")]).to_dict() == {"a": ""}
