// One Chromium for a test file; each person has a context with cookies and storage of their own.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "./server.mjs";

/** Of failed steps, and of everything looked at where somebody names a folder. */
export const pictures = join(process.env.OPSFLUX_E2E_PICTURES ?? join(build, "e2e-screenshots"));

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Long enough for a machine that does much else at the same time. */
const patienceMs = 30_000;

/** What a page may say in its console without a fault: the browser reports every refused request there. */
const expected = /^Failed to load resource/;

export class Browser {
  #browser;
  #pages = [];
  /** What went wrong in any page without being on the screen: scripts, the content security policy. */
  complaints = [];

  async start(server) {
    mkdirSync(pictures, { recursive: true });
    this.server = server;
    // Playwright makes a new folder for the user's data at each launch and removes it at the end.
    this.#browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
    return this;
  }

  /** A person's own browser window. */
  async person({ viewport = desktop, locale = "fr-FR", colorScheme = "light", ...more } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.server.url,
      viewport,
      locale,
      timezoneId: "Africa/Libreville",
      colorScheme,
      reducedMotion: "reduce",
      ...more,
    });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    this.#pages.push(page);
    page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text()))
        this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }

  /** For the one who reads a failed run. */
  async pictureAll(name) {
    const open = this.#pages.filter((page) => !page.isClosed());
    for (const [number, page] of open.entries())
      await page
        .screenshot({ path: join(pictures, `failed-${name}-${number + 1}.png`) })
        .catch(() => undefined);
  }

  async stop() {
    await this.#browser?.close();
  }
}
