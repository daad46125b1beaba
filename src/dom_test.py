from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dom import DEAD, Safe, document, refresh, render, text, url, x

HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="<>&\"'`=/ \0\n\t:;#javscriptondl-![]{}\ud800\udc00\U0001f600"),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</script><img src=x onerror=alert(1)>",
            '" onmouseover="alert(1)',
            "' autofocus onfocus='alert(1)",
            "--><svg onload=alert(1)>",
            "]]><!--",
            "&lt;b&gt;&#60;",
            "😀" * 2560,
        ]
    ),
)


class Parsed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def clean(value: str) -> str:
    """What a UTF-8 page can hold of a string."""
    joined = value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass")
    return joined.decode("utf-16", "replace")


@given(HOSTILE)
def test_any_string_is_only_text_in_content(value: str) -> None:
    parsed = Parsed(render(x.p(x.b(value), value)))
    assert parsed.tags == [("p", {}), ("b", {})]
    assert parsed.text == clean(value) * 2


@given(HOSTILE)
def test_any_string_is_only_a_value_in_an_attribute(value: str) -> None:
    parsed = Parsed(render(x.p(title=value, data_id=value)("ok")))
    assert parsed.tags == [("p", {"title": clean(value), "data-id": clean(value)})]
    assert parsed.text == "ok"


@given(
    HOSTILE,
    st.sampled_from(["javascript:", "data:text/html,", "vbscript:", "JaVa\tScript\n:", "\1javascript :"]),
)
def test_no_string_makes_a_link_that_runs_code(value: str, scheme: str) -> None:
    for attempt in (scheme + value, " \0" + scheme + value):
        (_, attributes), *_ = Parsed(render(x.a(href=attempt)("x"))).tags
        assert attributes == {"href": DEAD}


@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", "java\nscript:alert(1)", "\u2028javascript:x", "blob:x", "a:b", "file:///etc"],
)
@pytest.mark.parametrize("name", ["href", "src", "action", "formaction", "hx_get", "hxPost", "hx_push_url"])
def test_urls_of_other_schemes_are_dead_in_every_attribute(name: str, value: str) -> None:
    assert f'="{DEAD}"' in render(x.a(**{name: value}))


@pytest.mark.parametrize(
    "value", ["/a?b=c:d", "?q=a:b", "#a:b", "", "https://aws.amazon.com/x", "HTTP://a", "a/b:c"]
)
def test_relative_and_http_urls_stay(value: str) -> None:
    assert url(value) == value


def test_attribute_names_are_written_as_html_has_them() -> None:
    made = render(
        x.label(class_="a", for_="b", type_="c", data_id="d", aria_label="e", hxGet="/f", viewBox="g")
    )
    names = ["class", "for", "type", "data-id", "aria-label", "hx-get", "viewBox"]
    assert (
        made
        == "<label "
        + " ".join(f'{n}="{v}"' for n, v in zip(names, ["a", "b", "c", "d", "e", "/f", "g"], strict=True))
        + "></label>"
    )


def test_numbers_are_written_and_missing_attributes_left_out() -> None:
    made = render(
        x.td(colspan=3, width=1.5, data_cost=Decimal("2.50"), hidden=True, lang=None, disabled=False)(
            4, Decimal("0.10")
        )
    )
    assert made == '<td colspan="3" width="1.5" data-cost="2.50" hidden>40.10</td>'


def test_content_may_be_nested_and_partly_missing() -> None:
    assert render(x.ul([x.li(n) for n in (1, 2)], None, False, (x.li(s) for s in "a"), map(str, [7]))) == (
        "<ul><li>1</li><li>2</li><li>a</li>7</ul>"
    )


@pytest.mark.parametrize("child", [{"a": 1}, b"a", True, {1}, object()])
def test_content_of_an_unclear_kind_is_refused(child: object) -> None:
    with pytest.raises(TypeError):
        x.p(child)


def test_only_safe_passes_as_html() -> None:
    assert render(x.p(Safe("<b>a</b>"), "<b>")) == "<p><b>a</b>&lt;b&gt;</p>"
    assert text("<'\">&") == "&lt;&#x27;&quot;&gt;&amp;"


@pytest.mark.parametrize(
    "name",
    [
        "onclick",
        "onClick",
        "style",
        "srcdoc",
        "hx_on",
        "hx_on_click",
        "hx_vars",
        "data_hx_get",
        "a b",
        "http_equiv",
    ],
)
def test_attributes_that_the_csp_forbids_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not allowed"):
        x.p(**{name: "x"})


def test_evaluated_values_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        x.p(hx_vals=" js:{a: 1}")
    assert 'hx-vals="{&quot;a&quot;: 1}"' in render(x.p(hx_vals='{"a": 1}'))


def test_an_attribute_value_of_an_unclear_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        x.p(class_=["a"])  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", ["style", "iframe", "base", "sTyle", "a b", "A", "__len__"])
def test_tags_that_the_csp_forbids_do_not_exist(tag: str) -> None:
    with pytest.raises(AttributeError):
        getattr(x, tag)


def test_a_script_has_a_source_and_no_content() -> None:
    assert render(x.script(src="/a.js", defer=True)) == '<script src="/a.js" defer></script>'
    with pytest.raises(ValueError, match="src"):
        x.script("alert(1)")


def test_a_document_has_a_doctype() -> None:
    assert document(x.html(lang="en")(x.br)) == '<!doctype html>\n<html lang="en"><br /></html>'


def test_page_can_ask_for_itself_again_and_for_nothing_else() -> None:
    assert render(refresh(2)) == '<meta http-equiv="refresh" content="2">'
    with pytest.raises(ValueError):
        refresh("2; url=https://elsewhere.example")  # type: ignore[arg-type]
