// A record that is probably there already: told before it is made, and beside it afterwards.
import assert from "node:assert/strict";
import { field, gone, logIn, shows, textOf } from "./support/acts.mjs";
import { Api } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  await world.api.create("companies", { legal_name: "Kribi Logistics", city: "Kribi" });
  await world.api.create("companies", { legal_name: "Gamba Services" });
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
}

const dialog = (page) => page.getByRole("dialog", { name: "Cette fiche existe peut-être déjà" });
const save = (page) => page.getByRole("button", { name: "Enregistrer" }).first();
const companies = async (world) => (await world.api.get("tiers/companies")).meta.total;

story("Records entered twice", { arrange }, (step) => {
  let page;

  step("who enters what is there already is told before it is made", async (world) => {
    page = await world.browser.person();
    await logIn(page, world.awa, "/tiers/companies/new");
    await field(page, "Raison sociale").fill("KRIBI LOGISTIC S");
    await save(page).click();
    await shows(dialog(page));
    const told = await textOf(dialog(page));
    assert.ok(told.includes("Kribi Logistics") && told.includes("Raison sociale, Ville"), told);
    assert.ok(!told.includes("Gamba"), told);
    assert.equal(await companies(world), 2);
    await look(page, "110-alike");
  });

  step("going back loses nothing, and the choice is the user's", async (world) => {
    await dialog(page).getByRole("button", { name: "Revenir à la saisie" }).click();
    await gone(dialog(page));
    assert.equal(await field(page, "Raison sociale").inputValue(), "KRIBI LOGISTIC S");
    await save(page).click();
    await dialog(page).getByRole("button", { name: "Créer quand même" }).click();
    await shows(page.getByRole("heading", { name: "KRIBI LOGISTIC S" }));
    assert.equal(await companies(world), 3);
  });

  step("the record names what it is like", async () => {
    const beside = page.getByRole("region", { name: "Doublons possibles" }).first();
    await shows(beside.getByRole("link", { name: "Kribi Logistics" }));
    await look(page, "111-alike-beside");
    await beside.getByRole("link", { name: "Kribi Logistics" }).click();
    await shows(page.getByRole("heading", { name: "Kribi Logistics" }));
  });

  step("what is like nothing is made at once", async (world) => {
    await page.goto("/tiers/companies/new");
    await field(page, "Raison sociale").fill("Moanda Mines");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Moanda Mines" }));
    assert.equal(await companies(world), 4);
  });
});
