"""Words in three languages; a missing one falls back visibly, and is found."""

from tests.builders import exercise, goal, step
from trainer.training.texts import Text, untranslated


def test_a_missing_language_falls_back_to_english_visibly() -> None:
    text = Text(en="Ship it", zh_Hans="发货")
    assert [text.in_(language) for language in ("en", "zh_Hans", "zh_Hant", "fr")] == [
        "Ship it", "发货", "[en] Ship it", "Ship it",
    ]  # fmt: skip


def test_what_is_not_translated_is_found_wherever_it_stands() -> None:
    whole = exercise(step("only", goal("only", 100, promise_kept={"order": "rush"})))
    assert list(untranslated(whole)) == []
    raw = whole.model_dump()
    raw["steps"][0]["say"].pop("zh_Hant")
    raw["cast"]["rush"]["subject"].pop("zh_Hans")
    raw["steps"][0]["goals"][0]["check"] = {"promise_kept": {"order": "rush"}}
    found = type(whole).model_validate(raw)
    assert list(untranslated(found)) == ["cast.rush.subject.zh_Hans", "steps.0.say.zh_Hant"]
