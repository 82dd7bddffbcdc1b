// Fields that an administrator adds to entities: made, refused, used, ordered, removed, purged.
import assert from "node:assert/strict";
import { becomes, field, gone, logIn, noteOf, shows, sidebar, toast, value } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { openMenu } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  world.old = await world.api.create("companies", { legal_name: "Kribi Logistics", city: "Kribi" });
  world.awa = await world.api.user(awa.name, awa.password);
}

const rows = (page) => page.locator("tbody tr");
const dialog = (page) => page.getByRole("dialog");
const add = (page) => page.getByRole("button", { name: "Ajouter un champ" }).first();
const submit = (page) => dialog(page).getByRole("button", { name: "Ajouter un champ" });
const labels = (page) => rows(page).locator("td:first-child button").allInnerTexts();

story("Fields that administrators add", { arrange }, (step) => {
  let page;
  let other;

  step("a user does not find the page", async (world) => {
    other = await world.browser.person();
    await logIn(other, world.awa, "/system/fields");
    await shows(other, "Accès non autorisé");
    assert.equal(await sidebar(other).getByRole("link", { name: "Champs ajoutés" }).count(), 0);
  });

  step("an administrator finds it empty", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Champs ajoutés" }).click();
    await page.getByLabel("Champs de").selectOption({ label: "Entreprises" });
    await shows(page.getByText("Aucun champ ajouté : Entreprises".replace(" :", "\u00a0:")));
    await look(page, "100-fields-empty");
  });

  step("what is wrong is told at its place, and nothing is made", async (world) => {
    await add(page).click();
    await submit(page).click();
    await becomes(() => noteOf(field(dialog(page), "Étiquette")), "Donnez au champ une étiquette dans au moins une langue.");
    await field(dialog(page), "Étiquette").fill("Note de sécurité");
    await field(dialog(page), "Type").selectOption("integer");
    await field(dialog(page), "Minimum").fill("5");
    await field(dialog(page), "Maximum").fill("1");
    await submit(page).click();
    await becomes(async () => (await noteOf(field(dialog(page), "Maximum")))?.startsWith("Les bornes"), true);
    await look(page, "101-fields-refused");
    await dialog(page).getByText("Nom technique et conditions").click();
    await field(dialog(page), "Visible si").fill('statut == "active"');
    await field(dialog(page), "Minimum").fill("0");
    await field(dialog(page), "Maximum").fill("20");
    await submit(page).click();
    await becomes(async () => (await noteOf(field(dialog(page), "Visible si")))?.startsWith("Ceci nomme"), true);
    assert.equal((await world.api.get("custom-fields")).data.length, 0);
  });

  step("a number stands in a section of the form", async (world) => {
    await field(dialog(page), "Visible si").fill("");
    await field(dialog(page), "Section du formulaire").selectOption({ label: "Évaluation" });
    await dialog(page).getByText("Autres langues").click();
    await dialog(page).getByLabel("Étiquette").nth(1).fill("Safety grade");
    await submit(page).click();
    await gone(dialog(page));
    await shows(toast(page), "Note de sécurité est enregistré.");
    const [made] = (await world.api.get("custom-fields")).data;
    assert.equal(made.name, "x_note_de_securite");
    assert.equal(made.section, "evaluation");
  });

  step("a choice has its values named as it is typed", async (world) => {
    await add(page).click();
    await field(dialog(page), "Étiquette").fill("Dépôt");
    await field(dialog(page), "Type").selectOption("enum");
    for (const depot of ["Port-Gentil", "Owendo"]) {
      await dialog(page).getByRole("textbox", { name: "Nouvelle valeur" }).fill(depot);
      await dialog(page).getByRole("textbox", { name: "Nouvelle valeur" }).press("Enter");
    }
    await field(dialog(page), "Valeur par défaut").selectOption({ label: "Owendo" });
    await look(page, "102-fields-choice");
    await submit(page).click();
    await gone(dialog(page));
    await becomes(() => labels(page), ["Note de sécurité", "Dépôt"]);
    const { field: rules } = (await world.api.get("custom-fields")).data[1];
    assert.deepEqual(rules.values, ["port_gentil", "owendo"]);
    await look(page, "103-fields");
  });

  step("whoever was there already sees them in forms, records and lists", async (world) => {
    await other.goto("/tiers/companies/new");
    await field(other, "Raison sociale").fill("Gamba Services");
    await field(other, "Note de sécurité").fill("21");
    assert.equal(await field(other, "Dépôt").inputValue(), "owendo");
    await other.getByRole("button", { name: "Enregistrer" }).first().click();
    await becomes(async () => (await noteOf(field(other, "Note de sécurité")))?.includes("20"), true);
    await field(other, "Note de sécurité").fill("17");
    await field(other, "Dépôt").selectOption({ label: "Port-Gentil" });
    await other.getByRole("button", { name: "Enregistrer" }).first().click();
    await shows(other.getByRole("heading", { name: "Gamba Services" }));
    await shows(value(other, "Dépôt"), "Port-Gentil");
    await look(other, "104-fields-record");
    const { data } = await world.api.get(
      `tiers/companies?${new URLSearchParams({ filter: 'x_depot == "port_gentil" && x_note_de_securite > 16' })}`,
    );
    assert.deepEqual(data.map(({ legal_name }) => legal_name), ["Gamba Services"]);
  });

  step("the order is the administrator's", async () => {
    await page.getByRole("button", { name: "Monter Dépôt" }).click();
    await becomes(() => labels(page), ["Dépôt", "Note de sécurité"]);
  });

  step("a value in use is not taken away", async () => {
    await page.getByRole("button", { name: "Dépôt", exact: true }).click();
    await dialog(page).getByRole("button", { name: "Retirer la valeur Port-Gentil" }).click();
    await dialog(page).getByRole("button", { name: "Enregistrer" }).click();
    await shows(dialog(page), /1 fiche a la valeur/);
    await dialog(page).getByRole("button", { name: "Annuler" }).click();
  });

  step("a removed field can be taken back, and is purged only by its name", async (world) => {
    await page.getByRole("button", { name: "Retirer Dépôt" }).click();
    await becomes(() => labels(page), ["Note de sécurité"]);
    await toast(page).getByRole("button", { name: "Annuler" }).last().click();
    await becomes(() => labels(page), ["Dépôt", "Note de sécurité"]);
    await page.getByRole("button", { name: "Retirer Dépôt" }).click();
    await becomes(() => labels(page), ["Note de sécurité"]);
    await look(page, "105-fields-removed");
    await page.getByRole("button", { name: "Supprimer définitivement" }).click();
    await shows(dialog(page), /1 fiche perd sa valeur/);
    const purge = dialog(page).getByRole("button", { name: "Supprimer définitivement" });
    assert.equal(await purge.isEnabled(), false);
    await dialog(page).getByRole("textbox").fill("x_depot");
    await look(page, "106-fields-purge", { desktop });
    await purge.click();
    await gone(dialog(page));
    await becomes(async () => (await world.api.get("custom-fields")).data.length, 1);
    await becomes(() => other.getByText("Dépôt").count(), 0);
  });

  step("a field for files takes the kinds that are ticked, up to a size", async (world) => {
    await add(page).click();
    await field(dialog(page), "Étiquette").fill("Agrément");
    await field(dialog(page), "Type").selectOption("file");
    await dialog(page).getByLabel("PDF").check();
    await field(dialog(page), "Autres types de fichiers").fill("xml");
    await field(dialog(page), "Taille maximale d’un fichier").fill("0,001");
    await submit(page).click();
    const others = field(dialog(page), "Autres types de fichiers");
    await becomes(async () => (await noteOf(others))?.startsWith("Les types de fichiers s’écrivent"), true);
    await look(page, "107-fields-files");
    await others.fill("application/xml");
    await submit(page).click();
    await gone(dialog(page));
    const { field: rules } = (await world.api.get("custom-fields")).data.at(-1);
    assert.deepEqual([rules.accept, rules.max_size], [["application/pdf", "application/xml"], 1000]);
    await page.getByRole("button", { name: "Agrément", exact: true }).click();
    assert.equal(await dialog(page).getByLabel("PDF").isChecked(), true);
    assert.equal(await others.inputValue(), "application/xml");
    await dialog(page).getByRole("button", { name: "Annuler" }).click();

    await other.goto("/tiers/companies/new");
    await shows(field(other, "Agrément"));
    const input = other.locator('input[type=file][accept="application/pdf,application/xml"]');
    const content = Buffer.from(`%PDF-1.4\n${"%".repeat(1000)}`);
    await input.setInputFiles({ name: "grand.pdf", mimeType: "application/pdf", buffer: content });
    await shows(other.getByRole("alert"), /grand\.pdf est trop grand/);
  });

  step("what holds a record back is named as it is on the screen", async (world) => {
    const field = { type: "reference", to: "tiers.company", on_delete: "refuse" };
    const made = await world.api.post("custom-fields", {
      entity: "tiers.contact",
      field,
      texts: { fr: { label: "Employeur" } },
    });
    await world.api.create("contacts", { last_name: "Moussavou", [made.name]: world.old.id });
    await page.goto(`/tiers/companies/${world.old.id}`);
    await (await openMenu(page, "Autres actions pour Kribi Logistics")).getByText("Supprimer").click();
    await shows(toast(page), "1 fiche de «\u00a0Contacts\u00a0» renvoie encore à celle-ci.");
    await look(page, "108-held-back");
  });
});
