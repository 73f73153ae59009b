// The question "who is it?": somebody who is enrolled, or a new name.
import { api } from "./api.js";
import { converse, h } from "./dom.js";
import { text } from "./strings.js";

const words = text.picker;
const shown = 8;
/** Everybody of the gallery, asked for once a question. */
let known = [];
/** Whom somebody was added to last, offered again. */
const recent = [];

/**
 * `{ identity }` of somebody who is there, `{ displayName }` of a new person, or undefined.
 * - title: what is asked; picture: shown beside it.
 * - suggestions: identities that are offered at once; new ones may be named where `canBeNew`.
 */
export async function pickPerson({ title, picture, suggestions = [], canBeNew = true, except }) {
  known = (await api.identities()).filter((identity) => identity.name !== except);
  const isKnown = new Set(known.map((identity) => identity.name));
  const offered = [...suggestions, ...recent].filter((one, index, all) =>
    isKnown.has(one.name) && all.findIndex((other) => other.name === one.name) === index).slice(0, 6);
  const answer = await converse((close) => parts(close, title, picture, offered, canBeNew));
  if (answer?.identity) {
    const at = recent.findIndex((one) => one.name === answer.identity.name);
    if (at >= 0) recent.splice(at, 1);
    recent.unshift(answer.identity);
  }
  return answer;
}

function parts(close, title, picture, offered, canBeNew) {
  const matches = h("ul", { class: "matches", "aria-label": words.matches });
  const name = h("input", { type: "text", id: "picked-name", maxLength: 200, required: true, autocomplete: "off",
    autofocus: !offered.length, oninput: () => draw() });
  const wanted = () => name.value.trim();
  const same = () => known.find((identity) => identity.displayName === wanted());
  const submit = (event) => {
    event.preventDefault();
    const identity = same();
    if (identity) close({ identity });
    else if (canBeNew && wanted()) close({ displayName: wanted() });
  };
  const button = h("button", { class: "main" }, "");
  const person = (identity) => h("button", { type: "button", onclick: () => close({ identity }) },
    identity.distance === undefined ? identity.displayName : `${identity.displayName} (${identity.distance.toFixed(3)})`);

  function draw() {
    const part = wanted().toLocaleLowerCase();
    const found = part ? known.filter((identity) => identity.displayName.toLocaleLowerCase().includes(part)) : [];
    matches.replaceChildren(...found.slice(0, shown).map((identity) => h("li", {}, person(identity))));
    button.textContent = same() || !canBeNew ? words.choose : words.create;
    button.disabled = !same() && (!canBeNew || !wanted());
  }
  draw();
  return [
    h("h2", { id: "dialog-title" }, title),
    picture ? h("img", { class: "face", src: picture, alt: "" }) : null,
    offered.length ? h("ul", { class: "matches", "aria-label": words.offered },
      offered.map((identity) => h("li", {}, person(identity)))) : null,
    h("form", { onsubmit: submit },
      h("label", { for: "picked-name" }, canBeNew ? words.nameOrNew : words.name),
      h("div", { class: "row" }, name, button)),
    matches,
    h("button", { type: "button", onclick: () => close(undefined) }, text.dialog.cancel),
  ].filter(Boolean);
}
