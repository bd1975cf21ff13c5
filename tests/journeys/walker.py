"""Walks a scenario's own solution through the screens: in a real browser, or by plain forms.

Both walkers know only what a person knows: which button belongs to the command that comes next,
and what is to be entered. What the forms fill in by themselves is left as it is.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from trainer.orders.clock import AdvanceClock
from trainer.play.reading import converted, name_of
from trainer.play.run import Course
from trainer.play.sandbox import Desk
from trainer.play.solution import command, resolved
from trainer.training.deeds import WAIT
from trainer.web.forms import written


class Walker(Protocol):
    """Does one command on the screen."""

    def enter(self, message_id: str, fields: dict[str, str]) -> None:
        """Open the message, and the order it asks for."""

    def wait(self) -> None:
        """Let time pass until something happens."""

    def do(self, name: str, fields: dict[str, str]) -> None:
        """Fill in the command's form on the order's page, and send it."""

    def hand_in(self) -> None:
        """Say that one is done."""


def walk(walker: Walker, desk: Desk, key: str) -> Iterator[str]:
    """Every command of the solution, done on the screen; yields its name after each."""
    course: Course = desk.course(desk.store.find(key))
    for step in course.opening.scenario.steps:
        for step_command in step.solution:
            run = desk.run(desk.store.find(key))
            if name_of(step_command) == WAIT:
                until = command(run, course, step_command)
                assert isinstance(until, AdvanceClock)
                while desk.run(desk.store.find(key)).world.now < until.to:
                    walker.wait()
                yield WAIT
                continue
            name, values = resolved(run, course, step_command)
            every = written(converted(name, values), run.world.company.currency)
            fields = {path: v for path, v in every.items() if said(values, path.split("."))}
            if name == "create_draft":
                walker.enter(fields.pop("message_id"), fields)
            elif name == "advance_clock":
                walker.wait()
            elif name == "hand_in":
                walker.hand_in()
            else:
                walker.do(name, fields)
            yield name


def said(values: Any, path: list[str]) -> bool:
    """Whether the solution says what stands there; what it leaves out, forms fill in."""
    if path and isinstance(values, dict):
        return path[0] in values and said(values[path[0]], path[1:])
    if path and isinstance(values, list | tuple):
        return said(values[int(path[0])], path[1:])
    return True


GIVEN = (
    "order_number", "order_numbers.0", "package_number", "rma_number", "warehouse", "template",
    "kind", "payout_number",
)  # fmt: skip
"""What forms know by themselves; it tells which of several forms is meant."""


def rows_of(fields: dict[str, str]) -> list[dict[str, str]]:
    """Fields like `rows.0.quantity` as rows again."""
    rows: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        if match := re.fullmatch(r"rows\.(\d+)\.(\w+)", name):
            rows.setdefault(match[1], {})[match[2]] = value
    return list(rows.values())


class BrowserWalker:
    """By clicks and keys in a real browser."""

    def __init__(self, page: Page, inbox: str) -> None:
        self.page = page
        self.inbox = inbox

    def enter(self, message_id: str, fields: dict[str, str]) -> None:
        """Inbox, message, “Enter this order”, form."""
        self.page.goto(self.inbox)
        self.page.locator(f".inbox-list a[href*='{message_id}']").click()
        self.page.locator("[data-action=enter]").click()
        form = self.page.locator("form[data-command=create_draft]")
        self._fill(form, fields)
        self._send(form)
        expect(self.page.locator("#order")).to_be_visible()

    def wait(self) -> None:
        """The clock's menu."""
        before = self.page.locator("#bar time").inner_text()
        self.page.locator("#bar summary[data-command=advance_clock]").click()
        self.page.locator("#bar button[value=next]").click()
        expect(self.page.locator("#bar time")).not_to_have_text(before)

    def do(self, name: str, fields: dict[str, str]) -> None:
        """The command's form on the page of its order, unfolded if need be."""
        number = fields.get("order_number", "")
        if number and not self.page.url.split("?")[0].endswith(f"/orders/{number}"):
            self.page.goto(self.inbox.replace("/inbox", f"/orders/{number}"))
        version = self.page.locator("#order").get_attribute("data-version")
        form = self._form(name, fields)
        for fold in form.locator("xpath=ancestor::details").all():
            if fold.get_attribute("open") is None:
                fold.locator("xpath=./summary").click()
        self._fill(form, {k: v for k, v in fields.items() if k not in GIVEN})
        self._send(form)
        expect(self.page.locator("#order")).not_to_have_attribute("data-version", version or "")

    def hand_in(self) -> None:
        """The coach's last button."""
        self.page.locator(".hand-in > summary").click()
        self.page.locator(".hand-in button").click()
        expect(self.page.locator(".hand-in")).to_have_count(0)

    def _form(self, name: str, fields: dict[str, str]) -> Locator:
        form = self.page.locator(f"form[data-command={name}]")
        for given in GIVEN:
            if given in fields:
                known = f"input[type=hidden][name='{given}'][value='{fields[given]}']"
                form = form.filter(has=self.page.locator(known))
        expect(form).to_have_count(1)
        return form

    def _fill(self, form: Locator, fields: dict[str, str]) -> None:
        for row in rows_of(fields):
            line = form.locator("tbody tr")
            for name, value in row.items():
                if name != "quantity":
                    hidden = self.page.locator(
                        f"input[type=hidden][name$='.{name}'][value='{value}']"
                    )
                    line = line.filter(has=hidden)
            line.locator("input:not([type=hidden])").fill(row["quantity"])
        for name, value in fields.items():
            if not name.startswith("rows."):
                self._put(form.locator(f"[name='{name}']:not([type=hidden])"), value)

    def _put(self, field: Locator, value: str) -> None:
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def _send(self, form: Locator) -> None:
        form.locator("button:not([type=button], [name=preview])").last.click()


