// Settings of the server and its modules: found, changed, refused, undone, locked, exported and imported.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { becomes, gone, logIn, shows, sidebar, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { phone } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { SmsProvider } from "./support/sms_provider.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };
const variables = { OPSFLUX_SETTING__IDENTITY__LOGIN_WINDOW_MINUTES: "20" };

const provider = new SmsProvider();
after(() => provider.stop());

async function arrange(world) {
  await provider.start();
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  world.awa = await world.api.user(awa.name, awa.password);
}

const categories = (page) => page.getByRole("navigation", { name: "Catégories de réglages" });
const keep = (page) => page.getByRole("button", { name: "Enregistrer" });
const history = (page) => page.getByRole("list", { name: "Historique" });
const value = async (world, module, key) =>
  (await world.api.get(`settings/${module}`)).data.find((one) => one.key === key).value;

async function choose(page, file) {
  await page.getByRole("button", { name: "Importer" }).click();
  await page.locator("input[type=file]").setInputFiles(file);
}

story("Settings of the server and its modules", { arrange, variables }, (step) => {
  let page;

  step("a user does not find the page", async (world) => {
    const other = await world.browser.person();
    await logIn(other, world.awa, "/system/settings");
    await shows(other, "Accès non autorisé");
    assert.equal(await sidebar(other).getByRole("link", { name: "Réglages" }).count(), 0);
    await other.close();
  });

  step("an administrator finds categories of the server and of modules", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Réglages" }).click();
    await shows(page.getByRole("heading", { name: "Réglages", exact: true }));
    for (const name of ["Connexion et sessions", "Mots de passe", "Second facteur", "Défense", "Audit"])
      await shows(categories(page).getByRole("link", { name, exact: true }));
    await shows(page.getByLabel("Durée d’un jeton d’accès, en minutes"));
    await look(page, "130-settings");
  });

  step("a value out of its bounds is refused at its field, another one is kept", async (world) => {
    const field = page.getByLabel("Durée d’un jeton d’accès, en minutes");
    await field.fill("5000");
    await keep(page).click();
    await shows(page, "La valeur doit être comprise entre 1 et 1440.");
    await field.fill("20");
    await keep(page).click();
    await shows(toast(page), "Connexion et sessions");
    await becomes(() => value(world, "identity", "access_minutes"), 20);
    await shows(page.getByText("Modifié", { exact: true }));
  });

  step("a list is written as JSON, and what is none is told before it is sent", async (world) => {
    await categories(page).getByRole("link", { name: "Mots de passe" }).click();
    const field = page.getByLabel("Mots propres à l’entreprise");
    await field.fill('["opsflux"');
    await shows(page, "Ce n’est pas du JSON valable.");
    await field.fill('["opsflux", "libreville"]');
    await gone(page.getByText("Ce n’est pas du JSON valable."));
    await keep(page).click();
    await becomes(async () => JSON.stringify(await value(world, "identity", "own_words")), '["opsflux","libreville"]');
  });

  step("what a variable gives is locked and says so", async () => {
    await categories(page).getByRole("link", { name: "Défense" }).click();
    const field = page.getByLabel("Période des échecs et du blocage, en minutes");
    assert.equal(await field.isDisabled(), true);
    assert.equal(await field.inputValue(), "20");
    await shows(page, "Imposé par la variable OPSFLUX_SETTING__IDENTITY__LOGIN_WINDOW_MINUTES");
    await look(page, "131-settings-locked");
  });

  step("a secret is never shown, in the field or in the history", async (world) => {
    await categories(page).getByRole("link", { name: "Courrier" }).click();
    await page.getByLabel("Mot de passe", { exact: true }).fill("s3cret-of-theirs");
    await keep(page).click();
    await shows(page.getByText("Défini", { exact: true }));
    assert.equal(await page.getByLabel("Mot de passe", { exact: true }).inputValue(), "");
    await page.getByRole("button", { name: "Historique" }).click();
    await shows(history(page), "•••");
    assert.equal((await page.content()).includes("s3cret"), false);
    assert.equal(JSON.stringify(await world.api.get("settings")).includes("s3cret"), false);
    await page.keyboard.press("Escape");
    await gone(history(page));
  });

  step("the history tells who changed what, and undoes it", async (world) => {
    await categories(page).getByRole("link", { name: "Connexion et sessions" }).click();
    await page.getByRole("button", { name: "Historique" }).click();
    const first = history(page).getByRole("listitem").first();
    await shows(first, administrator.name);
    await shows(first, "valeur par défaut → 20");
    await look(page, "132-settings-history");
    await first.getByRole("button", { name: /^Annuler la modification/ }).click();
    await becomes(() => value(world, "identity", "access_minutes"), 15);
    await becomes(() => history(page).getByRole("listitem").count(), 2);
    await shows(history(page).getByRole("listitem").last(), "annulée");
    await page.keyboard.press("Escape");
  });

  step("a file takes settings over, without secrets; a wrong one changes nothing", async (world) => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Exporter" }).click(),
    ]);
    assert.equal(file.suggestedFilename(), "opsflux-settings.json");
    const exported = JSON.parse(readFileSync(await file.path(), "utf8"));
    assert.deepEqual(exported.settings, { identity: { own_words: ["opsflux", "libreville"] } });
    const path = join(world.server.data, "import.json");
    exported.settings.audit = { deletions: -5 };
    exported.settings.identity.own_words = ["autre"];
    writeFileSync(path, JSON.stringify(exported));
    await choose(page, path);
    await shows(page.getByRole("dialog"), "audit.deletions");
    await look(page, "133-settings-import-refused");
    assert.deepEqual(await value(world, "identity", "own_words"), ["opsflux", "libreville"]);
    exported.settings.audit.deletions = 70;
    writeFileSync(path, JSON.stringify(exported));
    await page.locator("input[type=file]").setInputFiles(path);
    await shows(toast(page), "2 réglages repris du fichier.");
    assert.equal(await value(world, "audit", "deletions"), 70);
  });

  step("a test SMS shows what the provider answers", async (world) => {
    const dialog = page.getByRole("dialog", { name: "Envoyer un SMS d’essai" });
    const number = dialog.getByLabel("Numéro de téléphone");
    const send = () => dialog.getByRole("button", { name: "Envoyer un SMS d’essai" }).click();
    const answer = dialog.getByRole("alert");
    await page.goto("/system/settings/identity.second_factor");
    await page.getByRole("button", { name: "Envoyer un SMS d’essai" }).click();
    await number.fill("0612345678");
    await send();
    await becomes(() => number.getAttribute("aria-invalid"), "true");
    await look(page, "134-test-sms");
    await number.fill("+33 6 12 34 56 78");
    await send();
    await shows(answer, "Aucun fournisseur de SMS n’est configuré.");
    await world.api.call("PATCH", "settings/identity", { sms_url: provider.url("/refuse") });
    await send();
    await shows(answer, "Le SMS n’a pas pu être remis au fournisseur");
    await look(page, "135-test-sms-refused");
    assert.equal(provider.messages().length, 1);
    await world.api.call("PATCH", "settings/identity", { sms_url: provider.url() });
    await send();
    await shows(toast(page), "Le fournisseur a accepté le SMS.");
    await gone(dialog);
    const taken = provider.messages().at(-1);
    assert.equal(taken.path, "/messages");
    assert.equal(JSON.parse(taken.body).to, "+33612345678");
  });

  step("on a phone the categories are a choice above the fields", async () => {
    await page.setViewportSize(phone);
    await page.goto("/system/settings/identity.defence");
    await shows(page.getByLabel("Échecs de connexion permis"));
    await page.getByLabel("Catégories de réglages").selectOption({ label: "Mots de passe" });
    await shows(page.getByLabel("Longueur minimale"));
    await becomes(() => new URL(page.url()).pathname, "/system/settings/identity.passwords");
  });
});
