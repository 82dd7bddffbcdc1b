// Keys by which programs act for a person: made, given a secret once, replaced; and rules for addresses.
import assert from "node:assert/strict";
import { field, logIn, shows, sidebar } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
}

const save = (page) => page.getByRole("button", { name: "Enregistrer" }).first();

story("API keys", { arrange }, (step) => {
  let page;

  step("a key is made with the permissions that it names", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Clés d’API" }).click();
    await page.getByRole("link", { name: "Nouvelle clé d’API" }).first().click();
    await field(page, "Nom").fill("Export de nuit");
    await field(page, "Permissions").fill("identity.user.view");
    await field(page, "Permissions").press("Enter");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Export de nuit" }));
    await look(page, "152-api-key");
  });

  step("its secret is shown once and opens what the key names", async (world) => {
    await page.getByRole("button", { name: "Donner un secret" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Donner un secret" }).click();
    const secret = dialog.getByText(/^ofx_[0-9A-Za-z]{46}$/);
    await shows(secret);
    const headers = { Authorization: `Bearer ${await secret.innerText()}` };
    const status = async (path) => (await fetch(`${world.server.url}/api/v1/${path}`, { headers })).status;
    assert.equal(await status("identity/users"), 200);
    assert.equal(await status("modules"), 403);
    await dialog.getByRole("button", { name: "Fermer" }).last().click();
  });

  step("address rules are kept by administrators", async () => {
    await sidebar(page).getByRole("link", { name: "Règles d’adresses" }).click();
    await page.getByRole("link", { name: "Nouvelle règle d’adresse" }).first().click();
    await field(page, "Réseau").fill("192.0.2.0/24");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "192.0.2.0/24" }));
    await look(page, "153-address-rule");
  });
});
