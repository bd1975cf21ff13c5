"""Scenario files: a good one loads, a broken one says where, what, and what to do."""

from pathlib import Path

import pytest

from trainer.catalog import loader
from trainer.catalog.loader import ScenarioErrors, load_all, load_scenario, parse_content

GOOD = """\
format: 1
id: lamps
title: {en: Lamps, zh_Hans: 台灯, zh_Hant: 檯燈}
chapter: "1"
brief: {en: Two lamps, zh_Hans: 两盏台灯, zh_Hant: 兩盞檯燈}
debrief: {en: Well done, zh_Hans: 做得好, zh_Hant: 做得好}
world:
  orders: 20
cast:
  ada:
    lines: 1
    subject: {en: Order, zh_Hans: 订单, zh_Hant: 訂單}
    body: {en: "{lines}", zh_Hans: "{lines}", zh_Hant: "{lines}"}
steps:
  - id: work
    title: {en: Work, zh_Hans: 工作, zh_Hant: 工作}
    say: {en: Enter it, zh_Hans: 录入, zh_Hant: 輸入}
    anchor: inbox
    goals:
      - id: entered
        says: {en: It is entered, zh_Hans: 已录入, zh_Hant: 已輸入}
        check:
          entered_exactly:
            order: ada
        points: 60
        why: {en: Because, zh_Hans: 因为, zh_Hant: 因為}
      - id: shipped
        says: {en: It has left, zh_Hans: 已发货, zh_Hant: 已出貨}
        check:
          order_is:
            order: ada
            label: shipped
        points: 40
        why: {en: Because, zh_Hans: 因为, zh_Hant: 因為}
    solution:
      - submit_order: {order_number: $ada.order_number}
"""


