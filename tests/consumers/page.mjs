// Pages of `--report html=FILE` in a browser, as people with a mouse, a keyboard, a screen reader, a
// telephone or a printer have them, and as somebody who hides a script in a source would like them.
//
//     node page.mjs PAGE.html..
//
// Wants Chromium (CHROMIUM names it where it is not on the path) and what package.json names. Where one
// is missing it says so and ends with 0, or with 1 where CI_MUST_RUN is set.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const TELEPHONE = 360;
// What is asked of a page that has to do without two scroll bars, by WCAG 2.2.
const NARROWEST = 320;
const DESK = 1280;
// A sheet of A4 without its margins.
const PAPER = 680;
const CONTRAST = 4.5;
// To somebody who comes to the search by the key Tab.
const STOPS_BEFORE_SEARCH = 4;

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(process.env.CI_MUST_RUN ? 1 : 0);
}

function chromiumPath() {
  if (process.env.CHROMIUM) {
    return existsSync(process.env.CHROMIUM) ? process.env.CHROMIUM : skip(`${process.env.CHROMIUM} is missing`);
  }
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  return skip("Chromium is missing");
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: node page.mjs PAGE.html..");
  process.exit(2);
}

let chromium, axe;
try {
  ({ chromium } = await import("playwright-core"));
  axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
} catch (error) {
  skip(`playwright-core and axe-core are missing (${error.code ?? error.message})`);
}

