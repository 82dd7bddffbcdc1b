// Privacy: a required document comes before everything; people take a copy of their data, see who looked, and go.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { becomes, field, fillLogIn, logIn, shows, sidebar, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
  await world.api.call("PATCH", `identity/users/${world.awa.id}`, { language: "fr" }, { "If-Match": '"1"' });
}

const dialog = (page) => page.getByRole("dialog");
const list = (page, name) => page.getByRole("list", { name });
const button = (where, name) => where.getByRole("button", { name });
const charter = "# Règles\n\nChacun garde son mot de passe pour soi.\n\n- pas de partage\n- pas de note";

story("Privacy", { arrange }, (step) => {
  let page;
  let awas;

  step("an administrator publishes a document and has to accept it as well", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Vie privée" }).click();
    await shows(page.getByRole("heading", { name: "Vie privée" }));
    await shows(page, "Aucun document n’est encore publié.");
    await button(page, "Publier un document").first().click();
    assert.equal(await button(dialog(page), "Publier").isDisabled(), true);
    await field(dialog(page), "Genre").fill("Charte !");
    await field(dialog(page), "Titre").fill("Charte informatique");
    await field(dialog(page), "Texte").fill(charter);
    await button(dialog(page), "Publier").click();
    await becomes(() => field(dialog(page), "Genre").getAttribute("aria-invalid"), "true");
    await look(page, "180-privacy-publish");
    await field(dialog(page), "Genre").fill("charter");
    await button(dialog(page), "Publier").click();
    await shows(page.getByRole("heading", { name: "Documents à accepter" }));
    await shows(page.getByRole("heading", { name: "Règles" }));
    await look(page, "181-privacy-consent");
    await button(page, "Accepter").click();
    await shows(page.getByRole("heading", { name: "Vie privée" }));
    await shows(list(page, "Documents"), "Charte informatique");
    await look(page, "182-privacy-admin");
  });

  step("a person accepts at the log-in, and not before", async (world) => {
    awas = await world.browser.person();
    await awas.goto("/account/privacy");
    await fillLogIn(awas, world.awa);
    await shows(awas.getByRole("heading", { name: "Documents à accepter" }));
    await awas.goto("/");
    await shows(awas.getByRole("heading", { name: "Documents à accepter" }));
    assert.equal(await sidebar(awas).count(), 0);
    await button(awas, "Accepter").click();
    await shows(sidebar(awas));
    await awas.goto("/account");
    await awas.getByRole("link", { name: "Ouvrir" }).click();
    await shows(list(awas, "Documents").getByText("Accepté", { exact: true }));
    await look(awas, "183-privacy-own");
  });

  step("a copy of one's data is made and taken", async () => {
    await button(awas, "Demander une copie").click();
    await shows(list(awas, "Copie de vos données"), "Prête");
    const [download] = await Promise.all([
      awas.waitForEvent("download"),
      awas.getByRole("link", { name: "Télécharger" }).click(),
    ]);
    const bytes = readFileSync(await download.path());
    assert.equal(bytes.subarray(0, 2).toString(), "PK");
    assert.ok(bytes.includes("preferences.json"));
    await button(awas, "Demander une copie").click();
    await shows(toast(awas), /depuis moins d’un jour/);
  });

  step("it shows who read the record", async (world) => {
    await world.api.logIn(administrator);
    await world.api.get(`identity/users/${world.awa.id}`);
    await becomes(async () => {
      await awas.reload();
      await shows(list(awas, "Qui a lu ou modifié votre fiche").getByRole("listitem").first());
      const text = await list(awas, "Qui a lu ou modifié votre fiche").innerText();
      return text.includes("a lu la fiche") && text.includes(administrator.name) ? true : text;
    }, true);
  });

  step("a person has the account erased, and an administrator opens it again", async (world) => {
    await button(awas, "Effacer mon compte…").click();
    const go = button(dialog(awas), "Fermer et effacer");
    assert.equal(await go.isDisabled(), true);
    await dialog(awas).getByRole("textbox").fill(world.awa.email);
    await look(awas, "184-privacy-erase", { desktop });
    await go.click();
    await shows(awas.getByRole("heading", { name: "Connexion" }));
    await fillLogIn(awas, world.awa);
    await shows(awas.getByRole("alert"));
    await page.goto("/system/privacy");
    await shows(list(page, "Effacements"), "Awa Ndiaye");
    await look(page, "185-privacy-erasures");
    await button(page, "Rouvrir le compte de Awa Ndiaye").click();
    await shows(toast(page), "Le compte de Awa Ndiaye est rouvert.");
    await logIn(awas, world.awa);
  });

  step("what was erased and what is kept is told in a report, to be copied or printed", async (world) => {
    const bob = await world.api.user("Bob Mbarga", "trois pirogues bleues");
    await world.api.post("privacy/erasures", { user: bob.id, email: bob.email });
    await world.server.stop();
    execFileSync("sqlite3", [
      join(world.server.data, "opsflux.db"),
      `UPDATE privacy_request SET due_at = '2020-01-01T00:00:00.000000Z' WHERE user_id = '${bob.id}'`,
    ]);
    await world.server.start();
    const erased = () =>
      world.api.get("privacy/erasures").then(({ data }) => data.find(({ user }) => user === bob.id).state);
    await becomes(erased, "done");
    await page.goto(`${world.server.url}/system/privacy`);
    await page.getByRole("button", { name: /^Rapport de l’effacement/ }).click();
    const report = page.getByRole("article", { name: "Rapport d’effacement" });
    await shows(report.getByRole("region", { name: "Ce qui a été effacé" }), "Utilisateurs");
    await shows(report.getByRole("region", { name: "Ce qui est conservé, et pourquoi" }), "Le journal d’audit");
    await look(page, "187-privacy-report");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button(dialog(page), "Copier").click();
    await shows(toast(page), "Rapport copié.");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /Ce qui a été effacé\n- /);
    assert.ok(!copied.includes("Bob"));
    await page.emulateMedia({ media: "print" });
    assert.equal(await report.evaluate((part) => getComputedStyle(part).visibility), "visible");
    assert.equal(await page.locator("main").first().evaluate((part) => getComputedStyle(part).visibility), "hidden");
    await page.emulateMedia({ media: null });
    await page.keyboard.press("Escape");
  });

  step("the last administrator cannot be erased", async () => {
    await button(page, "Effacer un compte…").click();
    await field(dialog(page), "Adresse e-mail du compte").fill("personne@opsflux.example");
    await button(dialog(page), "Chercher").click();
    await shows(dialog(page), "Aucun compte n’a cette adresse.");
    await field(dialog(page), "Adresse e-mail du compte").fill(administrator.email);
    await button(dialog(page), "Chercher").click();
    await button(dialog(page), `Fermer et effacer ${administrator.name}`).click();
    await shows(dialog(page).getByRole("alert"));
    await look(page, "186-privacy-erase-other", { desktop });
  });
});
