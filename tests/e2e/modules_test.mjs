// The life of a module on the screen: off and on, refused packages, a refused plan, upgrade and back, removal, purge.
import assert from "node:assert/strict";
import {
  approve,
  becomes,
  field,
  gone,
  logIn,
  menu,
  names,
  save,
  shows,
  sidebar,
  textOf,
  toast,
  upload,
  value,
} from "./support/acts.mjs";
import { administrator, company, demoData } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { columnHead, foot, openMenu, served } from "./support/lists.mjs";
import { look } from "./support/look.mjs";
import {
  alteredTiers,
  nextTiers,
  notAPackage,
  strangersTiers,
  truncatedTiers,
  unsignedTiers,
} from "./support/packages.mjs";
import { tiersPackage } from "./support/server.mjs";
import { story } from "./support/story.mjs";

const modulePage = "/system/modules/tiers";

/** The refusal under the upload field. */
const refusal = (page) => page.getByRole("alert");

const uninstallDialog = (page) => page.getByRole("dialog", { name: "Désinstaller Tiers" });

async function openUninstall(page) {
  await page.goto(modulePage);
  await (await openMenu(page, "Autres actions")).getByText("Désinstaller…").click();
  await shows(uninstallDialog(page));
}

/** From the choice of the file to the end of the operation. */
async function install(page, file, done) {
  await page.goto("/system/modules");
  await upload(page, file);
  await shows(page.getByRole("heading", { name: /^Plan / }));
  await approve(page);
  await shows(page, done);
}

