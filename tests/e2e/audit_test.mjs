// The audit trail: who did what, found again, taken away, verified; and what is suspicious.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { becomes, fillLogIn, logIn, shows, sidebar, textOf, toast } from "./support/acts.mjs";
import { Api, administrator, company } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { look, settled } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  const made = await world.api.create("companies", { legal_name: "Kribi Logistics", city: "Kribi" });
  // The module's automation sets the next review of what is new.
  await becomes(async () => (await world.api.get(`tiers/companies/${made.id}`)).version, 2);
  await world.api.change("companies", { ...made, version: 2 }, { legal_name: "Kribi Transit", city: "Douala" });
  world.awa = await world.api.user(awa.name, awa.password);
  await world.api.call("GET", "tiers/companies/export?format=ndjson");
  await tryPassword(world);
}

const tryPassword = (world) =>
  world.api.call("POST", "auth/login", { email: world.awa.email, password: "faux" }).catch(() => undefined);

const rows = (page) => page.getByRole("table", { name: "Journal d’audit" }).locator("tbody tr");
const detail = (page) => page.getByRole("complementary", { name: "Entrée du journal" });
const tab = (page, name) => page.getByRole("button", { name, exact: true });

story("The audit trail", { arrange }, (step) => {
  let page;
  let other;

  step("a user comes in before the address is closed for too many wrong passwords", async (world) => {
    other = await world.browser.person();
    await other.goto("/");
    await fillLogIn(other, world.awa);
    await shows(other.getByRole("heading", { name: /Bonjour/ }));
  });

  step("the administrator finds the trail in the sidebar, newest first", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await sidebar(page).getByRole("link", { name: "Journal d’audit" }).click();
    await shows(page.getByRole("heading", { name: "Journal d’audit" }));
    await shows(rows(page).first());
    await shows(rows(page).filter({ hasText: "Module installé" }).first());
    await shows(rows(page).filter({ hasText: "Échec de connexion" }).filter({ hasText: "Refusé" }).first());
    await look(page, "90-audit");
  });

  step("a row shows before and after, from where, and its place in the chain", async () => {
    await page.getByRole("combobox", { name: "Action" }).selectOption("updated");
    await becomes(() => rows(page).filter({ hasText: "Entreprise" }).count(), 2);
    await rows(page).filter({ hasText: "Entreprise" }).first().click();
    await shows(detail(page).getByRole("heading", { name: "Modification" }));
    const told = await textOf(detail(page));
    for (const part of ["Kribi Logistics", "Kribi Transit", "Douala", "127.0.0.1", administrator.name])
      assert.ok(told.includes(part), `${part} in\n${told}`);
    await shows(detail(page), "Empreinte précédente");
    await look(page, "91-audit-detail", { desktop });
  });

  step("a value of the row narrows the list, and the address keeps it", async () => {
    await detail(page).getByRole("button", { name: "Filtrer par cette valeur : Référence" }).click();
    await shows(page.getByRole("button", { name: "Retirer le filtre Référence" }));
    await page.getByRole("combobox", { name: "Action" }).selectOption("");
    await becomes(() => rows(page).count(), 3);
    await page.reload();
    await becomes(() => rows(page).count(), 3);
    await page.getByRole("button", { name: "Retirer le filtre Référence" }).click();
    await page.getByRole("searchbox", { name: "Rechercher" }).fill("kribi transit");
    await becomes(() => rows(page).count(), 1);
    await page.getByRole("searchbox", { name: "Rechercher" }).fill("introuvable");
    await shows(page, "Aucune entrée ne correspond");
    await page.getByRole("button", { name: "Effacer les filtres" }).first().click();
    await shows(rows(page).first());
  });

  step("what is shown is exported, and that is in the trail", async () => {
    await tab(page, "Connexions").click();
    await shows(rows(page).filter({ hasText: "Connexion" }).first());
    await page.getByRole("button", { name: "Exporter" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Tableur (CSV)" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8").trim().split("\r\n");
    assert.match(lines[0], /seq,at,actor_id,actor/);
    assert.ok(lines.length > 4);
    assert.ok(lines.slice(1).every((line) => line.includes(",session,")));
    await tab(page, "Exports").click();
    await shows(rows(page).filter({ hasText: "Journal d’audit" }).first());
    await becomes(() => rows(page).count(), 2);
  });

  step("repeated wrong passwords stand among the alerts", async (world) => {
    for (let i = 0; i < 12; i += 1) await tryPassword(world);
    await becomes(
      async () => (await world.api.get(`audit?${new URLSearchParams({ filter: 'action == "audit.alert"' })}`)).meta.total > 0,
      true,
    );
    await tab(page, "Alertes").click();
    const alert = rows(page).filter({ hasText: "Échecs de connexion d’un compte" });
    await shows(alert.first());
    await alert.first().click();
    await shows(detail(page), "Seuil");
    await look(page, "92-audit-alerts");
  });

  step("the limits of the alerts are the administrator's", async (world) => {
    await page.getByRole("button", { name: "Seuils d’alerte" }).click();
    const dialog = page.getByRole("dialog", { name: "Seuils d’alerte" });
    await dialog.getByLabel("Suppressions").fill("-1");
    await dialog.getByRole("button", { name: "Enregistrer" }).click();
    await becomes(() => dialog.getByLabel("Suppressions").getAttribute("aria-invalid"), "true");
    await look(page, "93-audit-limits", { desktop });
    await dialog.getByLabel("Suppressions").fill("20");
    await Promise.all([
      shows(toast(page), "Seuils d’alerte enregistrés."),
      dialog.getByRole("button", { name: "Enregistrer" }).click(),
    ]);
    const limits = (await world.api.get("audit/settings")).data;
    assert.equal(limits.find(({ key }) => key === "deletions").value, 20);
  });

  step("the chain is verified", async () => {
    await page.getByRole("button", { name: "Vérifier la chaîne" }).click();
    await shows(page.getByRole("status"), /La chaîne est intacte/);
    await settled(page);
    await look(page, "94-audit-verified");
  });

  step("the activity tells sums that lead to the rows behind them", async () => {
    await tab(page, "Activité").click();
    await shows(page.getByRole("heading", { name: "Par personne" }));
    await look(page, "95-audit-activity");
    await page.getByRole("button", { name: "Échec de connexion" }).click();
    await shows(rows(page).first());
    assert.equal(await rows(page).filter({ hasText: "Modification" }).count(), 0);
  });

  step("the page speaks the reader's language", async (world) => {
    for (const [language, title] of [
      ["pt", "Registo de auditoria"],
      ["es", "Registro de auditoría"],
      ["en", "Audit trail"],
      ["fr", "Journal d’audit"],
    ]) {
      await world.api.call("PATCH", "auth/me", { language });
      await page.goto("/system/audit");
      await shows(page.getByRole("heading", { name: title }));
      if (language !== "fr") await look(page, `97-audit-${language}`);
    }
  });

  step("on a phone a row opens over the list", async () => {
    await page.setViewportSize(phone);
    await page.goto("/system/audit?action=updated");
    await page.getByRole("button", { name: "Modification" }).first().click();
    await shows(page.getByRole("dialog", { name: "Entrée du journal" }));
    await look(page, "96-audit-detail", { phone });
    await page.getByRole("button", { name: "Fermer" }).click();
    await page.setViewportSize(desktop);
  });

  step("nobody else sees the trail", async () => {
    assert.equal(await sidebar(other).getByRole("link", { name: "Journal d’audit" }).count(), 0);
    await other.goto("/system/audit");
    await shows(other.getByRole("heading", { name: "Accès non autorisé" }));
    await shows(other, "consulter le journal d’audit");
    assert.equal(await other.evaluate(() => fetch("/api/v1/audit").then((answer) => answer.status)), 403);
  });

  step("what was seen of a company is still what the trail says", async (world) => {
    const kept = await company(world.api, "Kribi Transit");
    const filter = `record_id == "${kept.id}"`;
    const found = await world.api.get(`audit?${new URLSearchParams({ filter })}`);
    assert.deepEqual(
      found.data.map(({ action }) => action),
      ["updated", "updated", "created"],
    );
  });
});