# --- without JavaScript -------------------------------------------------------------------------


class Form(NamedTuple):
    """A form as a plain browser reads it from the page."""

    attributes: dict[str, str]
    fields: dict[str, str]
    rows: list[dict[str, str]]


class _Forms(HTMLParser):
    """Collects every form of a page with what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "form":
            self.forms.append(Form(found, {}, []))
        elif not self.forms:
            return
        elif tag == "tr":
            self.forms[-1].rows.append({})
        elif tag in ("input", "textarea") and name:
            self.forms[-1].fields[name] = found.get("value", "")
            if name.startswith("rows."):
                self.forms[-1].rows[-1][name] = found.get("value", "")
        elif tag == "select":
            self._select = name
            self.forms[-1].fields[name] = ""
        elif tag == "option" and "selected" in found:
            self.forms[-1].fields[self._select] = found.get("value", "")


class PlainWalker:
    """By plain requests: links and forms only, no script."""

    def __init__(self, client: FlaskClient, inbox: str) -> None:
        self.client = client
        self.address = inbox
        self.page = _Forms()

    def enter(self, message_id: str, fields: dict[str, str]) -> None:
        """Inbox, message, “Enter this order”, form."""
        self._get(self.address)
        self._get(next(link for link in self.page.links if link.endswith(message_id)))
        self._get(next(link for link in self.page.links if "orders/new" in link))
        self._send("create_draft", fields)

    def wait(self) -> None:
        """The clock's form."""
        form = next(f for f in self.page.forms if f.attributes.get("action", "").endswith("/clock"))
        self._post(form, {**form.fields, "until": "next"})

    def do(self, name: str, fields: dict[str, str]) -> None:
        """The command's form."""
        self._send(name, fields)

    def hand_in(self) -> None:
        """The coach's form."""
        form = next(f for f in self.page.forms if f.attributes["action"].endswith("/hand-ins"))
        self._post(form, form.fields)

    def _send(self, name: str, fields: dict[str, str]) -> None:
        (form,) = [form for form in self.page.forms if self._meant(form, name, fields)]
        typed = dict(form.fields)
        for row in rows_of(fields):
            typed.update(self._row(form, row))
        typed |= {k: v for k, v in fields.items() if not k.startswith("rows.")}
        self._post(form, typed)

    def _meant(self, form: Form, name: str, fields: dict[str, str]) -> bool:
        return form.attributes.get("data-command") == name and all(
            form.fields.get(given) == fields[given] for given in GIVEN if given in fields
        )

    def _row(self, form: Form, wanted: dict[str, str]) -> dict[str, str]:
        for row in form.rows:
            here = {name.split(".")[-1]: value for name, value in row.items()}
            known = {k: v for k, v in wanted.items() if k != "quantity"}
            if row and known.items() <= here.items():
                quantity = next(name for name in row if name.endswith(".quantity"))
                return {quantity: wanted["quantity"]}
        raise AssertionError(f"no row for {wanted} among {form.rows}")

    def _get(self, address: str) -> None:
        self._read(self.client.get(urljoin(self.address, address), follow_redirects=True))

    def _post(self, form: Form, typed: dict[str, str]) -> None:
        action = urljoin(self.address, form.attributes.get("action", ""))
        self._read(self.client.post(action, data=typed, follow_redirects=True))

    def _read(self, reply: Any) -> None:
        assert reply.status_code == 200, reply.text
        self.address = urlsplit(reply.request.url).path
        self.page = _Forms()
        self.page.feed(reply.text)
