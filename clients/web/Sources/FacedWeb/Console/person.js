// One person: their faces, their name, and what may be wrong with either.
import { api } from "./api.js";
import { crop } from "./crops.js";
import { ask, attempt, h, lastPart, toast } from "./dom.js";
import { give, mergeIntoSomebody } from "./corrections.js";
import { text } from "./strings.js";

const words = text.person;
const pageSize = 120;

export async function person(parent, id) {
  const again = () => attempt(async () => parent.replaceChildren(...(await page(id, again))));
  parent.append(...(await page(id, again)));
}

async function page(id, again) {
  const [identity, faces] = await Promise.all([api.identity(id), api.faces(id)]);
  return [
    h("p", {}, h("a", { href: "#/people" }, `← ${words.back}`)),
    h("h1", {}, identity.displayName),
    h("p", { class: "soft" }, `${words.number(id)}, ${text.people.faces(faces.length)}`),
    tools(identity, id, again),
    ...(faces.length ? album(identity, faces, again) : [h("p", {}, words.noFaces)]),
  ];
}

function tools(identity, id, again) {
  const name = h("input", { type: "text", value: identity.displayName, maxLength: 200, required: true,
    "aria-label": words.newName });
  const rename = (event) => {
    event.preventDefault();
    attempt(async () => {
      await api.rename(id, name.value.trim());
      toast(words.renamed);
      await again();
    });
  };
  const remove = async () => {
    if (!(await ask(words.removeQuestion(identity.displayName)))) return;
    await attempt(async () => {
      await api.deleteIdentity(id);
      toast(words.removed);
      location.hash = "#/people";
    });
  };
  const merge = () => attempt(async () => {
    const into = await mergeIntoSomebody(identity, () => { location.hash = `#/people/${id}`; });
    if (into) location.hash = `#/people/${lastPart(into.name)}`;
  });
  const pictures = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: async () => {
    for (const file of pictures.files) {
      await attempt(async () => {
        const answer = await api.enroll(file, { identity: identity.name, source: file.name });
        toast(answer.alreadyEnrolled ? words.known : words.enrolled);
      });
    }
    await again();
  } });
  return h("div", { class: "card row" },
    h("form", { class: "row", onsubmit: rename }, name, h("button", {}, words.rename)),
    h("button", { onclick: () => pictures.click() }, words.addPictures), pictures,
    h("button", { onclick: merge }, words.merge),
    h("button", { class: "danger", onclick: remove }, words.remove));
}

/** The faces, which are pressed to be given to somebody else. */
function album(identity, faces, again) {
  const pressed = new Set();
  const count = h("span", { class: "soft", role: "status" });
  const act = h("button", { onclick: () => attempt(async () => {
    if (await give(identity, [...pressed], again)) await again();
  }) }, words.give);
  const draw = () => {
    count.textContent = pressed.size ? words.pressed(pressed.size) : words.press;
    act.disabled = pressed.size === 0;
  };
  const toggle = (face, index) => h("button", { class: "toggle", type: "button", "aria-pressed": "false",
    "aria-label": words.face(index + 1, face.source ?? ""), onclick: (event) => {
      const isPressed = pressed.delete(face.name) ? false : Boolean(pressed.add(face.name));
      event.currentTarget.setAttribute("aria-pressed", String(isPressed));
      draw();
    } }, crop(face.name));
  const tile = (face, index) => {
    const remove = async () => {
      if (!(await ask(words.removeFaceQuestion))) return;
      await attempt(async () => {
        await api.deleteFace(lastPart(face.name));
        await again();
      });
    };
    return h("li", { class: "tile" }, toggle(face, index),
      h("div", { class: "text soft" },
        face.quality === undefined ? "" : `${words.quality} ${face.quality.toFixed(2)} `,
        face.source ? h("div", {}, `${words.source} ${face.source}`) : null),
      h("button", { class: "danger", "aria-label": words.removeFaceNumber(index + 1), onclick: remove }, words.removeFace));
  };
  const grid = h("ul", { class: "grid" });
  const more = h("button", { onclick: () => next() }, words.more);
  const next = () => {
    const start = grid.children.length;
    grid.append(...faces.slice(start, start + pageSize).map((face, index) => tile(face, start + index)));
    more.hidden = grid.children.length >= faces.length;
  };
  draw();
  next();
  return [h("div", { class: "row" }, act, count), grid, more];
}