def place(needle: str, text: str = GOOD) -> str:
    """`line:column` of the first place where something stands."""
    before = text[: text.index(needle)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def written(folder: Path, text: str | bytes, name: str = "lamps.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, text: str | bytes) -> list[str]:
    """What is wrong with such a file, without its name."""
    path = written(folder, text)
    with pytest.raises(ScenarioErrors) as caught:
        load_scenario(path)
    lines = str(caught.value).splitlines()
    assert lines == [str(problem) for problem in caught.value.problems]
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1
    return GOOD.replace(old, new, 1)


def test_a_good_file_loads(tmp_path):
    loaded = load_scenario(written(tmp_path, GOOD))
    assert loaded.scenario.id == "lamps"
    assert loaded.scenario.title.zh_Hant == "檯燈"
    assert [goal.points for goal in loaded.scenario.goals()] == [60, 40]


def test_what_is_pinned_reads_as_the_same_scenario(tmp_path):
    loaded = load_scenario(written(tmp_path, GOOD))
    assert parse_content(loaded.content) == loaded.scenario


def test_a_comment_changes_nothing_a_word_does(tmp_path):
    first = load_scenario(written(tmp_path, GOOD))
    commented = load_scenario(written(tmp_path, "# for beginners\n" + GOOD))
    reworded = load_scenario(written(tmp_path, changed("Well done", "Very well done")))
    assert (commented.scenario, commented.digest) == (first.scenario, first.digest)
    assert reworded.digest != first.digest


LOOKS_LIKE_MORE = ("NO", "yes", "on", "59.80", "12:30", "2026-03-02", "007", "1e3", "0x1F", "1_000")


@pytest.mark.parametrize("word", LOOKS_LIKE_MORE)
def test_a_bare_word_is_what_it_looks_like(tmp_path, word):
    loaded = load_scenario(written(tmp_path, changed("en: Lamps", f"en: {word}")))
    assert loaded.scenario.title.en == word


WORDS = GOOD[GOOD.index("subject:") : GOOD.index("steps:")].rstrip()
CAST_AT = place("    lines: 1").replace(":1", ":{}")
"""A column of the first line of somebody in the cast."""

# one change to the good file each; then where it is noticed, what is said, and what is advised
BROKEN = {
    "missing key": (
        "    anchor: inbox\n",
        "",
        place("id: work"),
        "anchor is missing",
        "add anchor: here",
    ),
    "missing at the top": (
        'chapter: "1"\n',
        "",
        "1:1",
        "chapter is missing",
        "add chapter: here",
    ),
    "missing language": (
        "{en: Lamps, ",
        "{",
        place("{en: Lamps"),
        "en is missing",
        "add en: here",
    ),
    "unknown key": (
        "  orders: 20",
        "  ordres: 20",
        place("orders: 20"),
        "there is no key ordres here",
        "did you mean orders?",
    ),
    "unknown rule": (
        "  orders: 20\n",
        "  orders: 20\n  policies: {customers_complian: true}\n",
        "9:14",
        "there is no key customers_complian here",
        "did you mean customers_complain?",
    ),
    "unknown language of an optional text": (
        "    subject: {en: Order, zh_Hans",
        "    subject: {en: Order, zh_Hnas",
        place("zh_Hans: 订单"),
        "there is no key zh_Hnas here",
        "did you mean zh_Hans?",
    ),
    "unknown key of what is planted": (
        "  orders: 20\n",
        "  orders: 20\n  planted: {spike: {weeks_ago: 2, tims: 3}}\n",
        "9:35",
        "there is no key tims here",
        "did you mean times?",
    ),
    "unknown defect": (
        "    lines: 1\n",
        "    lines: 1\n    defect: no_stamp\n",
        place("subject: {en: Order").replace(":5", ":13"),
        "no_stamp is not possible here",
        "'missing_address'",
    ),
    "rule that is neither yes nor no": (
        "  orders: 20\n",
        "  orders: 20\n  policies:\n    customers_rate: often\n",
        "10:21",
        "often is neither yes nor no",
        "write true or false",
    ),
    "rule out of all bounds": (
        "  orders: 20\n",
        "  orders: 20\n  policies:\n    complaint_answer_hours: 0\n",
        "10:29",
        "0 cannot be used",
        "write 1 or more",
    ),
    "unknown key in a list": (
        "        points: 60",
        "        price: 5\n        points: 60",
        place("points: 60"),
        "there is no key price here",
        "known keys are catches, check, id, points, says, skills, why",
    ),
    "unknown key of a cast member": (
        "    lines: 1",
        "    line: 1",
        place("lines: 1"),
        "there is no key line here",
        "did you mean lines?",
    ),
    "unknown key of a check": (
        "            label: shipped",
        "            label: shipped\n            lable: shipped",
        place("        points: 40").replace(":1", ":13"),
        "there is no key lable here",
        "did you mean label?",
    ),
    "wrong value of a check": (
        "label: shipped",
        "label: shiped",
        place("shipped\n        points"),
        "shiped is not possible here",
        "write 'draft', 'awaiting_confirmation'",
    ),
    "unknown check": (
        "          order_is:",
        "          order_was:",
        place("order_is"),
        "no check is called order_was",
        "known are",
    ),
    "number where text is wanted": (
        "en: Lamps",
        "en: 2026",
        place("Lamps"),
        "2026 is not text here",
        'put it in quotes: "2026"',
    ),
    "boolean where text is wanted": (
        "en: Lamps",
        "en: true",
        place("Lamps"),
        "true is not text here",
        'put it in quotes: "true"',
    ),
    "nothing where text is wanted": (
        "en: Lamps",
        "en: ",
        "3:13",
        "there is no text here",
        "write it after the colon",
    ),
    "list where text is wanted": (
        "en: Lamps",
        "en: [Lamps]",
        place("Lamps"),
        "a list is in the wrong place",
        "write a single value here",
    ),
    "text where a number is wanted": (
        "orders: 20",
        "orders: twenty",
        place("20"),
        "twenty is not a whole number",
        "write digits only",
    ),
    "number out of range": (
        "orders: 20",
        "orders: 20000",
        place("20"),
        "20000 cannot be used",
        "write 10000 or less",
    ),
    "empty list": (
        "  orders: 20",
        "  locales: []",
        "8:12",
        "there is not enough here",
        "write at least 1",
    ),
    "empty text": (
        "en: Lamps",
        'en: " "',
        place("Lamps"),
        "there is no text here",
        "write it",
    ),
    "format in quotes": (
        "format: 1",
        'format: "1"',
        "1:9",
        '"1" is text here',
        "write 1, without quotes",
    ),
    "text where keys are wanted": (
        "world:\n  orders: 20",
        "world: small",
        "7:8",
        "small stands where keys are wanted",
        "write keys with values here",
    ),
    "text where a list is wanted": (
        "  orders: 20",
        "  locales: zh_CN",
        "8:12",
        "zh_CN stands where a list is wanted",
        "begin each item with - ",
    ),
    "bad name of a cast member": (
        "  ada:",
        "  Ada:",
        place("ada:"),
        "Ada has the wrong form",
        "it must match ^[a-z]",
    ),
    "unknown command": (
        "submit_order",
        "submit_ordre",
        place("- submit_order"),
        "command 1: there is no command submit_ordre",
        "look it up in scenarios/REFERENCE.md",
    ),
    "unknown field of a message": (
        'en: "{lines}"',
        'en: "{price}"',
        place('{en: "{lines}"'),
        "en: unknown field 'price'",
        "known are address",
    ),
    "message without words": (
        """    body: {en: "{lines}", zh_Hans: "{lines}", zh_Hant: "{lines}"}\n""",
        "",
        place("lines: 1"),
        "ada sends a message without words",
        "write subject and body; only a call (channel: phone) may leave out both",
    ),
    "misconception that no bot has": (
        "        points: 60\n",
        "        points: 60\n        catches: [tells-nobdy]\n",
        place("        why: {en: Because").replace(":1", ":19"),
        "no bot is called tells-nobdy",
        "did you mean tells-nobody?",
    ),
    "check of the whole run in a step": (
        "          entered_exactly:\n            order: ada\n",
        "          never_refused: {each: 2}\n",
        place("entered_exactly"),
        "never_refused is about the whole run",
        "move this goal to standing:",
    ),
    "word that an event never says": (
        "          order_is:\n            order: ada\n            label: shipped\n",
        "          happened:\n"
        "            what: {event: customer_notified, where: {channel: fax}}\n",
        place("            order: ada\n            label").replace(":1", ":63"),
        "channel of customer_notified is never fax",
        "write one of email, sms",
    ),
    "money with a point, where there may be none": (
        "submit_order: {order_number: $ada.order_number}",
        "add_line: {order_number: A-1, sku: LMP-1, quantity: 1, unit_price: 59.80}",
        place("submit_order").replace(":9", ":76"),
        "59.80 cannot be the unit_price of add_line",
        "write digits only, money in its smallest unit: 5980 for 59.80",
    ),
    "somebody who is not in the cast": (
        "order: ada",
        "order: adda",
        place("ada\n        points"),
        "goal entered is about adda, who is not in the cast: ada",
        "did you mean ada?",
    ),
    "path of somebody who is not in the cast": (
        "$ada.order_number",
        "$bob.order_number",
        place("$ada"),
        "$bob is not in the cast: ada",
        "known are $ada, $clock, $world",
    ),
    "goal twice": (
        "      - id: shipped",
        "      - id: entered",
        place("shipped\n        says"),
        "two goals are called entered",
        "give each its own id; the other stands in line 20",
    ),
    "step twice": (
        "    solution:",
        "    solution: [hand_in: {}]\n  - id: work\n    solution:",
        "36:9",
        "two steps are called work",
        "give each its own id; the other stands in line 15",
    ),
    "field of an event": (
        "          order_is:\n            order: ada\n            label: shipped\n",
        "          happened: {what: {event: order_checked, where: {amount: 1}}}\n",
        "30:59",
        "order_checked has no amount",
        "known are order_number",
    ),
    "field of a command": (
        "{order_number: $ada",
        "{order_no: $ada",
        place("order_number: $ada"),
        "submit_order has no field order_no",
        "did you mean order_number?",
    ),
    "command without what it needs": (
        "{order_number: $ada.order_number}",
        "{}",
        place("submit_order"),
        "submit_order needs order_number",
        "add order_number: here",
    ),
    "day that is none": (
        "submit_order: {",
        "confirm_order: {promised_delivery_date: 2026-02-30, ",
        "36:49",
        "2026-02-30 cannot be the promised_delivery_date of confirm_order",
        "write a day of the calendar",
    ),
    "money with a point": (
        "submit_order: {",
        "record_payment: {reference: BT-1, amount: 59.80, ",
        "36:51",
        "59.80 cannot be the amount of record_payment",
        "money in its smallest unit: 5980 for 59.80",
    ),
    "word that a command does not know": (
        "submit_order: {",
        "notify_customer: {template: NO, ",
        "36:37",
        "NO cannot be the template of notify_customer",
        "write one of order_received, ",
    ),
    "number where a command wants text": (
        "submit_order: {",
        "add_note: {text: 12, ",
        "36:26",
        "12 cannot be the text of add_note",
        "put it in quotes",
    ),
    "points that are not 100": (
        "points: 60",
        "points: 50",
        place("steps:"),
        "the goals' points add up to 90",
        "they must make 100: add 10",
    ),
    "points beyond 100": (
        "points: 60",
        "points: 61",
        place("steps:"),
        "the goals' points add up to 101",
        "they must make 100: take away 1",
    ),
    "somebody else's customer who is nobody": (
        "    lines: 1\n",
        "    customer_of: bob\n",
        CAST_AT.format(18),
        "ada is of the customer of bob, who does not stand before",
        "add it to the cast",
    ),
    "order of somebody who comes later": (
        "    lines: 1\n",
        "    repeats: bob\n  bob:\n",
        CAST_AT.format(14),
        "ada repeats the order of bob, who does not stand before",
        "move bob above ada",
    ),
    "wish of oneself": (
        "    lines: 1\n",
        "    same_as: ada\n",
        CAST_AT.format(14),
        "ada wants the same as ada, who does not stand before",
        "add it to the cast",
    ),
    "currency of nobody abroad": (
        "    lines: 1\n",
        "    currency: JPY\n",
        CAST_AT.format(15),
        "ada buys in JPY, and nobody in world.foreign does",
        "write foreign: {JPY: 1} under world:",
    ),
    "credit for who pays in advance": (
        "    lines: 1\n",
        "    credit: short\n",
        CAST_AT.format(13),
        "ada pays in advance, and needs no credit",
        "write payment_terms: on_account, or delete this",
    ),
    "credit for one order together": (
        "    lines: 1\n",
        "    payment_terms: on_account\n    credit: together\n",
        CAST_AT.format(13).replace("11:", "12:"),
        "ada needs customer_of: credit for both is about two orders",
        "add customer_of: with the name of the other one",
    ),
    "past that is too short": (
        "  orders: 20\ncast:\n  ada:\n",
        "  days: 40\ncast:\n  ada:\n    delivered_days_ago: 30\n",
        CAST_AT.format(25),
        "ada was delivered 30 days ago, and the world's past is only 40 days long",
        "write days: 55 or more under world:",
    ),
    "past of a customer who is new": (
        "    subject:",
        f"    {WORDS}\n  bob:\n    delivered_days_ago: 5\n    customer_of: ada\n    subject:",
        "16:18",
        "bob is of a customer who comes in only this morning",
        "give ada delivered_days_ago too, or delete this",
    ),
    "month that is not there": (
        "          order_is:\n            order: ada\n            label: shipped\n",
        '          month_reaches: {figure: lead_time, at_most: "7"}\n',
        "30:11",
        "a goal asks for a month, and there is none",
        "add month: to the scenario",
    ),
    "month that is not there, in part of a check": (
        "          order_is:\n            order: ada\n            label: shipped\n",
        "          any_of: {checks: [{answer_is: {figure: {name: lead_time}, in_month: true}}]}\n",
        "30:69",
        "a goal asks for a month, and there is none",
        "add month: to the scenario",
    ),
    "stranger in a script": (
        "steps:",
        "script:\n  - {after_hours: 1, order: adda, do: {add_note: {text: hello}}}\nsteps:",
        "15:29",
        "the script is about adda, who is not in the cast: ada",
        "did you mean ada?",
    ),
    "stranger in part of a check": (
        "          order_is:\n            order: ada\n            label: shipped\n",
        "          any_of: {checks: [{promise_kept: {order: adda}}]}\n",
        "30:52",
        "goal shipped is about adda, who is not in the cast: ada",
        "did you mean ada?",
    ),
    "SKU in the cast": (
        "    lines: 1\n",
        "    lines: [{sku: LAMP-404, quantity: 1}]\n",
        CAST_AT.format(12),
        "a list is in the wrong place",
        "write a single value here",
    ),
    "id that is not the file's": (
        "id: lamps",
        "id: lamp",
        "2:5",
        "the id is lamp, and the file is called lamps.yaml",
        "write id: lamps",
    ),
    "key twice": (
        "world:",
        "id: lamps\nworld:",
        place("world:"),
        "id stands here twice",
        "delete one of them; the other stands in line 2",
    ),
    "key that is no word": (
        "world:",
        "? [a, b]\n: 1\nworld:",
        place("world:").replace(":1", ":3"),
        "this cannot be a key",
        "write one word before the colon",
    ),
    "tag": (
        "en: Lamps",
        "en: !!python/name:os.system Lamps",
        place("Lamps"),
        "the tag tag:yaml.org,2002:python/name:os.system is not read",
        "write the value without it",
    ),
    "alias for nothing": (
        "en: Lamps",
        "en: *lamps",
        place("Lamps"),
        "*lamps stands for nothing",
        "write &lamps before the value that is meant",
    ),
    "alias for itself": (
        "cast:\n",
        "cast: &me\n  eve: *me\n",
        "10:8",
        "*me stands for nothing",
        "write &me before",
    ),
    "wrong indentation": (
        "  orders: 20",
        "  orders: 20\n orders: 30",
        "9:2",
        "did not find expected key",
        "check indentation, quotes and the colon after each key",
    ),
    "second document": (
        "    solution:",
        "    solution: [{submit_order: {}}]\n---\nx:",
        "36:1",
        "a second document begins here",
        "give it a file of its own",
    ),
    "control character": (
        "Two lamps",
        "Two\u0007lamps",
        place(" lamps,"),
        "a control character cannot be read",
        "delete this character",
    ),
}


@pytest.mark.parametrize(("old", "new", "at", "what", "cure"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_where_what_and_what_to_do(tmp_path, old, new, at, what, cure):
    found = problems(tmp_path, changed(old, new))
    assert [line for line in found if line.startswith(f"{at} – {what}")] != [], found
    (line,) = [line for line in found if line.startswith(f"{at} – {what}")]
    _, said, advised = line.split(" – ")
    assert cure in line
    assert said
    assert advised


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path):
    text = changed("id: lamps", "id: lamp").replace("  orders: 20", "  orders: x\n  ordres: 20")
    text = text.replace("    anchor: inbox\n", "").replace(
        "points: 60", "points: 60\n        points: 6"
    )
    assert [line.split(" – ")[:2] for line in problems(tmp_path, text)] == [
        ["2:5", "the id is lamp, and the file is called lamps.yaml"],
        ["8:11", "x is not a whole number"],
        ["9:3", "there is no key ordres here"],
        ["16:5", "anchor is missing"],
        ["26:9", "points stands here twice"],
    ]


def test_what_is_wrong_between_parts_is_told_with_all_the_rest(tmp_path):
    text = (
        changed("order: ada", "order: adda")
        .replace("$ada", "$eve")
        .replace("orders: 20", "orders: x")
    )
    assert [line.split(" – ")[1] for line in problems(tmp_path, text)] == [
        "x is not a whole number",
        "goal entered is about adda, who is not in the cast: ada",
        "$eve is not in the cast: ada",
    ]


CROSSED = changed(
    "    lines: 1\n", "    currency: JPY\n    repeats: eve\n    customer_of: bob\n"
).replace("points: 60", "points: 61")


def test_what_is_crossed_between_parts_is_told_all_at_once(tmp_path):
    """Four mistakes between parts, each in its place."""
    assert [line.split(" – ")[:2] for line in problems(tmp_path, CROSSED)] == [
        ["11:15", "ada buys in JPY, and nobody in world.foreign does"],
        ["12:14", "ada repeats the order of eve, who does not stand before"],
        ["13:18", "ada is of the customer of bob, who does not stand before"],
        ["16:1", "the goals' points add up to 101"],
    ]


def test_what_is_crossed_is_told_beside_fields_that_are_wrong(tmp_path):
    text = CROSSED.replace("orders: 20", "orders: x").replace("    anchor: inbox\n", "")
    assert [line.split(" – ")[:2] for line in problems(tmp_path, text)] == [
        ["8:11", "x is not a whole number"],
        ["11:15", "ada buys in JPY, and nobody in world.foreign does"],
        ["12:14", "ada repeats the order of eve, who does not stand before"],
        ["13:18", "ada is of the customer of bob, who does not stand before"],
        ["16:1", "the goals' points add up to 101"],
        ["17:5", "anchor is missing"],
    ]


def test_points_of_which_one_is_no_number_are_not_added_up(tmp_path):
    (line,) = problems(tmp_path, changed("points: 60", "points: many"))
    assert "many is not a whole number" in line


NONSENSE = ("x", "7", "true", "[x]", "{x: y}", "{x: {y: z}}", "[{id: 3}]", "[[x]]", "")


@pytest.mark.parametrize("key", ["world", "cast", "steps", "standing", "script", "judged", "after"])
@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_place_of_a_part_is_a_problem_not_a_crash(tmp_path, key, value):
    written(tmp_path, f"{key}: {value}\n")
    with pytest.raises(ScenarioErrors):
        load_scenario(tmp_path / "lamps.yaml")


@pytest.mark.parametrize(
    "key",
    ["customer_of", "repeats", "same_as", "currency", "credit", "payment_terms",
     "delivered_days_ago"],
)  # fmt: skip
@pytest.mark.parametrize("value", NONSENSE[:-1])
def test_nonsense_said_of_somebody_in_the_cast_is_a_problem_not_a_crash(tmp_path, key, value):
    wrong = (
        "    lines: 1\n",
        f"    credit: together\n    delivered_days_ago: 3\n    {key}: {value}\n",
    )
    with pytest.raises(ScenarioErrors):
        load_scenario(written(tmp_path, changed(*wrong)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1 – the file is empty"),
        ("# nothing yet\n", "1:1 – the file is empty"),
        ("just words", "1:1 – just words stands where keys are wanted"),
        (GOOD.encode().replace(b"Lamps", b"L\xe4mps"), "3:14 – this is not UTF-8"),
        ("a: " + "[" * 40 + "]" * 40, "1:34 – this is nested too deeply"),
        (GOOD + "#" * 256 * 1024, "1:1 – the file is larger than 256 KB"),
    ],
    ids=["empty", "comment", "words", "latin-1", "deep", "large"],
)
def test_a_file_that_is_none_is_told_at_once(tmp_path, text, said):
    (line,) = problems(tmp_path, text)
    assert line.startswith(said)


def test_a_few_aliases_are_welcome(tmp_path):
    text = changed("debrief: {en: Well done, zh_Hans: 做得好, zh_Hant: 做得好}", "debrief: *brief")
    loaded = load_scenario(written(tmp_path, text.replace("brief: {", "brief: &brief {")))
    assert loaded.scenario.debrief == loaded.scenario.brief


def test_a_bomb_of_aliases_does_not_go_off(tmp_path):
    rows = ["l0: &l0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 20)]
    (line,) = problems(tmp_path, "\n".join(rows))
    assert "with its aliases written out this is too large – write it without aliases" in line


WAITS = 'chapter: "1"\n', 'chapter: "1"\nafter: [{}]\n'


def waiting(folder: Path, **after: str) -> list[str]:
    """What is said of files that wait for others, each in a chapter of its own."""
    for number, (name, first) in enumerate(after.items()):
        text = changed(WAITS[0], WAITS[1].format(first)).replace("id: lamps", f"id: {name}")
        written(folder, text, f"{number}/{name}.yaml")
    return [str(it).removeprefix(f"{folder}/") for it in load_all(folder)[1]]


def test_an_exercise_may_wait_for_others(tmp_path):
    assert waiting(tmp_path, lamps="chairs, tables", chairs="tables", tables="") == []


def test_an_exercise_that_waits_for_nothing_there_is_named(tmp_path):
    """Alone, not only with the whole course; a file of lessons is no exercise."""
    written(tmp_path, "lessons: []", "0/lessons.yaml")
    unknown, lessons = waiting(tmp_path, lamps="chairs, tables, lessons", chairs="")
    assert unknown == (
        "0/lamps.yaml:5:17 – there is no exercise tables – "
        "write the id of a scenario in a chapter's folder"
    )
    assert lessons.startswith("0/lamps.yaml:5:25 – there is no exercise lessons")
    alone = problems(tmp_path / "0", (tmp_path / "0/lamps.yaml").read_text("utf-8"))
    assert [it.split(" – ")[0] for it in alone] == ["5:17", "5:25"]


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ({"lamps": "lamps"}, ["lamps"]),
        ({"lamps": "chairs", "chairs": "lamps"}, ["lamps", "chairs"]),
        ({"lamps": "chairs", "chairs": "tables", "tables": "chairs"}, ["chairs", "tables"]),
    ],
)
def test_exercises_that_wait_for_each_other_are_named(tmp_path, after, named):
    """Who waits for such a circle is no part of it."""
    found = waiting(tmp_path, **after)
    assert [it.split(" – ")[1] for it in found] == [
        f"{name} should be finished before it can begin" for name in named
    ]
    assert all(":5:9 – " in it for it in found)


def test_what_an_exercise_is_like_tells_what_it_waits_for(tmp_path):
    written(tmp_path, GOOD.replace("id: lamps", "id: tables"), "0/tables.yaml")
    like = f"like: chairs\nid: lamps\n{GOOD.splitlines()[2]}\n{GOOD.splitlines()[4]}\n"
    written(tmp_path, like, "0/lamps.yaml")
    assert waiting(tmp_path, chairs="tables") == []
    found = waiting(tmp_path, chairs="lamps")
    assert [it.split(" – ")[:2] for it in found] == [
        ["0/lamps.yaml:1:7", "lamps should be finished before it can begin"]
    ]


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path):
    with pytest.raises(ScenarioErrors, match="cannot be read: No such file"):
        load_scenario(tmp_path / "lamps.yaml")


def test_a_broken_file_does_not_stop_the_others(tmp_path):
    written(tmp_path, GOOD, "01-overview/lamps.yaml")
    broken = written(tmp_path, GOOD, "01-overview/chairs.yaml")
    twice = written(tmp_path, GOOD, "02-receiving/lamps.yaml")
    for name in ("course.yaml", "glossary.yaml", "01-overview/glossary.yaml", "README.md"):
        written(tmp_path, "chapters: []", name)
    loaded, found = load_all(tmp_path)
    assert [one.scenario.id for one in loaded] == ["lamps"]
    assert [(problem.file, problem.line, problem.what) for problem in found] == [
        (str(broken), 2, "the id is lamps, and the file is called chairs.yaml"),
        (str(twice), 1, "lamps is the name of 01-overview/lamps.yaml already"),
    ]


def test_a_folder_without_scenarios_is_an_empty_shelf(tmp_path):
    assert load_all(tmp_path / "nowhere") == ([], [])


def test_places_are_the_same_without_the_c_library(tmp_path, monkeypatch):
    text = changed("label: shipped", "label: shiped").replace("orders: 20", "orders: x")
    fast = problems(tmp_path, text)
    monkeypatch.delattr("yaml.CSafeLoader")
    assert problems(tmp_path, text) == fast
    assert loader.load_scenario(written(tmp_path, GOOD)).scenario.id == "lamps"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: {en: Lamps", "title: {en: Lamps: two"),
        ("world:\n", "world\n"),
        ("  orders: 20", "  orders 20"),
        ("  orders: 20", '  orders: "20'),
        ("cast:\n", "cast\n"),
        ("  ada:\n", "  ada\n"),
        ("    lines: 1\n", "   lines: 1\n"),
        ("    lines: 1\n", "\tlines: 1\n"),
        ("    goals:\n", "\tgoals:\n"),
        ("    solution:\n", "\t    solution:\n"),
        ("{en: Work, zh_Hans: 工作, zh_Hant: 工作}", "{en: Work, zh_Hans: 工作, zh_Hant: 工作"),
        ("{en: Enter it", '{en: "Enter it'),
        ("      - id: entered\n", "      - id: entered: now\n"),
        ("          entered_exactly:\n", "          entered_exactly\n"),
        ("        points: 60\n", "        points 60\n"),
        ("        points: 60\n", "       points: 60\n"),
        ("        why: {en: Because, zh_Hans: 因为, zh_Hant: 因為}\n      - id: shipped",
         "        why {en: Because, zh_Hans: 因为, zh_Hant: 因為}\n      - id: shipped"),
        ("      - id: shipped", "      -id: shipped"),
        ("            label: shipped", "            label: [shipped"),
        ("        points: 40", "        points: @40"),
        ("    solution:\n", "    solution\n"),
        ("{order_number: $ada.order_number}", "{order_number: $ada.order_number"),
        ("steps:\n", "steps: now\n"),
        ("brief: {en: Two lamps, zh_Hans: 两盏台灯, zh_Hant: 兩盞檯燈}",
         "brief: {en: Two lamps, zh_Hans: 两盏台灯,\n\nzh_Hant 兩盞檯燈"),
        ("debrief: {en: Well done", "debrief: {en: 'Well done"),
        ("chapter: \"1\"", "chapter: \"1"),
        ("  - id: work", "   - id: work\n  - id: work"),
    ],
)  # fmt: skip
def test_one_thing_that_cannot_be_parsed_is_one_fault(tmp_path, old, new):
    """Nothing is wrong only because of what could not be read."""
    found = problems(tmp_path, changed(old, new))
    assert len(found) == 1, found


def test_what_cannot_be_parsed_hides_nothing_else(tmp_path):
    """Two faults of the YAML itself, far apart, and one of what it says, in the order of lines."""
    text = changed("title: {en: Lamps", "title: {en: Lamps: two").replace("    anchor: inbox\n", "")
    text = text.replace("orders: 20", "orders: x").replace(
        "            label: shipped", "\t\tlabel: x"
    )
    assert [line.split(" – ")[:2] for line in problems(tmp_path, text)] == [
        ["3:18", "did not find expected ',' or '}'"],
        ["8:11", "x is not a whole number"],
        ["15:5", "anchor is missing"],
        ["31:1", "found a tab character that violates indentation"],
    ]


def test_a_quote_that_is_not_closed_hides_nothing_else(tmp_path):
    text = changed('chapter: "1"', 'chapter: "1').replace("id: shipped", "id: shipped: now")
    text = text.replace("orders: 20", "ordres: 20").replace(
        "points: 60", "points: 60\n        points: 6"
    )
    assert [line.split(" – ")[1] for line in problems(tmp_path, text)] == [
        "the quote that opens here is not closed",
        "there is no key ordres here",
        "points stands here twice",
        "mapping values are not allowed in this context",
    ]


@pytest.mark.parametrize(
    ("was", "unclosed", "opens"),
    [
        ('chapter: "1"', 'chapter: "1', '"1'),
        ('chapter: "1"', "chapter: '1", "'1"),
        ("orders: 20", 'orders: "20', '"20'),
        ("            label: shipped", '            label: "shipped', '"shipped'),
    ],
)
def test_a_quote_that_is_not_closed_is_told_where_it_opens(tmp_path, was, unclosed, opens):
    """Whether another quote comes after it, which it swallows all up to, or none."""
    text = changed(was, unclosed)
    line = text[: text.index(opens)].count("\n")
    column = text.split("\n")[line].index(opens) + 1
    told = [it for it in problems(tmp_path, text) if "the quote that opens here" in it]
    assert [it.split(" – ")[0] for it in told] == [f"{line + 1}:{column}"]


def test_a_quote_of_several_lines_that_is_closed_is_not_to_blame(tmp_path):
    text = changed("title: {en: Lamps", 'title: {en: "Lamps\n  and more"').replace(
        "orders: 20", "orders: x: y"
    )
    assert not any("quote" in it.split(" – ")[1] for it in problems(tmp_path, text))


def test_what_is_about_something_that_cannot_be_read_is_not_judged(tmp_path):
    """Who is in the cast, what the points make, and what an alias stands for is not known."""
    text = changed("  ada:\n", "  ada: lamps: two\n").replace("points: 60", "points 60")
    text = text.replace("brief: {en: Two", "brief: &brief {en: Two: lamps")
    text = text.replace(
        "debrief: {en: Well done, zh_Hans: 做得好, zh_Hant: 做得好}", "debrief: *brief"
    )
    assert {line.split(" – ")[1] for line in problems(tmp_path, text)} == {
        "mapping values are not allowed in this context",
        "could not find expected ':'",
        "did not find expected ',' or '}'",
    }


def test_a_file_that_is_nothing_but_faults_keeps_nobody_waiting(tmp_path):
    rows = "".join(f"k{row}: a: b\n" for row in range(9_000))
    found = problems(tmp_path, rows)
    assert 1 <= len(found) <= 20
    assert found[0].startswith("1:6 – mapping values are not allowed")


def test_every_control_character_is_told(tmp_path):
    text = changed("Two lamps", "Two\u0007lamps").replace("Well done", "Well\u0008done")
    assert [line.split(" – ")[0] for line in problems(tmp_path, text)] == ["5:16", "6:19"]
