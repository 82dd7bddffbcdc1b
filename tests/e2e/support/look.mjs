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

async function examine(page, name, dark) {
  await settled(page);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  // The legacy mode leaves out the second, empty page that axe opens for frames; there are none here.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  // The theme changes colours and nothing else.
  const { violations } = await (dark ? axe.withRules(["color-contrast"]) : axe.withTags(rules)).analyze();
  assert.equal(violations.length, 0, `${name}: axe found\n${violations.map(told).join("\n")}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${name}: the page is ${overflow} px wider than the window`);
  assert.deepEqual(await page.evaluate(cutOff), [], `${name}: cut off at the side`);
}

/**
 * Examines the page as it stands in light and dark, on a desktop and a phone. `sizes` leaves some out where the page
 * in its present state (an open menu) would not survive the change of size.
 */
export async function look(page, name, sizes = { desktop, phone }) {
  if (skipped) return;
  const before = page.viewportSize();
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await examine(page, `${name}-${size}-${colorScheme}`, colorScheme === "dark");
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(before);
}
