// Where one is signed in: seen and ended by oneself, and by an administrator for others.
import assert from "node:assert/strict";
import { logIn, shows } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
}

const list = (page) => page.getByRole("list", { name: "Sessions ouvertes" });
const rows = (page) => list(page).getByRole("listitem");

story("Sessions", { arrange }, (step) => {
  let page;
  let other;

  step("the account's menu leads to the open sessions", async (world) => {
    page = await world.browser.person();
    await logIn(page, world.awa);
    other = await world.browser.person();
    await logIn(other, world.awa);
    await page.getByRole("button", { name: "Compte de Awa Ndiaye" }).click();
    await page.getByRole("button", { name: "Sessions ouvertes" }).click();
    await shows(page.getByRole("heading", { name: "Sessions ouvertes" }));
    await shows(rows(page).first());
    assert.equal(await rows(page).filter({ hasText: "Cet appareil" }).count(), 1);
    assert.equal(await rows(page).filter({ hasText: "Chrome sur" }).count(), 2);
    await look(page, "150-sessions");
  });

  step("another session is ended, and its browser is signed out", async () => {
    await list(page).getByRole("button", { name: /^Fermer la session/ }).first().click();
    await shows(page.getByText(/^Session fermée/));
    await other.reload();
    await shows(other.getByRole("button", { name: "Se connecter" }));
    await shows(page.getByRole("heading", { name: "Sessions ouvertes" }));
    await other.close();
  });

  step("an administrator ends those of somebody else", async (world) => {
    const admin = await world.browser.person();
    await logIn(admin, administrator, `/identity/users/${world.awa.id}`);
    await admin.getByRole("button", { name: "Sessions", exact: true }).click();
    const dialog = admin.getByRole("dialog", { name: "Sessions ouvertes de Awa Ndiaye" });
    await shows(dialog.getByRole("listitem").first());
    await look(admin, "151-sessions-of");
    await dialog.getByRole("button", { name: /^Fermer \d+ session/ }).click();
    await shows(dialog.getByText("Aucune session ouverte."));
    await page.reload();
    await shows(page.getByRole("button", { name: "Se connecter" }));
  });
});
