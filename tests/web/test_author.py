"""Scenarios written in the browser: begun, saved, mended, tried, proven, published; and who may."""

import os
import re
from collections.abc import Callable, Iterator
from html import unescape
from time import process_time, sleep, time
from typing import Any

import pytest
from flask import Flask

from tests.web.conftest import Browser, add_person, number
from trainer import paths, prover
from trainer.catalog.proof import prove_all
from trainer.config import Settings
from trainer.play.authoring import ALIVE, LARGEST_DRAFT, Busy, Drafts
from trainer.play.ports import Store
from trainer.training.assignments import Terms

Login = Callable[[str], Browser]
FIRST = next(paths.SCENARIOS.glob("*/first-order.yaml")).read_text("utf-8")


@pytest.fixture
def drafts(app: Flask) -> Drafts:
    found: Drafts = app.extensions["drafts"]
    return found


@pytest.fixture
def ines(login_as: Login) -> Browser:
    return login_as("ines")


def begin(browser: Browser, of: str = "file:first-order") -> str:
    """A new draft; its page."""
    answer = browser.send("/author/drafts", of=of)
    assert answer.status_code == 303
    return str(answer.location)


def key_of(page: str) -> str:
    return page.rsplit("/", 1)[1]


def small(name: str) -> str:
    """The first order under another name, with one variant: quickly proven."""
    text = re.sub(r"^id: .*$", f"id: {name}", FIRST, count=1, flags=re.MULTILINE)
    text = text.replace("en: Your first order", "en: Yet another first order", 1)
    return re.sub(r"^world:\n", "world:\n  variants: 1\n  locales: [en_US]\n",
                  re.sub(r"^  (variants|locales):.*\n", "", text, flags=re.MULTILINE),
                  count=1, flags=re.MULTILINE)  # fmt: skip


def saved(browser: Browser, drafts: Drafts, page: str, text: str) -> Any:
    return browser.send(page, text=text, saves=str(drafts.draft(key_of(page)).saves))


def prove_here(app: Flask, drafts: Drafts, page: str) -> str:
    """The proof, in this process; its state."""
    draft = drafts.draft(key_of(page))
    sound, findings = app.extensions["writing"][draft.kind].look(draft.text)
    assert sound, findings
    run = drafts.begin_proof(draft, sound.digest, sound.proofs)
    url = app.extensions["engine"].url.render_as_string(hide_password=False)
    prover.prove(Settings.from_env({"TRAINER_DATABASE_URL": url}), run.proof_id)
    return drafts.proof(run.proof_id).state


