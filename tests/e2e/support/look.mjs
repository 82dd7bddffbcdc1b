// Looks at a page as people do: its picture, and what axe finds against WCAG 2.1 A and AA.
import assert from "node:assert/strict";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { desktop, phone, pictures } from "./browser.mjs";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

function told(violation) {
  const places = violation.nodes.map((node) => `    ${node.target.join(" ")}\n      ${node.failureSummary}`);
  return `  ${violation.id}: ${violation.help}\n${places.join("\n")}`;
}

/** Nothing on the page moves or is still being read. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const moving = document.getAnimations().some((animation) => animation.playState === "running");
    // What waits behind a dialog goes on when the dialog is done.
    const front = document.querySelector("[role=dialog]") ?? document;
    return document.readyState === "complete" && !front.querySelector("[aria-busy=true]") && !moving;
  });
  await page.evaluate(() => document.fonts.ready);
}

/** Parts whose content is wider than they are, though nothing says so: no ellipsis, no row made to be pushed. */
function cutOff() {
  const meant = (part) => {
    const { clipPath, textOverflow } = getComputedStyle(part);
    // The clip path hides what is only read out.
    if (part.dataset.scroll === "sideways") return true;
    return clipPath !== "none" || textOverflow === "ellipsis" || part.classList.contains("scroll-quiet");
  };
  return [...document.querySelectorAll("body :not(svg, svg *)")]
    .filter(
      (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible",
    )
    .filter((part) => !meant(part))
    .map(
      (part) => `${part.scrollWidth - part.clientWidth} px of <${part.tagName} class="${part.className}">`,
    );
}

/** For the one who writes a story and runs it often. */
const skipped = process.env.OPSFLUX_E2E_LOOK === "no";
/** Whether somebody will look at the pictures. */
const pictured = process.env.OPSFLUX_E2E_PICTURES !== undefined;

async function picture(page, name) {
  await settled(page);
  if (pictured) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

// The legacy mode leaves out the second, empty page that axe opens for frames; there are none here.
async function accessible(page, name, narrow) {
  const { violations } = await narrow(new AxeBuilder({ page }).setLegacyMode()).analyze();
  assert.equal(violations.length, 0, `${name}: axe found\n${violations.map(told).join("\n")}`);
}

async function examine(page, name) {
  await picture(page, name);
  await accessible(page, name, (axe) => axe.withTags(rules));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name}: the page is ${overflow} px wider than the window`);
  assert.deepEqual(await page.evaluate(cutOff), [], `${name}: cut off at the side`);
}

/**
 * Examines the page as it stands on a desktop and a phone, and its colours in the dark, which changes nothing else and
 * is alike in all sizes. `sizes` leaves some out where the page in its present state (an open menu) would not survive
 * the change of size. With OPSFLUX_E2E_PICTURES=<folder> there is a picture of each size in light and dark.
 */
export async function look(page, name, sizes = { desktop, phone }) {
  if (skipped) return;
  const before = page.viewportSize();
  let darkSeen = false;
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await examine(page, `${name}-${size}-light`);
    if (darkSeen && !pictured) continue;
    await page.emulateMedia({ colorScheme: "dark" });
    await picture(page, `${name}-${size}-dark`);
    if (!darkSeen) await accessible(page, `${name}-${size}-dark`, (axe) => axe.withRules(["color-contrast"]));
    darkSeen = true;
    await page.emulateMedia({ colorScheme: "light" });
  }
  await page.setViewportSize(before);
}
