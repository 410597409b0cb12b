"use strict";
// #start-end marks these characters of the clean text; #<issue_id> marks the item's statement.
const unmark = () => {
  for (const mark of document.querySelectorAll("mark.here")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
  for (const link of document.querySelectorAll(".items a[aria-current]")) link.removeAttribute("aria-current");
};
// Characters are counted as in the ledger: one beyond U+FFFF is one, not two as in a string here.
const units = (text, count) => Array.from(text).slice(0, count).join("").length;
const mark = (line, from, to) => {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  let at = 0;
  for (const node of nodes) {
    const length = Array.from(node.data).length, first = Math.max(from - at, 0), last = Math.min(to - at, length);
    at += length;
    if (first >= last) continue;
    const range = document.createRange(), made = document.createElement("mark");
    range.setStart(node, units(node.data, first));
    range.setEnd(node, units(node.data, last));
    made.className = "here";
    range.surroundContents(made);
  }
};
const show = () => {
  unmark();
  const asked = location.hash.slice(1);
  const item = [...document.querySelectorAll(".items a")].find(
    (link) => link.dataset.issue === asked || link.hash === location.hash);
  const place = /^(\d+)-(\d+)$/.exec(item ? item.hash.slice(1) : asked);
  if (item) item.setAttribute("aria-current", "true");
  if (!place) return;
  const [start, end] = [Number(place[1]), Number(place[2])];
  for (const line of document.querySelectorAll("article p")) {
    const first = Number(line.dataset.at), last = first + Array.from(line.textContent).length;
    if (first < end && last > start) mark(line, start - first, Math.min(end, last) - first);
  }
  const found = document.querySelector("mark.here");
  if (found) found.scrollIntoView({block: "center"});
  if (item) item.scrollIntoView({block: "nearest"});
};
addEventListener("hashchange", show);
for (const link of document.querySelectorAll(".items a"))
  link.addEventListener("click", () => { if (link.hash === location.hash) show(); });
show();
