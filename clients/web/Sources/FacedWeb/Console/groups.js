// A folder of pictures: its faces grouped by person, and named by clicking.
import { api } from "./api.js";
import { attempt, dropZone, h, number, toast } from "./dom.js";
import { text } from "./strings.js";
import { cut } from "./who.js";

const words = text.groups;

export async function groups(parent) {
  const urls = [];
  const state = h("p", { class: "soft", role: "status" });
  const results = h("div", {});
  const run = (files) => attempt(() => group(files.filter((file) => /^image\//.test(file.type)), state, results, urls));
  const chooser = (id, folder) => h("input", { type: "file", accept: "image/*", multiple: true, id, hidden: true,
    webkitdirectory: folder, onchange: (event) => {
      const files = [...event.target.files];
      // So that the same files can be chosen again.
      event.target.value = "";
      run(files);
    } });
  const [files, folder] = [chooser("group-files", false), chooser("group-folder", true)];
  const take = (dropped) => {
    const entries = [...dropped.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    attempt(async () => run((await Promise.all(entries.map(walk))).flat()));
  };
  const drop = dropZone(take,
    h("p", {}, words.hint),
    h("div", { class: "row center" },
      h("button", { class: "main", onclick: () => folder.click() }, words.chooseFolder),
      h("button", { onclick: () => files.click() }, words.choose), folder, files));
  parent.append(h("h1", {}, words.title), drop, state, results);
  return () => urls.forEach((url) => URL.revokeObjectURL(url));
}

/** The files of a dropped folder, however deep. */
async function walk(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return (await Promise.all(found.map(walk))).flat();
    found.push(...some);
  }
}

async function group(files, state, results, urls) {
  const faces = [];
  let [done, left, model] = [0, 0, ""];
  const waiting = [...files];
  const next = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      try {
        const answer = await api.embed(file);
        model = answer.model;
        faces.push(...(await crops(file, answer.faces ?? [], urls)));
      } catch {
        left += 1;
      }
      done += 1;
      state.textContent = words.progress(number(done), number(files.length));
    }
  };
  await Promise.all([next(), next()]);
  const rest = left ? ` ${words.left(number(left))}` : "";
  results.replaceChildren();
  if (!faces.length) {
    state.textContent = words.none + rest;
    return;
  }
  state.textContent = words.grouping;
  const members = new Map();
  for (const part of await api.cluster(model, faces.map((face) => face.values))) {
    const index = part.group ?? 0;
    members.set(index, [...(members.get(index) ?? []), ...(part.members ?? []).map((member) => faces[Number(member)])]);
  }
  const named = [...members.keys()].filter((index) => index > 0);
  results.replaceChildren(...named.map((index) => card(words.group(index, members.get(index).length), members.get(index), true)));
  if (members.has(0)) results.append(card(words.alone(members.get(0).length), members.get(0), false));
  state.textContent = words.found(number(faces.length), number(named.length)) + rest;
}

/** Each face cut out of its picture, which is then let go. */
async function crops(file, found, urls) {
  const source = URL.createObjectURL(file);
  const picture = h("img", { src: source, alt: file.name });
  try {
    await picture.decode();
    return await Promise.all(found.map(async (face) => {
      const blob = await cut(picture, face.box);
      const url = URL.createObjectURL(blob);
      urls.push(url);
      return { blob, url, file: file.name, values: face.vector.values };
    }));
  } finally {
    URL.revokeObjectURL(source);
  }
}

function card(title, faces, pressed) {
  const toggles = faces.map((face, index) => h("button", { class: "toggle", type: "button", "aria-pressed": String(pressed),
    "aria-label": words.face(index + 1, face.file), title: face.file, onclick: (event) => {
      const toggle = event.currentTarget;
      toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
    } }, h("img", { src: face.url, alt: "" })));
  const name = h("input", { type: "text", required: true, maxLength: 200, placeholder: words.name, "aria-label": words.name });
  const submit = (event) => {
    event.preventDefault();
    attempt(() => enroll(name.value.trim(), faces, toggles));
  };
  return h("section", { class: "card group", "aria-label": title },
    h("h2", {}, title), h("p", { class: "soft" }, words.toggle),
    h("ul", { class: "grid small" }, toggles.map((toggle) => h("li", {}, toggle))),
    h("form", { class: "row", onsubmit: submit }, name, h("button", { class: "main" }, words.add)));
}

/** One face after the other; each that is enrolled leaves the card. */
async function enroll(displayName, faces, toggles) {
  const chosen = toggles.map((toggle, index) => ({ toggle, face: faces[index] }))
    .filter(({ toggle }) => toggle.isConnected && toggle.getAttribute("aria-pressed") === "true");
  if (!chosen.length) throw new Error(words.nothing);
  let [added, refused] = [0, 0];
  for (const { toggle, face } of chosen) {
    try {
      await api.enroll(face.blob, { displayName, selection: "FACE_SELECTION_LARGEST", source: face.file });
      toggle.parentElement.remove();
      added += 1;
    } catch {
      refused += 1;
    }
  }
  toast(words.added(displayName, added) + (refused ? ` ${words.refused(refused)}` : ""), refused > 0);
}