def test_a_proof_of_one_long_variant_says_that_it_goes_on(
    app: Flask, ines: Browser, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = begin(ines)
    saved(ines, drafts, page, small("long-variant"))
    monkeypatch.setattr(prover, "HEARTBEAT", 0.02)
    heard = []

    def prove_slowly(*given: Any) -> Iterator[Any]:
        [run] = [drafts.last_proof(drafts.draft(key_of(page)).draft_id)]
        assert run
        for _ in range(200):  # until a sign of life came, though no variant is done
            found = drafts.proof(run.proof_id)
            if found.beat_at > run.beat_at:
                heard.append(found.done)
                break
            sleep(0.02)
        return prove_all(*given)

    monkeypatch.setattr(prover, "prove_all", prove_slowly)
    assert prove_here(app, drafts, page) == "green"
    assert heard == [0]


def test_a_draft_begins_as_a_copy_under_another_id(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    draft = drafts.draft(key_of(page))
    assert draft.name == "first-order-new"
    shown = ines.get(page).text
    assert "Nothing is wrong with it." in shown
    assert 'name="field.title.en"' in shown
    assert draft.title in ines.get("/author/").text
    copy = begin(ines, f"draft:{draft.key}")
    assert drafts.draft(key_of(copy)).name == "first-order-new-new"


def test_faults_are_told_at_once_with_their_places(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    text = drafts.draft(key_of(page)).text.replace("mode: guided", "mode: easy") + "\nwrong: 1\n"
    looked = ines.send(f"{page}/look", htmx=True, text=text)
    last = text.rstrip("\n").count("\n") + 1
    assert f'data-line="{last}"' in looked.text
    assert "there is no key wrong here" in looked.text
    assert drafts.draft(key_of(page)).saves == 1  # looking keeps nothing
    assert saved(ines, drafts, page, text).status_code == 303  # a broken draft is kept all the same
    assert "there is no key wrong here" in ines.get(page).text


def test_a_form_changes_one_place_and_keeps_comments(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    draft = drafts.draft(key_of(page))
    text = "# a comment that stays\n" + draft.text
    saved(ines, drafts, page, text)
    new = 'A "quoted": title'
    fields = {"field.title.en": new, "field.no.such": "x", "saves": "2"}
    assert ines.send(page, **fields).status_code == 303
    after = drafts.draft(draft.key)
    assert after.title == new
    changed = [
        pair for pair in zip(text.splitlines(), after.text.splitlines(), strict=False)
        if pair[0] != pair[1]
    ]  # fmt: skip
    assert len(changed) == 1
    assert after.text.startswith("# a comment that stays\n")


def test_two_tabs_lose_neither_text(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    saved(ines, drafts, page, "first: saved")
    answer = ines.send(page, text="second: typed", saves="1")
    assert answer.status_code == 409
    assert "first: saved" in answer.text
    assert "second: typed" in answer.text
    assert "data-unsaved" in answer.text  # who leaves this page is asked first
    assert "data-unsaved" not in ines.get(page).text
    assert drafts.draft(key_of(page)).text == "first: saved"


@pytest.mark.parametrize(
    ("button", "leads"),
    [
        ("proofs", "#proof"),
        ("versions", "#proof"),
        ("trials", "/attempts/"),
        ("opening", "opening"),
    ],
)
def test_every_button_brings_along_what_was_typed(
    app: Flask, ines: Browser, drafts: Drafts, monkeypatch: pytest.MonkeyPatch,
    button: str, leads: str,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.extensions, "prover", lambda _proof_id: None)
    page, text = begin(ines), small(f"typed-{button}")
    title = {"field.title.zh_Hans": "写在表单里"}
    answer = ines.send(f"{page}/{button}", text=text, saves="1", **title)
    assert leads in answer.location
    kept = drafts.draft(key_of(page)).text
    assert kept != text
    assert kept == re.sub("zh_Hans: .*", 'zh_Hans: "写在表单里"', text, count=1)
    late = ines.send(f"{page}/{button}", text="# typed in another tab", saves="1")
    assert late.status_code == 409
    assert "# typed in another tab" in late.text
    assert drafts.draft(key_of(page)).text == kept
    if button == "proofs":
        run = drafts.last_proof(drafts.draft(key_of(page)).draft_id)
        assert run
        drafts.end_proof(run.proof_id, "stopped")


@pytest.mark.parametrize(
    "typed",
    [
        "[" + FIRST,  # cannot be read
        FIRST.replace("en: Your first order", "en: Something else", 1),  # changed in both
        re.sub("^title:\n(  .*\n)+", "", FIRST, count=1, flags=re.M),  # not there any more
    ],
    ids=["unreadable", "changed", "gone"],
)
def test_what_a_form_cannot_put_into_the_text_is_shown_and_not_lost(
    ines: Browser, drafts: Drafts, typed: str
) -> None:
    page = begin(ines)
    before = drafts.draft(key_of(page)).text
    answer = ines.send(page, text=typed, saves="1", **{"field.title.en": "Only in the form"})
    assert answer.status_code == 422
    assert "Only in the form" in answer.text
    assert "has no place in your text" in answer.text
    assert typed.splitlines()[3] in unescape(answer.text)
    assert drafts.draft(key_of(page)).text == before


def test_the_same_typed_in_both_places_is_no_quarrel(ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    typed = drafts.draft(key_of(page)).text.replace("en: Your first order", "en: Alike", 1)
    assert ines.send(page, text=typed, saves="1", **{"field.title.en": "Alike"}).status_code == 303
    assert drafts.draft(key_of(page)).text == typed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * (LARGEST_DRAFT + 1), "more than"),
        ("a: &a [1]\n" + "".join(f"k{n}: &b{n} [*a, *a]\n" for n in range(3)), "is missing"),
        ("[" * 2_000, "wrong"),
        ("\tid: x", "wrong"),
        (FIRST.replace("format: 1", "format: 1\n#") + "\n", "the course has a scenario"),
        (
            re.sub(r"^  orders: .*$", "  orders: 9000", small("much"), flags=re.MULTILINE),
            "at most 2,000",
        ),
        (
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
            "too large",
        ),
    ],
    ids=["long", "aliases", "deep", "tab", "taken", "much", "bomb"],
)
def test_no_draft_harms_the_server(ines: Browser, drafts: Drafts, text: str, says: str) -> None:
    page = begin(ines)
    began = process_time()
    answer = saved(ines, drafts, page, text)
    shown = answer.text if answer.status_code == 422 else ines.get(page).text
    assert process_time() - began < 5
    assert says in shown


def test_the_opening_is_shown_and_the_draft_is_tried_and_counts_nowhere(
    app: Flask, ines: Browser, drafts: Drafts
) -> None:
    page = begin(ines)
    saved(ines, drafts, page, small("tried-here"))
    shown = ines.get(f"{page}/opening").text
    assert "en_US · 1" in shown
    assert "zh_Hant" in shown
    desk = ines.send(f"{page}/trials").location
    store: Store = app.extensions["desk"].store
    assert store.find(desk.split("/")[2]).kind == "trial"
    desk = ines.send(f"/attempts/{desk.split('/')[2]}/restarts").location
    assert store.find(desk.split("/")[2]).kind == "trial"  # begun again, it is still one
    assert "counts nowhere" in ines.get(f"{desk}inbox").text
    saved(ines, drafts, page, "broken: text")
    assert ines.get(f"{page}/opening").status_code == 303
    assert "/author/drafts/" in ines.send(f"{page}/trials").location


def test_only_what_is_proven_is_published_and_attempts_stay_on_their_version(
    app: Flask, ines: Browser, drafts: Drafts, login_as: Login, newcomer: str
) -> None:
    page, name = begin(ines), "published-here"
    saved(ines, drafts, page, small(name))
    ines.send(f"{page}/versions")
    assert drafts.versions("scenario", name) == []  # no proof, no version
    assert prove_here(app, drafts, page) == "green"
    assert "Publish" in ines.get(page).text
    saved(ines, drafts, page, small(name).replace("minutes: ", "minutes: 1"))
    ines.send(f"{page}/versions")
    assert drafts.versions("scenario", name) == []  # another text than the one that was proven
    saved(ines, drafts, page, small(name))
    assert ines.send(f"{page}/versions").location == f"/author/scenarios/{name}"
    ines.send(f"{page}/versions")  # pressed twice
    assert [it.number for it in drafts.versions("scenario", name)] == [1]
    ines.send(f"/author/scenarios/{name}/withdrawal", act="withdraw")
    ines.send(f"{page}/versions")  # and back, as a version of its own
    assert [(it.number, it.withdrawn) for it in drafts.versions("scenario", name)] == [
        (2, False), (1, False),
    ]  # fmt: skip
    told = login_as("omar").get(f"/audit?q={name}").text
    assert "Scenario published" in told
    assert "Scenario taken from the shelf" in told
    assert re.search(rf'<a href="/author/scenarios/{name}">[^<]+</a> <small[^>]*>{name}<', told)
    trainee = login_as(newcomer)
    assert f'data-exercise="{name}"' in trainee.get("/").text
    attempt = trainee.send(f"/exercises/{name}/attempts").location
    # a second version; the attempt stays on the first
    saved(ines, drafts, page, small(name) + "# a comment more\n")
    title = {"field.title.en": "Another title"}
    ines.send(page, **title, saves=str(drafts.draft(key_of(page)).saves))
    assert prove_here(app, drafts, page) == "green"
    ines.send(f"{page}/versions")
    history = ines.get(f"/author/scenarios/{name}").text
    assert '<span class="diff-new">' in history
    assert "Another title" in trainee.get(f"/exercises/{name}").text
    assert "Another title" not in trainee.get(f"{attempt}orders").text
    newest, *_, oldest = drafts.versions("scenario", name)
    exported = ines.get(f"/author/versions/{oldest.key}/{name}.yaml").data
    assert exported == oldest.text.encode()
    assert drafts.draft(key_of(begin(ines, f"version:{newest.key}"))).text == newest.text
    ines.send(f"/author/scenarios/{name}/withdrawal", act="withdraw")
    for gone in (trainee.get(f"/exercises/{name}"), trainee.send(f"/exercises/{name}/attempts")):
        assert gone.status_code == 410
        assert "“Another title” can no longer be begun" in gone.text
    assert trainee.get("/exercises/never-was").status_code == 404
    assert trainee.get(f"{attempt}orders").status_code == 200
    ines.send(f"/author/scenarios/{name}/withdrawal", act="restore")
    assert trainee.get(f"/exercises/{name}").status_code == 200
    # a class is asked to do it: only who has begun it still is once it is withdrawn
    room = app.extensions["classes"].create("Asked", number(app, "ines"))
    with app.app_context():
        idle = add_person(app, f"{newcomer}-idle")
    app.extensions["classes"].add(room.class_id, [number(app, newcomer), idle])
    app.extensions["classes"].assign(room.class_id, "exercise", name, Terms(opens_at=0))
    gone = ines.send(f"/author/scenarios/{name}/withdrawal", act="withdraw")
    assert "1 class asks for it" in ines.get(gone.location).text
    assert "Another title" in trainee.get("/").text
    assert name not in login_as(f"{newcomer}-idle").get("/").text


def test_a_proof_that_fails_says_where(app: Flask, ines: Browser, drafts: Drafts) -> None:
    page = begin(ines)
    text = small("unsolvable")
    at = text.index("submit_order")
    text = text[: at - 2].rstrip() + "\n" + text[text.index("\n", at) + 1 :]
    saved(ines, drafts, page, text)
    assert prove_here(app, drafts, page) == "red"
    told = ines.get(page).text
    assert "The proof failed" in told
    assert "step check: check_order was refused with ILLEGAL_STATE: Order SO-10201 is" in told
    assert "the solution stops: step payment: wait_until: it does not come to" in told
    assert "Publish<" not in told
    told = ines.get(page, headers={"Accept-Language": "zh-TW"}).text
    assert "步驟 check：check_order 被拒絕（ILLEGAL_STATE）：訂單 SO-10201" in told
    assert "參考做法中途停住：步驟 payment：wait_until：再怎麼等也等不到" in told
    assert '<th scope="col">變體</th>' in told


def test_a_proof_is_stopped_and_one_that_went_silent_is_told(
    app: Flask, ines: Browser, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setitem(app.extensions, "prover", started.append)
    page = begin(ines)
    saved(ines, drafts, page, small("stopped-here"))
    ines.send(f"{page}/proofs")
    [proof_id] = started
    polled = ines.get(f"{page}/proof", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "0 of 1 variants" in polled.text
    ines.send(f"{page}/proofs")
    assert started == [proof_id]  # one at a time
    ines.send(f"{page}/proofs", act="stop")
    assert drafts.beat(proof_id, 1) == "stopping"
    drafts.end_proof(proof_id, "stopped", "It was stopped.")
    assert "ended early: It was stopped." in ines.get(page).text
    ines.send(f"{page}/proofs")
    monkeypatch.setattr("trainer.web.author.time", lambda: time() + ALIVE + 1)
    assert "was interrupted" in ines.get(page).text
    drafts.end_proof(started[-1], "stopped")


def test_authors_prove_side_by_side_up_to_a_limit(app: Flask, drafts: Drafts) -> None:
    made = [
        drafts.create("scenario", number(app, who), "x: 1", "x", "x")
        for who in ("ines", "omar", "ada")
    ]
    runs = [drafts.begin_proof(it, "d", 1) for it in made[:2]]
    for draft in (made[2], made[0]):
        with pytest.raises(Busy):
            drafts.begin_proof(draft, "d", 1)
    for run in runs:
        drafts.end_proof(run.proof_id, "stopped")
    drafts.end_proof(drafts.begin_proof(made[2], "d", 1).proof_id, "stopped")
    for draft in made:
        drafts.drop(draft.draft_id)


def test_a_file_is_imported_as_it_is_and_comes_out_again(ines: Browser, drafts: Drafts) -> None:
    from io import BytesIO

    text = "# 注释 stays\n" + FIRST
    answer = ines.post(
        "/author/drafts",
        data={"csrf_token": ines.token(), "file": (BytesIO(text.encode()), "mine.yaml")},
    )
    draft = drafts.draft(key_of(answer.location))
    assert draft.text == text
    exported = ines.get(f"/author/drafts/{draft.key}/first-order.yaml")
    assert exported.data == text.encode()
    for bad in (b"\xff\xfe\x00bad", b""):
        sent = {"csrf_token": ines.token(), "file": (BytesIO(bad), "mine.yaml")}
        assert ines.post("/author/drafts", data=sent).location == "/author/"


@pytest.fixture
def page(ines: Browser) -> str:
    return begin(ines)


@pytest.mark.parametrize(("who", "reads", "writes"), [("ada", 403, 403), ("omar", 200, 403)])
def test_who_may(login_as: Login, page: str, who: str, reads: int, writes: int) -> None:
    browser = login_as(who)
    for address in ("/author/", page, f"{page}/x.yaml"):
        assert browser.get(address).status_code == reads, address
    for address in (
        page,
        f"{page}/proofs",
        f"{page}/versions",
        f"{page}/removal",
    ):
        assert browser.send(address, text="x").status_code == writes, address


def test_what_is_not_there_is_not_found(ines: Browser) -> None:
    for address in ("drafts/none", "scenarios/none", "versions/none/x.yaml", "drafts/none/proof"):
        assert ines.get(f"/author/{address}").status_code == 404, address
    assert ines.send("/author/drafts", of="file:../../etc/passwd").status_code == 400
    assert ines.send("/author/drafts", of="version:none").status_code == 404


def test_a_draft_is_thrown_away(ines: Browser, page: str) -> None:
    assert ines.send(f"{page}/removal").status_code == 303
    assert ines.get(page).status_code == 404
    assert os.path.basename(page) not in ines.get("/author/").text
    late = ines.send(page, saves="0", text="title: {en: Typed in another tab}")
    assert late.status_code == 409
    assert "This draft has been thrown away" in late.text
    assert "Typed in another tab" in late.text


@pytest.mark.parametrize("like", ["/etc/passwd", "../../else/base", "*", "x" * 300, "no-such-one"])
def test_like_names_a_scenario_of_the_course_and_nothing_else(
    ines: Browser, drafts: Drafts, page: str, like: str
) -> None:
    saved(ines, drafts, page, f'id: mine\nlike: "{like}"\n')
    shown = ines.get(page)
    assert shown.status_code == 200
    assert "to be like" in shown.text


def test_what_is_published_stays_what_was_proven(
    app: Flask, ines: Browser, drafts: Drafts, page: str
) -> None:
    title = "\n".join(f"  {it}: Like it" for it in ("en", "zh_Hans", "zh_Hant"))
    text = (
        f"format: 1\nid: like-it\nlike: first-order\ntitle:\n{title}\nbrief:\n{title}\n"
        "world:\n  locales: [en_US]\n  variants: 1\n"
    )
    saved(ines, drafts, page, text)
    assert prove_here(app, drafts, page) == "green"
    ines.send(f"{page}/versions")
    [(content, digest)] = [it for it in drafts.contents("scenario") if b"like-it" in it[0]]  # type: ignore[attr-defined]
    assert b'"steps"' in content  # what it takes from the other is in it
    assert digest == drafts.versions("scenario", "like-it")[0].digest
    ines.send("/author/scenarios/like-it/withdrawal", act="withdraw")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("no-such-one", "there is no exercise no-such-one"),
        ("small-one", "small-one should be finished before it can begin"),
    ],
)
def test_what_should_be_finished_first_is_there_and_does_not_wait_for_this_one(
    ines: Browser, drafts: Drafts, page: str, after: str, said: str
) -> None:
    text = re.sub(r"^chapter:", f"after: [{after}]\nchapter:", small("small-one"), flags=re.M)
    saved(ines, drafts, page, text)
    assert said in ines.get(page).text
    saved(ines, drafts, page, text.replace(f"[{after}]", "[cash-on-delivery]"))
    assert "exercise cash-on-delivery" not in ines.get(page).text


def test_a_field_of_few_words_offers_them_and_keeps_a_word_it_does_not_know(
    ines: Browser, drafts: Drafts
) -> None:
    page = begin(ines)
    shown = ines.get(page).text
    terms = re.search(
        r'<select[^>]*name="field\.cast\.first\.payment_terms".*?</select>', shown, re.S
    )
    assert terms
    assert re.findall('value="([^"]+)"', terms[0]) == ["prepay", "on_account", "cash_on_delivery"]
    assert 'value="prepay" selected' in terms[0]
    assert '<select class="form-select" id="form-chapter" name="field.chapter"' in shown
    text = drafts.draft(key_of(page)).text.replace("payment_terms: prepay", "payment_terms: barter")
    saved(ines, drafts, page, text)
    shown = ines.get(page).text
    assert re.search(
        r'<input[^>]* value="barter"[^>]*name="field\.cast\.first\.payment_terms"', shown
    )
