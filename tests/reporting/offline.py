"""A page as a browser would take it: what it fetches, runs, shows."""

import re
from html.parser import HTMLParser

FETCHED = {"src", "srcset", "href", "data", "action", "poster", "background", "formaction", "cite", "manifest"}


class Page(HTMLParser):
    """Reads a page; `addresses` are all places outside it that it names, but `links` to the source view beside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.links: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.text = self.title = self.policy = self.viewport = self.language = self.font = ""
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = {name: value or "" for name, value in attrs}
        outside = [v for n, v in named.items() if n in FETCHED and not v.startswith(("data:", "#"))]
        self.links += [v for v in outside if tag == "a" and v.startswith("../../source/")]
        self.addresses += [v for v in outside if v not in self.links]
        self._look_into_style(named.get("style", ""))
        if tag == "img":
            self.images.append((named["src"], named["alt"]))
        if tag == "meta" and named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        if tag == "meta" and named.get("name") == "viewport":
            self.viewport = named["content"]
        if tag == "html":
            self.language = named["lang"]
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        where = self._inside[-1] if self._inside else ""
        if where == "style":
            self._look_into_style(data)
            found = re.search(r"data:font/woff;base64,([^)]*)\)", data)
            self.font = found[1] if found else self.font
        elif where == "title":
            self.title += data
        else:
            self.text += data

    def _look_into_style(self, style: str) -> None:
        self.addresses += re.findall(r"@import[^;]*", style)
        self.addresses += [
            u for u in re.findall(r"url\(([^)]{0,40})", style) if not u.strip("'\" ").startswith("data:")
        ]
