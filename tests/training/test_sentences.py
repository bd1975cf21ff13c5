"""Sentences about an author's text, in English and in others."""

from trainer.training.sentences import Sentence

CHINESE = {
    "{what} has no {name}": "{what}没有 {name}",
    "a group of keys": "一组键",
    "delete {name}": "请删除 {name}",
}


def in_chinese(template: str) -> str:
    return CHINESE.get(template, template)


def test_a_sentence_is_english_where_nobody_asks() -> None:
    assert Sentence("there is no {name}", name="{x}") == "there is no {x}"
    assert Sentence("{ stays where nothing is put in") == "{ stays where nothing is put in"


def test_what_was_put_in_is_said_in_the_same_language() -> None:
    says = Sentence("{what} has no {name}", what=Sentence("a group of keys"), name="id")
    assert says == "a group of keys has no id"
    assert says.said(in_chinese) == "一组键没有 id"


def test_what_is_wrong_stands_before_what_to_do() -> None:
    what, cure = Sentence("{what} has no {name}; delete {name}", what="x", name="y").parted()
    assert (what, cure) == ("x has no y", "delete y")
    assert cure.said(in_chinese) == "请删除 y"
    assert Sentence("all is said").parted()[1] == ""


def test_one_template_is_about_one_thing_after_the_other() -> None:
    says = Sentence("there is no {name}")
    assert [says.about(name=it) for it in "ab"] == ["there is no a", "there is no b"]
