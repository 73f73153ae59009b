// One person: their faces, their name, and how to be rid of either.
import { api } from "./api.js";
import { ask, attempt, h, lastPart, toast } from "./dom.js";
import { text } from "./strings.js";

const words = text.person;

export async function person(parent, id) {
  const [identity, faces] = await Promise.all([api.identity(id), api.faces(id)]);
  const again = () => {
    parent.replaceChildren();
    return attempt(() => person(parent, id));
  };
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
  const pictures = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: async () => {
    for (const file of pictures.files) {
      await attempt(async () => {
        const answer = await api.enroll(file, { identity: identity.name, source: file.name });
        toast(answer.replayed ? words.known : words.enrolled);
      });
    }
    await again();
  } });
  const tile = (face) => {
    const removeFace = async () => {
      if (!(await ask(words.removeFaceQuestion))) return;
      await attempt(async () => {
        await api.deleteFace(lastPart(face.name));
        await again();
      });
    };
    return h("li", { class: "tile" },
      h("img", { src: api.cropURL(lastPart(face.name)), alt: face.source ?? "", loading: "lazy" }),
      h("div", { class: "text soft" },
        face.quality === undefined ? "" : `${words.quality} ${face.quality.toFixed(2)} `,
        face.source ? h("div", {}, `${words.source} ${face.source}`) : null),
      h("button", { class: "danger", onclick: removeFace }, words.removeFace));
  };
  parent.append(
    h("p", {}, h("a", { href: "#/people" }, `← ${words.back}`)),
    h("h1", {}, identity.displayName),
    h("p", { class: "soft" }, `${words.number(id)}, ${text.people.faces(faces.length)}`),
    h("div", { class: "card row" },
      h("form", { class: "row", onsubmit: rename }, name, h("button", {}, words.rename)),
      h("button", { onclick: () => pictures.click() }, words.addPictures), pictures,
      h("button", { class: "danger", onclick: remove }, words.remove)),
    faces.length ? h("ul", { class: "grid" }, faces.map(tile)) : h("p", {}, words.noFaces));
}