story("The life of a module", { arrange: demoData }, (step) => {
  let page;
  let other;
  let total;

  const notReloaded = () => other.evaluate(() => window.notReloaded);

  step("a module that is deactivated is gone from every open window at once", async (world) => {
    total = (await world.api.get("tiers/companies")).meta.total;
    page = await world.browser.person();
    other = await world.browser.person();
    await logIn(other, administrator, "/tiers/companies");
    await becomes(() => names(other), await served(world.api, {}));
    await other.evaluate(() => (window.notReloaded = true));
    await logIn(page, administrator, modulePage);
    await look(page, "60-module");
    await page.getByRole("button", { name: "Désactiver" }).click();
    await shows(page, "Le module est désactivé. Ses données sont conservées.");
    await gone(menu(other, "Tiers"));
    await gone(menu(page, "Tiers"));
  });

  step("the page of it that was open says so, and so does a record's address", async () => {
    await shows(other.getByRole("heading", { name: "Page introuvable" }));
    await shows(other, "Le module qui la fournissait est peut-être désactivé.");
    assert.equal(await notReloaded(), true);
    await look(other, "61-page-gone", { desktop });
  });

  step("the home page and the modules page tell that it is off", async () => {
    await look(page, "62-module-inactive", { desktop });
    await page.goto("/");
    await shows(page, "Aucun module n’est actif");
    await look(page, "63-home-inactive", { desktop });
    await page.getByRole("link", { name: "Activer un module" }).click();
    await shows(page.getByRole("row", { name: /tiers/i }), "Désactivé");
    await look(page, "63-modules");
  });

  step("activated again, its data is there, in the window that waited too", async (world) => {
    await page.getByRole("link", { name: /^tiers$/i }).click();
    await page.getByRole("button", { name: "Activer" }).click();
    await shows(page, "Le module est actif.");
    await shows(menu(other, "Tiers"));
    await becomes(() => names(other), await served(world.api, {}));
    await becomes(async () => (await textOf(foot(other))).split("\n")[0], `${total} entreprises`);
    assert.equal(await notReloaded(), true);
  });

  step("a setting is changed on the module's page, and the module obeys it", async (world) => {
    await page.goto(modulePage);
    const settings = page.getByRole("form", { name: "Réglages" });
    const days = field(settings, "Délai de réévaluation (jours)");
    const button = settings.getByRole("button", { name: "Enregistrer" });
    assert.ok(await button.isDisabled());
    await days.fill("4000");
    await button.click();
    await becomes(() => days.getAttribute("aria-invalid"), "true");
    await look(page, "64-settings");
    await days.fill("30");
    await shows(settings, "1 modification à enregistrer");
    await button.click();
    await shows(toast(page), "Tiers : réglages enregistrés.");
    const { id } = await world.api.create("companies", { legal_name: "Aaa Réglée", type: "supplier" });
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    await becomes(async () => (await world.api.get(`tiers/companies/${id}`)).next_review, day);
    await world.api.call("DELETE", `tiers/companies/${id}`);
  });

  const refused = [
    ["that nobody signed", unsignedTiers, "Le paquet n’est pas signé."],
    ["signed by a stranger", strangersTiers, "Le paquet est signé par une clé qui n’est pas reconnue ici."],
    [
      "altered after it was signed",
      alteredTiers,
      "Le paquet a été modifié après sa signature : le contenu de « i18n/fr.json » ne correspond plus.",
    ],
    ["that was cut off", truncatedTiers, "Le paquet est incomplet : l’envoi ou la copie a été interrompu."],
    ["that is no ZIP", notAPackage, "Ce fichier n’est pas un ZIP."],
    ["of the version that is installed", () => tiersPackage, "est déjà installé en version 1.0.0."],
  ];
  for (const [what, make, sentence] of refused)
    step(`a package ${what} is refused, and the reason is said`, async (world) => {
      const before = await world.api.get("modules");
      await page.goto("/system/modules");
      await upload(page, make());
      await shows(refusal(page), "Le paquet est refusé");
      await becomes(async () => (await textOf(refusal(page))).includes(sentence), true);
      assert.equal(new URL(page.url()).pathname, "/system/modules");
      assert.deepEqual(await world.api.get("modules"), before);
    });

  step("after a refusal the next package can be chosen at once, and the refusal is gone", async () => {
    await look(page, "65-refused");
    await upload(page, nextTiers());
    await shows(page.getByRole("heading", { name: "Plan de mise à niveau : Tiers" }));
    await shows(page, "1.0.0 → 1.1.0");
  });

  step("the plan of an upgrade shows what changes, and only that is marked", async () => {
    const tables = page.getByRole("region", { name: "Tables et colonnes" });
    assert.match(await textOf(tables), /nickname/);
    assert.match(await textOf(tables), /1 modifiée/);
    // The deleted company is a row as well.
    assert.match(await textOf(tables), new RegExp(`${total + 1} lignes`));
    await look(page, "66-upgrade-plan");
  });

  step("a plan that is refused changes nothing and cannot be approved later", async (world) => {
    const address = page.url();
    await page.getByRole("button", { name: "Refuser" }).click();
    await shows(toast(page), "Plan refusé : Tiers. Rien n’a été modifié.");
    await shows(page.getByRole("heading", { name: "Modules installés" }));
    assert.equal((await world.api.get("modules/tiers")).version, "1.0.0");
    await page.goto(address);
    await shows(page, "Ce plan a été refusé. Rien n’a été modifié.");
    assert.equal(await page.getByRole("button", { name: "Approuver le plan" }).count(), 0);
    await look(page, "67-plan-gone", { desktop });
  });

  step("the upgrade brings its new field into the open windows and keeps the data", async (world) => {
    await other.goto("/tiers/companies");
    await other.evaluate(() => (window.notReloaded = true));
    await install(page, nextTiers(), "La nouvelle version est en service.");
    assert.equal((await world.api.get("modules/tiers")).version, "1.1.0");
    await becomes(async () => (await textOf(foot(other))).split("\n")[0], `${total} entreprises`);
    await other.getByRole("link", { name: (await served(world.api, {}))[0] }).click();
    await other.getByRole("link", { name: "Modifier", exact: true }).click();
    await field(other, "Surnom").fill("Le voisin");
    await save(other);
    await becomes(() => textOf(value(other, "Surnom")), "Le voisin");
    assert.equal(await notReloaded(), true);
  });

  step("an older package is refused", async () => {
    await page.goto("/system/modules");
    await upload(page, tiersPackage);
    await shows(refusal(page), /est plus récente que celle du paquet/);
  });

  step("the way back to the version before takes the field away again, the rest stays", async (world) => {
    await page.goto(modulePage);
    await look(page, "68-module-upgraded");
    await page.getByRole("button", { name: "Revenir à 1.0.0" }).click();
    await shows(page, "La version précédente est de nouveau en service.");
    assert.equal((await world.api.get("modules/tiers")).version, "1.0.0");
    assert.equal((await world.api.get("tiers/companies")).meta.total, total);
    await becomes(() => value(other, "Surnom").count(), 0);
    assert.equal(await notReloaded(), true);
    await other.getByRole("link", { name: "Modifier", exact: true }).click();
    await shows(field(other, "Raison sociale"));
    assert.equal(await field(other, "Surnom").count(), 0);
  });

  step("an uninstallation that is called off leaves all as it was", async (world) => {
    await openUninstall(page);
    await look(page, "69-uninstall");
    await uninstallDialog(page).getByRole("button", { name: "Annuler" }).click();
    await gone(uninstallDialog(page));
    assert.equal((await world.api.get("modules/tiers")).state, "active");
  });

  step("uninstalled with its data kept, it is gone from the screen", async (world) => {
    await openUninstall(page);
    await uninstallDialog(page).getByRole("button", { name: "Désinstaller", exact: true }).click();
    await shows(page, "Le module est désinstallé.");
    await gone(menu(other, "Tiers"));
    await page.getByRole("button", { name: "Revenir aux modules" }).click();
    await shows(page, "Aucun module n’est installé");
    assert.deepEqual(
      (await world.api.get("modules")).data.filter(({ id }) => id === "tiers"),
      [],
    );
    await page.goto(modulePage);
    await shows(page, "Ce module n’est pas installé");
    await look(page, "70-not-installed", { desktop });
  });

  step("installed again, the data is found again", async (world) => {
    await install(page, tiersPackage, "Le module est installé et actif.");
    await menu(page, "Tiers").click();
    await sidebar(page).getByRole("link", { name: "Entreprises" }).click();
    await becomes(() => names(page), await served(world.api, {}));
    assert.equal((await world.api.get("tiers/companies")).meta.total, total);
    assert.equal((await company(world.api, "Groupe Aérogolfe")).city, "Pau");
  });

  step("the data is destroyed only when the module's id is typed", async (world) => {
    await openUninstall(page);
    await uninstallDialog(page).getByLabel("Détruire les données").check();
    const button = uninstallDialog(page).getByRole("button", {
      name: "Désinstaller et détruire les données",
    });
    assert.ok(await button.isDisabled());
    const confirm = uninstallDialog(page).getByLabel("Saisissez « tiers » pour confirmer la destruction");
    await confirm.fill("Tier");
    assert.ok(await button.isDisabled());
    await confirm.fill("tiers");
    await look(page, "71-purge", { desktop });
    await button.click();
    await shows(page, "Le module est désinstallé.");
    assert.equal(
      (await world.api.get("modules")).data.some(({ id }) => id === "tiers"),
      false,
    );
  });

  step("installed again after that, it is empty", async (world) => {
    await install(page, tiersPackage, "Le module est installé et actif.");
    await page.goto("/tiers/companies");
    await shows(page, "Aucune entreprise pour l’instant");
    for (const deleted of [false, true]) {
      const { data, meta } = await world.api.get(`tiers/companies?deleted=${deleted}`);
      assert.deepEqual([data, meta.total], [[], 0]);
    }
  });

  step("the module's journal tells every operation with its outcome", async () => {
    await page.goto(modulePage);
    const journal = page.getByRole("region", { name: "Journal des opérations" });
    await shows(journal, "Installation");
    await journal.locator("summary").first().click();
    await shows(journal, "Basculé");
    await look(page, "72-journal", { desktop });
  });
});