const browser = await chromium.launch({
  executablePath: chromiumPath(),
  // Its own sandbox does not start for root, who owns most containers.
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

let failed = 0;
let file = "";

function check(holds, message) {
  if (holds) return;
  failed += 1;
  console.log(`${basename(file)}: ${message}`);
}

// Opens the page, looks at it, and says what it did that no page of ours may do.
async function open(settings, look) {
  const address = pathToFileURL(resolve(file)).href;
  const { where, width = DESK, ...rest } = settings;
  const context = await browser.newContext({ viewport: { width, height: 800 }, ...rest });
  const does = (what) => check(false, `${where}: ${what}`);
  context.on("request", (request) => {
    if (request.url() !== address) does(`asks for ${request.url().slice(0, 200)}`);
  });
  const page = await context.newPage();
  context.on("page", (other) => does(`opens another page, ${other.url()}`));
  page.on("console", (message) => does(`the console says ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => does(`an error in the script: ${error}`));
  page.on("dialog", (dialog) => {
    does(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("framenavigated", (frame) => {
    if (frame.url().replace(/#.*$/, "") !== address) does(`goes to ${frame.url()}`);
  });
  await page.goto(address);
  await look(page, where);
  check((await page.evaluate(() => typeof window.__pwned)) === "undefined", `${where}: a text was run`);
  await context.close();
}

// --- What is on it

async function content(page, where) {
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    const ids = all.map((it) => it.id).filter(Boolean);
    const ours = (href) => href.startsWith("https://") || (href[0] === "#" && ids.includes(href.slice(1)));
    const references = ["aria-labelledby", "aria-describedby", "for"].flatMap((name) =>
      all.map((it) => it.getAttribute(name)).filter(Boolean),
    );
    const handles = (it) => [...it.attributes].some((one) => /^on/.test(one.name) || one.name === "style");
    return {
      active: all.filter((it) => handles(it) || it.matches("iframe, object, embed, base, link, img, [src]")),
      scripts: document.scripts.length,
      findings: document.querySelectorAll("article.finding").length,
      lost: all.map((it) => it.getAttribute("href")).filter((href) => href !== null && !ours(href)),
      twice: ids.filter((id, n) => ids.indexOf(id) !== n),
      dangling: references.filter((id) => !ids.includes(id)),
      silent: [...document.querySelectorAll("svg")].filter(
        (it) => !it.querySelector("title")?.textContent.trim() || !it.querySelector("desc")?.textContent.trim(),
      ).length,
    };
  });
  check(found.active.length === 0, `${where}: ${found.active.length} elements that could do something`);
  check(found.scripts === (found.findings > 0 ? 1 : 0), `${where}: ${found.scripts} scripts`);
  check(found.lost.length === 0, `${where}: links to nothing: ${found.lost}`);
  check(found.twice.length === 0, `${where}: names that are there twice: ${found.twice}`);
  check(found.dangling.length === 0, `${where}: words for a reader that are not there: ${found.dangling}`);
  check(found.silent === 0, `${where}: ${found.silent} drawings without words`);
}

async function withoutScript(page, where) {
  const [findings, visible, filter] = await page.evaluate(() => {
    const seen = (it) => it.getClientRects().length > 0;
    const all = [...document.querySelectorAll("article.finding")];
    return [all.length, all.filter(seen).length, [...document.forms].some(seen)];
  });
  check(findings === visible, `${where}: ${visible} of ${findings} findings are seen`);
  check(!filter, `${where}: a filter that cannot work is seen`);
}

// --- Who reads it

async function accessible(page, where) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((it) => (it.open = true)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  for (const { id, help, nodes } of violations) {
    check(false, `${where}: axe: ${id}: ${help}: ${nodes.length} times, as ${nodes[0].html.slice(0, 200)}`);
  }
  // It does not look into drawings.
  const faint = await page.evaluate((least) => {
    const rgb = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
    const light = (color) => {
      const parts = rgb(color).map((n) => (n / 255 <= 0.04045 ? n / 3294.6 : ((n / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const within = (inner, outer) => inner.top >= outer.top && inner.bottom <= outer.bottom;
    return [...document.querySelectorAll("svg text")].filter((text) => {
      const bands = [...text.ownerSVGElement.querySelectorAll(".band")];
      const band = bands.find((it) => within(text.getBoundingClientRect(), it.getBoundingClientRect()));
      const box = getComputedStyle(text.closest(".wide")).backgroundColor;
      const behind = band ? getComputedStyle(band).fill : box;
      return contrast(getComputedStyle(text).fill, behind) < least;
    }).length;
  }, CONTRAST);
  check(faint === 0, `${where}: ${faint} texts of drawings have a contrast below ${CONTRAST}`);
}

async function narrow(page, where) {
  const found = await page.evaluate(() => {
    document.querySelectorAll("details").forEach((it) => (it.open = true));
    const root = document.documentElement;
    const wide = (it) => it.scrollWidth > it.clientWidth + 1;
    const scrolls = (it) => ["auto", "scroll"].includes(getComputedStyle(it).overflowX);
    dispatchEvent(new Event("resize"));
    return {
      page: wide(root) || root.scrollWidth > innerWidth,
      findings: [...document.querySelectorAll("article, .lesson")].filter(wide).map((it) => it.id),
      code: [...document.querySelectorAll("pre")].filter(wide).length,
      unreachable: [...document.querySelectorAll("body *")].filter(
        (it) => wide(it) && scrolls(it) && it.tabIndex < 0,
      ).length,
    };
  });
  check(!found.page, `${where}: the page scrolls sideways`);
  check(found.findings.length === 0, `${where}: these scroll sideways: ${found.findings}`);
  check(found.code === 0, `${where}: ${found.code} pieces of code scroll sideways`);
  check(found.unreachable === 0, `${where}: ${found.unreachable} boxes scroll, but not by the keyboard`);
}

async function printed(page, where) {
  await page.emulateMedia({ media: "print" });
  const lost = await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const lost = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement;
      // What only leads through the page is nothing on paper; a drawing shows what its words say.
      if (!text.data.trim() || parent.closest(".skip, .index, script, svg title, svg desc")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
      const seen = parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const cut = boxes.some((box) => box.left < -1 || box.right > innerWidth + 1);
      if (!seen || boxes.length === 0 || cut) lost.push(text.data.trim().slice(0, 40));
    }
    return lost;
  });
  check(lost.length === 0, `${where}: ${lost.length} texts are cut off or not there: ${lost.slice(0, 3).join(" | ")}`);
  const sheets = await page.pdf({ format: "A4" });
  check(sheets.length > 1000, `${where}: nothing comes out`);
}

// --- The keyboard

const focused = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    const style = getComputedStyle(it);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const box = it.getBoundingClientRect();
    const seen = box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight;
    return { is: it.id || it.className || it.name || it.localName, of: it.localName, name: it.name, ring, seen };
  });

const shown = (page) =>
  page.evaluate(() => {
    const seen = (it) => it.getClientRects().length > 0;
    const ids = (list, name) => list.filter(seen).map(name).sort().join(" ");
    return {
      findings: ids([...document.querySelectorAll("article.finding")], (it) => it.id),
      links: ids([...document.querySelectorAll("nav details:first-child li")], (it) => it.dataset.for),
      said: document.querySelector("#filter output").textContent,
    };
  });

// The next place that Tab leads to, until one is wanted.
async function tabTo(page, where, most, wanted) {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    check(now.ring && now.seen, `${where}: who gets to ${now.of} ${now.is} by Tab does not see it`);
    if (wanted(now)) return now;
  }
  check(false, `${where}: Tab does not lead to what is looked for`);
  return null;
}

async function keyboard(page, where) {
  const findings = await page.evaluate(() =>
    [...document.querySelectorAll("article.finding")].map((it) => ({ id: it.id, text: it.textContent, ...it.dataset })),
  );
  if (findings.length === 0) return;
  const all = findings.map((it) => it.id).sort();
  const expect = async (what, some) => {
    const ids = some.map((it) => it.id).sort().join(" ");
    let now = await shown(page);
    // A form is empty again only after it has said that it will be.
    for (let n = 0; n < 20 && now.findings !== ids; n += 1) {
      await page.waitForTimeout(50);
      now = await shown(page);
    }
    check(now.findings === ids, `${where}: ${what}: shows ${now.findings || "nothing"}, not ${ids}`);
    check(now.links === ids, `${where}: ${what}: the contents show ${now.links || "nothing"}, not ${ids}`);
    const counts = now.said.match(/\d+/g)?.map(Number) ?? [];
    const said = counts[0] === some.length && counts[1] === findings.length;
    check(said, `${where}: ${what}: it says "${now.said}"`);
  };

  // Past all that leads through the page.
  await page.keyboard.press("Tab");
  check((await focused(page)).is === "skip", `${where}: the first key Tab does not lead to the link to the findings`);
  await page.keyboard.press("Enter");
  check((await focused(page)).is === "findings", `${where}: that link does not lead to the findings`);
  await page.goto(page.url().replace(/#.*$/, ""));
  await page.reload();

  // A word that not all of them have.
  await tabTo(page, where, STOPS_BEFORE_SEARCH, (now) => now.is === "words");
  await expect("at first", findings);
  const words = [...new Set(findings.flatMap((it) => it.text.toLowerCase().match(/[a-z]{4,}/g) ?? []))];
  const having = (word) => findings.filter((it) => `${it.text} ${it.rule}`.toLowerCase().includes(word));
  const word = words.find((word) => having(word).length < findings.length);
  check(word || findings.length === 1, `${where}: no word tells the findings apart`);
  await page.keyboard.type(word ?? words[0]);
  await expect(`looking for "${word}"`, having(word ?? words[0]));
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("no finding has this");
  await expect("looking for what is nowhere", []);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await expect("looking for nothing", findings);

  // The first box, where they have anything that not all have.
  const differs = ["level", "verdict", "rule"].some((name) => new Set(findings.map((it) => it[name])).size > 1);
  if (differs && (await tabTo(page, where, 1, (now) => now.of === "summary"))) {
    await page.keyboard.press("Enter");
    const box = await tabTo(page, where, 1, (now) => now.of === "input");
    await page.keyboard.press("Space");
    const value = await page.evaluate(() => document.activeElement.value);
    await expect(`only ${value}`, findings.filter((it) => it[box?.name] === value));
    await tabTo(page, where, 100, (now) => now.of === "button");
    await page.keyboard.press("Enter");
    await expect("all again", findings);
  } else {
    check(!differs, `${where}: no filter, though the findings differ`);
    await tabTo(page, where, 1, (now) => now.of === "button");
  }

  // The contents: by file is open on a desk, by idea opens, and a link leads to its finding.
  await tabTo(page, where, 1, (now) => now.of === "summary");
  for (const open of [false, true]) {
    await page.keyboard.press("Enter");
    const is = await page.evaluate(() => document.activeElement.parentElement.open);
    check(is === open, `${where}: the key Enter does not ${open ? "open" : "close"} the contents`);
  }
  await tabTo(page, where, 2, (now) => now.of === "a");
  await tabTo(page, where, 2, (now) => now.of === "a");
  await page.keyboard.press("Enter");
  check(all.includes((await focused(page)).is), `${where}: a link of the contents does not lead to a finding`);

  // A link to what is hidden shows it.
  const last = all.at(-1);
  await page.locator("#words").fill("no finding has this");
  await page.evaluate((id) => {
    location.hash = "";
    location.hash = `#${id}`;
  }, last);
  await page.waitForFunction((id) => !document.getElementById(id).hidden, last, { timeout: 2000 }).catch(() => {
    check(false, `${where}: a link to a hidden finding shows nothing`);
  });
}

for (file of files) {
  await open({ where: "at a desk" }, content);
  await open({ where: "without scripts", javaScriptEnabled: false }, withoutScript);
  await open({ where: "by keyboard" }, keyboard);
  for (const width of [NARROWEST, TELEPHONE]) {
    await open({ where: `${width} pixels wide`, width }, narrow);
  }
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [TELEPHONE, DESK]) {
      await open({ where: `${colorScheme}, ${width} pixels wide`, width, colorScheme }, accessible);
    }
  }
  await open({ where: "printed", width: PAPER, colorScheme: "dark" }, printed);
}
await browser.close();
console.log(`pages: ${files.length} looked at, ${failed} things wrong`);
process.exit(failed === 0 ? 0 : 1);
