// Which language stands on a page, by the texts of the application, of the server and of the modules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "..", "host", "web", "src", "shared", "i18n");

/** The application's own texts in a language. */
export const texts = (language) => JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8"));

/** Runs in the page: all that is read or read out, without code and what people have typed. */
function seen() {
  const found = new Set();
  const shown = (part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest("code");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    if (shown(walker.currentNode.parentElement)) found.add(walker.currentNode.textContent.trim());
  for (const name of ["aria-label", "placeholder", "title"])
    for (const part of document.querySelectorAll(`[${name}]`))
      if (shown(part)) found.add(part.getAttribute(name).trim());
  found.delete("");
  return [...found];
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A text with places to fill in, as an expression for what it is when filled. */
function filled(template) {
  const parts = template.split(/\{\w+\}/);
  // What is nearly all places to fill in matches everything.
  if (parts.join("").replace(/[^\p{L}]/gu, "").length < 4) return undefined;
  return new RegExp(`^${parts.map(quoted).join("[^]+")}$`, "u");
}

const plain = (template) => !template.includes(", plural");

function expressions(templates) {
  const exact = new Set(templates.filter((text) => !/\{\w+\}/.test(text)));
  const others = templates.filter((text) => /\{\w+\}/.test(text)).map(filled);
  return (text) => exact.has(text) || others.some((expression) => expression?.test(text));
}

const key = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/;

/** Makes the check that a page speaks `language`, and that no key of a text stands on it. */
export async function speaker(api, language) {
  const catalogue = async (code) => {
    const all = { ...(await api.get(`app/i18n/${code}`)), ...texts(code) };
    return Object.values(all).filter(plain);
  };
  const isFrench = expressions(await catalogue("fr"));
  const isOwn = expressions(await catalogue(language));
  return async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
    const words = await page.evaluate(seen);
    assert.ok(words.length > 5, "the page shows something");
    assert.deepEqual(
      words.filter((text) => isFrench(text) && !isOwn(text)),
      [],
      `${page.url()}: French`,
    );
    assert.deepEqual(
      words.filter((text) => key.test(text)),
      [],
      `${page.url()}: keys`,
    );
  };
}
