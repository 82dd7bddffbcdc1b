// What people choose for themselves holds on all their devices, at once and after a time without a connection.
import assert from "node:assert/strict";
import { becomes, logIn, shows } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look as examine } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const awa = { name: "Awa Ndiaye", password: "trois pirogues bleues" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  world.awa = await world.api.user(awa.name, awa.password);
}

const look = (page) => page.evaluate(() => ({ ...document.documentElement.dataset }));
const account = (page) => page.getByRole("button", { name: /^Compte de/ });
const stored = async (api) =>
  Object.fromEntries(
    Object.entries((await api.get("preferences")).data).map(([name, { value }]) => [name, value]),
  );

story("Preferences on several devices", { arrange }, (step) => {
  let desk;
  let tablet;
  let mine;

  step("a theme chosen on one device is on the other at once", async (world) => {
    desk = await world.browser.person();
    tablet = await world.browser.person();
    await logIn(desk, world.awa, "/tiers/companies");
    await logIn(tablet, world.awa, "/tiers/companies");
    mine = await new Api(world.server).logIn(world.awa);
    assert.deepEqual(await stored(mine), {});
    await account(desk).click();
    await desk.getByLabel("Sombre").check();
    await desk.getByLabel("Dense").check();
    await becomes(() => look(tablet), { theme: "dark", density: "dense" });
    assert.deepEqual(await stored(mine), { theme: "dark", density: "dense" });
    await desk.keyboard.press("Escape");
  });

  step("so is the folded sidebar", async () => {
    await desk.getByRole("button", { name: "Replier le menu" }).click();
    await shows(tablet.getByRole("button", { name: "Déplier le menu" }));
    await tablet.getByRole("button", { name: "Déplier le menu" }).click();
    await shows(desk.getByRole("button", { name: "Replier le menu" }));
  });

  step("and the language, with the labels that the server gives", async () => {
    await account(desk).click();
    await desk.getByLabel("English").click();
    await shows(tablet.getByRole("heading", { name: "Companies" }));
    await desk.getByLabel("Français").click();
    await shows(tablet.getByRole("heading", { name: "Entreprises" }));
    await desk.keyboard.press("Escape");
  });

  step("dates and times are written as the person wants, everywhere", async (world) => {
    await account(desk).click();
    await desk.getByRole("button", { name: "Préférences" }).click();
    await shows(desk.getByRole("heading", { name: "Préférences" }));
    await tablet.goto("/preferences");
    await examine(desk, "140-preferences");
    await desk.getByLabel("Dates", { exact: true }).selectOption({ label: "2026-12-31" });
    await desk.getByLabel("09:05 PM").check();
    await becomes(() => tablet.getByLabel("Dates", { exact: true }).inputValue(), "year_month_day");
    await becomes(() => tablet.getByLabel("09:05 PM").isChecked(), true);
    await desk.getByLabel("Mon compte et mes groupes").check();
    await becomes(() => stored(mine).then(({ notifications }) => notifications), "account");
    const { id } = await world.api.create("companies", { legal_name: "Quai Nord" });
    await tablet.goto(`/tiers/companies/${id}`);
    await shows(tablet.getByText(new Date().toISOString().slice(0, 10)));
    await desk.getByLabel("Dates", { exact: true }).selectOption("auto");
    for (const page of [desk, tablet]) {
      await page.goto("/tiers/companies");
      await shows(page.getByRole("heading", { name: "Entreprises" }));
      await shows(page.getByText("en direct"));
    }
  });

  step("what was chosen without a connection is sent when it is back, unless another device chose later", async () => {
    await tablet.context().setOffline(true);
    await account(tablet).click();
    await tablet.getByLabel("Clair").check();
    await becomes(() => look(tablet), { theme: "light", density: "dense" });
    await tablet.getByLabel("Aérée").check();
    await account(desk).click();
    await desk.getByLabel("Compacte").check();
    await becomes(() => stored(mine).then(({ density }) => density), "compact");
    await tablet.context().setOffline(false);
    const wanted = { theme: "light", density: "compact" };
    await becomes(() => look(desk), wanted);
    await becomes(() => look(tablet), wanted);
    await becomes(async () => {
      const { theme, density } = await stored(mine);
      return { theme, density };
    }, wanted);
  });

  step("a new device begins with them, and nobody else's changes", async (world) => {
    const late = await world.browser.person();
    await logIn(late, world.awa, "/tiers/companies");
    await becomes(() => look(late), { theme: "light", density: "compact" });
    await late.close();
    await world.api.logIn(administrator);
    assert.deepEqual(await stored(world.api), {});
  });
});
