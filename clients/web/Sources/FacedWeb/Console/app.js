// Which view is shown: the part of the address behind '#'.
import { api, begin, chooseGallery, currentGallery, signIn } from "./api.js";
import { attempt, h, lastPart } from "./dom.js";
import { text } from "./strings.js";
import { groups } from "./groups.js";
import { operation } from "./operation.js";
import { people } from "./people.js";
import { person } from "./person.js";
import { review } from "./review.js";
import { thresholds } from "./thresholds.js";
import { upgrade } from "./upgrade.js";
import { who } from "./who.js";

const views = { who, people, groups, review, thresholds, upgrade, operation };
const main = document.getElementById("view");
let leave = () => {};

async function show() {
  leave();
  leave = () => {};
  const [name, detail] = location.hash.replace(/^#\/?/, "").split("/");
  const view = name === "people" && detail ? (parent) => person(parent, detail) : views[name] ?? views.who;
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.hash === `#/${name || "who"}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "center" });
    } else link.removeAttribute("aria-current");
  }
  // A view that comes late has a parent of its own, so that it does not land in the next one.
  const parent = h("div", {});
  main.replaceChildren(parent);
  main.focus({ preventScroll: true });
  const end = (await attempt(() => view(parent))) ?? (() => {});
  if (parent.isConnected) leave = end;
  else end();
}

function frame() {
  document.getElementById("nav").replaceChildren(
    ...Object.keys(views).map((name) => h("a", { href: `#/${name}` }, text.nav[name])));
  document.getElementById("gallery-label").textContent = text.gallery;
}

async function galleries() {
  const select = document.getElementById("gallery");
  const names = (await api.galleries()).map((gallery) => lastPart(gallery.name));
  if (!names.includes(currentGallery())) chooseGallery("default");
  select.replaceChildren(...names.map((name) => h("option", { value: name, selected: name === currentGallery() }, name)));
  select.onchange = () => {
    chooseGallery(select.value);
    show();
  };
}

function askForToken() {
  const token = h("input", { type: "password", id: "token", autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    attempt(async () => {
      await signIn(token.value.trim());
      await start();
    });
  };
  main.replaceChildren(
    h("h1", {}, text.signIn.title),
    h("form", { class: "card", onsubmit: submit },
      h("p", { class: "hint" }, text.signIn.hint),
      h("div", { class: "row" },
        h("label", { for: "token" }, text.signIn.token), token, h("button", { class: "main" }, text.signIn.button))));
}

async function start() {
  if (!(await begin())) return askForToken();
  await galleries();
  addEventListener("hashchange", show);
  await show();
}

frame();
attempt(start);
