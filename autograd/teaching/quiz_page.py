"""The concept inventory as one HTML page, which opens from disk and asks nothing of anybody."""

import base64
import hashlib
import html
from collections.abc import Sequence
from importlib import resources

from autograd.notation import minus
from autograd.teaching.question import LETTERS, Drawn

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Backpropagation: {count} questions</title>
<style>{style}</style></head>
<body><main>
<h1>Backpropagation: {count} questions</h1>
<p>One answer to each question is right; the others are what well-known confusions lead to. All numbers are rounded to
four digits. Answer as many as you like, then have them marked; nothing is said about the others.
<span id="kept" hidden>This browser keeps your answers until you start again.</span></p>
<noscript><p>Marking needs JavaScript. Nothing in this page is loaded from elsewhere.</p></noscript>
<form data-seed="{seed}">
{questions}
<p><button type="submit">Mark my answers</button></p>
<details><summary>Start again</summary><button type="reset">Clear all my answers</button></details>
</form>
<section id="report" role="status" tabindex="-1" aria-label="Report"></section>
<footer>Seed {seed}. For other numbers: <code>python -m autograd quiz --seed {another} --html FILE</code></footer>
</main><script>{script}</script></body></html>
"""
_QUESTION = """<fieldset data-right="{right}" data-name="{name}" data-read="{read}">
<legend><h2>Question {number}</h2></legend>
<pre>{program}</pre>
<ul class="given">{given}</ul>
<p class="asks" id="asks-{number}">{asks}</p>
<div role="radiogroup" aria-labelledby="asks-{number}">{options}</div>
<p class="verdict" hidden></p>
</fieldset>"""


def as_html(questions: Sequence[Drawn], seed: int) -> str:
    """A quiz as a page, for any browser: it marks the answers, and says what each reveals.

    Args:
        questions: What is asked.
        seed: What drew it.
    """
    style, script = (
        resources.files("autograd.teaching").joinpath(f"quiz.{end}").read_text("utf-8") for end in ("css", "js")
    )
    return _PAGE.format(
        count=len(questions),
        seed=seed,
        another=seed + 1,
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
        questions="\n".join(_question(drawn, number) for number, drawn in enumerate(questions, start=1)),
    )


def _question(drawn: Drawn, number: int) -> str:
    options = "".join(
        f'<label data-reveals="{html.escape(option.answer.reveals)}">'
        f'<input type="radio" name="q{number}" value="{option.text}"> '
        f"<b>{letter}</b> {html.escape(minus(option.text))}</label>"
        for letter, option in zip(LETTERS, drawn.options, strict=False)
    )
    return _QUESTION.format(
        right=drawn.right,
        read=html.escape(drawn.lesson),
        number=number,
        name=html.escape(drawn.question.name),
        program=html.escape(drawn.question.program.replace("; ", "\n")),
        given="".join(f"<li>{html.escape(minus(each))}</li>" for each in drawn.given),
        asks=html.escape(drawn.question.asks),
        options=options,
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
