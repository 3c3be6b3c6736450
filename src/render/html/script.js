"use strict";
(() => {
  const form = document.getElementById("filter");
  const found = form.querySelector("output");
  const findings = [...document.querySelectorAll("article.finding")];
  const texts = new Map(findings.map((it) => [it, `${it.textContent} ${it.dataset.rule}`.toLowerCase()]));
  const links = [...document.querySelectorAll("[data-for]")];
  const lists = new Set(links.map((link) => link.parentElement));

  // Within a group any of the boxes may fit; where none is checked, all do.
  const fits = (name) => {
    const boxes = [...form.querySelectorAll(`input[name="${name}"]:checked`)];
    const values = new Set(boxes.map((box) => box.value));
    return (it) => values.size === 0 || values.has(it.dataset[name]);
  };

  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/);
    const groups = ["level", "verdict", "rule"].map(fits);
    const shown = new Set();
    for (const it of findings) {
      it.hidden = !(words.every((word) => texts.get(it).includes(word)) && groups.every((fit) => fit(it)));
      if (!it.hidden) shown.add(it.id);
    }
    for (const link of links) link.hidden = !shown.has(link.dataset.for);
    // A heading without anything below it says nothing, nor does an idea that nothing shown is about.
    for (const list of lists) {
      const empty = !list.querySelector("li:not([hidden])");
      list.hidden = empty;
      (list.closest(".lesson") ?? list.previousElementSibling).hidden = empty;
    }
    for (const part of document.querySelectorAll("main > section")) {
      part.hidden = !part.querySelector(".finding:not([hidden]), .lesson:not([hidden])");
    }
    const { words: text } = found.dataset;
    found.textContent = text.replace("{n}", shown.size).replace("{all}", findings.length);
  };

  // A link to a finding that the filter hides shows all again.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.closest("[hidden]")) {
      form.reset();
      filter();
      target.scrollIntoView();
    }
  };

  // Who has no mouse scrolls a box by its arrow keys, once it can be reached.
  const boxes = document.querySelectorAll("pre, .wide");
  const reach = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  // On a small screen the findings come before what leads to them.
  const wide = matchMedia("(min-width: 64rem)").matches;
  for (const part of document.querySelectorAll("nav details:first-child")) part.open = wide;

  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  addEventListener("resize", reach);
  form.hidden = false;
  filter();
  reveal();
  reach();
})();
