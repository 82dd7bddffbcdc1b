// The page that shows the interface: under the content security policy, with the session of who looks at it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { logIn, shows } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { pictures } from "./support/browser.mjs";
import { settled } from "./support/look.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  await world.api.create("companies", { legal_name: "Kribi Logistics", city: "Kribi" });
}

story("The interface's page", { arrange }, (step) => {
  let page;
  const strange = [];

  step("the account menu leads to it", async (world) => {
    page = await world.browser.person();
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http") && url.origin !== world.server.url) strange.push(request.url());
    });
    await logIn(page, administrator);
    await page.getByRole("button", { name: `Compte de ${administrator.name}` }).click();
    await page.getByRole("button", { name: "Description de l’interface" }).click();
    await shows(page.getByRole("heading", { name: "Description de l’interface", level: 1 }));
    await shows(page.locator(".opblock-tag").filter({ hasText: "Entreprises" }).first());
    await settled(page);
  });

  step("an operation shows its samples and is tried with one's own session", async () => {
    await page.locator('.opblock-tag[data-tag="tiers.company"]').click();
    const list = page.locator(".opblock-get").filter({ hasText: "/api/v1/tiers/companies" }).first();
    await list.locator(".opblock-summary-control").click();
    await list.locator("summary", { hasText: "Python" }).click();
    await shows(list.locator("pre").filter({ hasText: "urllib.request" }));
    await list.locator(".try-out__btn").click();
    await list.locator(".execute").click();
    await shows(list.locator(".live-responses-table").getByText("Kribi Logistics").first());
  });

  step("it is read in the dark too", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.screenshot({ path: join(pictures, "A9-interface-dark.png") });
  });

  step("it loads when its address is opened, and nothing comes from elsewhere", async (world) => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto("/api/docs");
    await shows(page.locator(".opblock-tag").first());
    await page.screenshot({ path: join(pictures, "A9-interface-light.png") });
    assert.deepEqual(strange, []);
    assert.deepEqual(world.browser.complaints, []);
  });
});
