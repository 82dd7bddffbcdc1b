// A second factor: set up in one's account, asked for at the log-in, stood in for by codes on paper, taken away.
import assert from "node:assert/strict";
import { after } from "node:test";
import { becomes, fillLogIn, gone, logIn, logOut, noteOf, shows, textOf, toast } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { linkIn, MailServer } from "./support/mail_server.mjs";
import { story } from "./support/story.mjs";
import { codeOf } from "./support/totp.mjs";

const mailbox = new MailServer();
after(() => mailbox.stop());

const codeIn = ({ text }) => text.match(/\b\d{6}\b/)[0];

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
}

const dialog = (page, name) => page.getByRole("dialog", { name });
const code = (page) => page.getByLabel("Code de l’application");
const submit = (page) => page.getByRole("button", { name: "Se connecter" });
const accountOf = (page, user) => page.getByRole("button", { name: `Compte de ${user.name}` }).first();

story("Second factor", { arrange }, (step) => {
  let page;
  let elsewhere;
  let secret;
  let codes;

  step("an application is set up in the account, with the password once more", async (world) => {
    page = await world.browser.person();
    await logIn(page, world.awa);
    await accountOf(page, world.awa).click();
    await page.getByRole("button", { name: "Mon compte" }).click();
    await shows(page.getByRole("heading", { name: "Mon compte" }));
    await look(page, "150-account");
    await page.getByRole("button", { name: "Ajouter un second facteur" }).click();
    const begin = dialog(page, "Ajouter un second facteur");
    const password = begin.getByLabel("Mot de passe actuel");
    await begin.getByLabel(/^Nom/).fill("Téléphone");
    await password.fill("ce n’est pas lui");
    await begin.getByRole("button", { name: "Continuer" }).click();
    await becomes(() => noteOf(password), "Le mot de passe actuel est faux. Vérifiez-le et réessayez.");
    await password.fill(world.awa.password);
    await begin.getByRole("button", { name: "Continuer" }).click();
    await shows(page.getByRole("img", { name: "QR code pour l’application" }));
    await look(page, "151-qr", { desktop });
    secret = await textOf(begin.locator("code"));
    await code(page).fill("000000");
    await begin.getByRole("button", { name: "Confirmer le code" }).click();
    await becomes(
      () => noteOf(code(page)),
      "Le code est faux ou a déjà servi. Attendez le suivant et réessayez.",
    );
    await code(page).fill(await codeOf(secret, -1));
    await begin.getByRole("button", { name: "Confirmer le code" }).click();
    const paper = dialog(page, "Codes de secours");
    await shows(paper.getByRole("list", { name: "Codes de secours" }));
    codes = await paper.getByRole("listitem").allInnerTexts();
    assert.equal(codes.length, 10);
    await look(page, "152-backup-codes", { desktop });
    await paper.getByRole("button", { name: "Je les ai gardés" }).click();
    await gone(paper);
    await shows(page, "Il reste 10 codes de secours.");
    await logOut(page, world.awa);
  });

  step("the log-in asks for a code, and refuses a wrong one", async (world) => {
    await page.goto("/account");
    await fillLogIn(page, world.awa);
    await shows(page.getByRole("heading", { name: "Second facteur" }));
    await look(page, "153-log-in-code");
    await code(page).fill("000000");
    await submit(page).click();
    await shows(page.getByRole("alert"), /^Le code est faux/);
    // Half signed in is not signed in.
    assert.equal(await page.evaluate(() => fetch("/api/v1/auth/me").then((answer) => answer.status)), 401);
    await code(page).fill(await codeOf(secret));
    await page.getByLabel("Ne plus demander de code sur cet appareil").check();
    await submit(page).click();
    await shows(page.getByRole("heading", { name: "Mon compte" }));
  });

  step("a trusted device is not asked again, until it is trusted no longer", async (world) => {
    await shows(page, /^Cet appareil/);
    await look(page, "154-devices");
    await logOut(page, world.awa);
    await logIn(page, world.awa, "/account");
    await page.getByRole("button", { name: "Ne plus faire confiance à cet appareil" }).click();
    await gone(page.getByRole("list", { name: "Appareils de confiance" }));
    await logOut(page, world.awa);
    await fillLogIn(page, world.awa);
    await shows(code(page));
  });

  step("elsewhere a code on paper stands in, once", async (world) => {
    elsewhere = await world.browser.person();
    await elsewhere.goto("/account");
    for (const right of [true, false]) {
      await fillLogIn(elsewhere, world.awa);
      await elsewhere.getByRole("button", { name: "Utiliser un code de secours" }).click();
      await elsewhere.getByLabel("Code de secours").fill(codes[0].toUpperCase());
      await submit(elsewhere).click();
      if (!right) break;
      await shows(elsewhere, "Il reste 9 codes de secours.");
      await logOut(elsewhere, world.awa);
    }
    await shows(elsewhere.getByRole("alert"), /^Le code est faux/);
    await elsewhere.getByRole("button", { name: "Recommencer" }).click();
    await shows(elsewhere.getByRole("heading", { name: "Connexion" }));
  });

  step("who lost both is let in by an administrator", async (world) => {
    const admin = await world.browser.person();
    await logIn(admin, administrator, `/identity/users/${world.awa.id}`);
    await admin.getByRole("button", { name: "Retirer le second facteur" }).click();
    const asked = dialog(admin, "Second facteur de Awa Ndiaye");
    await look(admin, "155-remove-factor", { desktop });
    await asked.getByRole("button", { name: "Retirer le second facteur" }).click();
    await shows(toast(admin), "Awa Ndiaye se connecte désormais par le seul mot de passe.");
    await admin.getByRole("button", { name: "Définir le mot de passe" }).click();
    const setting = dialog(admin, "Mot de passe de Awa Ndiaye");
    await setting.getByLabel("Nouveau mot de passe").fill("Awa Ndiaye");
    await shows(setting.getByRole("status", { name: "Robustesse" }), /il parle de vous/);
    await setting.getByLabel("Nouveau mot de passe").fill("quatre palmiers verts");
    await shows(setting.getByRole("status", { name: "Robustesse" }), "Très bon");
    await look(admin, "156-strength", { desktop });
    await setting.getByLabel("Demander un autre mot de passe à la prochaine connexion").check();
    await setting.getByRole("button", { name: "Définir le mot de passe" }).click();
    await shows(toast(admin), "Mot de passe de Awa Ndiaye défini.");
  });

  step("a password set by somebody else is replaced at the log-in", async (world) => {
    await fillLogIn(elsewhere, { ...world.awa, password: "quatre palmiers verts" });
    await shows(elsewhere.getByRole("heading", { name: "Nouveau mot de passe" }));
    await shows(elsewhere, "Votre mot de passe a été défini par quelqu’un d’autre.");
    const next = elsewhere.getByLabel("Nouveau mot de passe");
    await next.fill("trois pirogues bleues");
    await submit(elsewhere).click();
    await becomes(() => noteOf(next), "Ce mot de passe a déjà servi. Choisissez-en un nouveau.");
    await look(elsewhere, "157-new-password");
    await next.fill("cinq calaos verts");
    await submit(elsewhere).click();
    await shows(elsewhere.getByRole("heading", { name: "Bonjour, Awa Ndiaye" }));
    await elsewhere.goto("/account");
    await shows(elsewhere, /^En plus du mot de passe/);
  });

  step("codes can come by mail as well, once the mailbox has shown that they arrive", async (world) => {
    await mailbox.start();
    await world.api.call("PATCH", "mail/settings", mailbox.settings);
    await elsewhere.reload();
    await elsewhere.getByRole("button", { name: "Ajouter un second facteur" }).click();
    const begin = dialog(elsewhere, "Ajouter un second facteur");
    await begin.getByLabel("E-mail").check();
    await shows(begin, /vont à l’adresse e-mail de votre compte/);
    await begin.getByLabel("Mot de passe actuel").fill("cinq calaos verts");
    await look(elsewhere, "158-kinds");
    await begin.getByRole("button", { name: "Continuer" }).click();
    const typed = begin.getByLabel("Code reçu par e-mail");
    await shows(begin, /^Envoyé à a•••@o•••\.example/);
    await typed.fill(codeIn(await mailbox.newestTo(world.awa.email)));
    await begin.getByRole("button", { name: "Confirmer le code" }).click();
    await dialog(elsewhere, "Codes de secours").getByRole("button", { name: "Je les ai gardés" }).click();
    await shows(elsewhere.getByRole("list", { name: "Second facteur" }), /E-mail awa/);
    const told = await mailbox.newestTo(world.awa.email, 2);
    assert.equal(told.subject, "Un second facteur a été ajouté à votre compte");
    assert.equal(linkIn(told), "/account");
  });

  step("the log-in sends one when it is asked to", async (world) => {
    await logOut(elsewhere, world.awa);
    await elsewhere.goto("/account");
    await fillLogIn(elsewhere, { ...world.awa, password: "cinq calaos verts" });
    await shows(elsewhere, "Un code part à l’adresse e-mail de votre compte.");
    await look(elsewhere, "159-mailed-code");
    // The code from before, and that there is a second factor now.
    assert.equal(mailbox.messages().length, 2);
    await elsewhere.getByRole("button", { name: "Envoyer le code" }).click();
    await shows(elsewhere, /^Envoyé à a•••@o•••\.example/);
    await elsewhere
      .getByLabel("Code reçu par e-mail")
      .fill(codeIn(await mailbox.newestTo(world.awa.email, 3)));
    await submit(elsewhere).click();
    await shows(elsewhere.getByRole("heading", { name: "Mon compte" }));
  });
});
