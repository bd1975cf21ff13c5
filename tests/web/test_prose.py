"""An author's words as HTML: paragraphs, lists, strong words, and nothing that was smuggled in."""

import pytest

from trainer.web.prose import _blocks


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("One.", "<p>One.</p>"),
        ("One.\n\n\nTwo.", "<p>One.</p>|<p>Two.</p>"),
        ("goes\non", "<p>goes on</p>"),
        ("他说\n“好”\n然后", "<p>他说“好”然后</p>"),
        ("says “yes”\nthen", "<p>says “yes” then</p>"),
        ("- a\n  more\n- b", "<ul><li>a more</li><li>b</li></ul>"),
        ("Lead:\n- a\n- b\n\nEnd", "<p>Lead:</p>|<ul><li>a</li><li>b</li></ul>|<p>End</p>"),
        ("a **b** c **d**", "<p>a <strong>b</strong> c <strong>d</strong></p>"),
        ("<b>1 < 2</b>", "<p>&lt;b&gt;1 &lt; 2&lt;/b&gt;</p>"),
        ("**<i>**", "<p><strong>&lt;i&gt;</strong></p>"),
    ],
)
def test_words_become_blocks(written: str, shown: str) -> None:
    assert "|".join(_blocks(written)) == shown
