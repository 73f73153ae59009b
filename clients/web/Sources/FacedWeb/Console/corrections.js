// Corrections of who is who: each asks plainly, says what was done, and offers the way back.
import { api } from "./api.js";
import { ask, h, lastPart, toast, toastWithUndo } from "./dom.js";
import { pickPerson } from "./picker.js";
import { text } from "./strings.js";

const words = text.corrections;

/** Says what was done; `after` runs once it was undone. */
function tell(message, answer, after) {
  toastWithUndo(message, async () => {
    await api.undo(lastPart(answer.change.name));
    toast(words.undone);
    await after();
  });
}

/** Merges one into another; true where it was done. */
export async function merge(from, into, after) {
  if (!(await ask(words.mergeQuestion(from.displayName, into.displayName)))) return false;
  tell(words.merged(from.displayName, into.displayName), await api.merge(from.name, into.name), after);
  return true;
}

export async function mergeIntoSomebody(from, after) {
  const answer = await pickPerson({ title: words.mergeWhom(from.displayName), canBeNew: false, except: from.name });
  return answer?.identity && (await merge(from, answer.identity, after)) ? answer.identity : undefined;
}

/** Gives faces of an identity to somebody else, or to a new person; true where it was done. */
export async function give(from, faces, after, picture) {
  const answer = await pickPerson({ title: words.giveWhom(faces.length), except: from.name, picture });
  if (!answer) return false;
  if (answer.identity) {
    tell(words.moved(faces.length, answer.identity.displayName), await api.move(faces, answer.identity.name), after);
  } else {
    tell(words.split(faces.length, answer.displayName), await api.split(from.name, faces, answer.displayName), after);
  }
  return true;
}

export async function move(faces, into, after) {
  tell(words.moved(faces.length, into.displayName), await api.move(faces, into.name), after);
}

/** The last corrections, each with its way back. */
export async function history(after) {
  const changes = await api.changes(50);
  const row = (change) => h("tr", {},
    h("td", {}, new Date(change.createTime).toLocaleString()),
    h("td", {}, words.change(change.kind, change.fromDisplayName || `#${lastPart(change.from)}`,
      change.intoDisplayName || `#${lastPart(change.into)}`, Number(change.faceCount ?? 0))),
    h("td", {}, change.state === "IN_FORCE"
      ? h("button", { "aria-label": words.undoWhat(lastPart(change.name)), onclick: () => after(async () => {
          await api.undo(lastPart(change.name));
          toast(words.undone);
        }) }, text.undo)
      : words.state[change.state] ?? ""));
  return h("section", { class: "card", "aria-label": words.history }, h("h2", {}, words.history),
    changes.length
      ? h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {},
          h("th", {}, words.when), h("th", {}, words.what), h("th", {}, words.back))), h("tbody", {}, changes.map(row))))
      : h("p", { class: "soft" }, words.noHistory));
}
