// Small helpers around the page: elements, messages, questions.
import { text } from "./strings.js";

/** An element; text is always text, never HTML. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export function toast(message, bad = false) {
  show(h("div", { class: bad ? "toast bad" : "toast" }, message), bad ? 9000 : 4000);
}

/** A message with a way back; the work list has it too once this is gone. */
export function toastWithUndo(message, undo) {
  const note = h("div", { class: "toast row" }, h("span", {}, message),
    h("button", { onclick: () => {
      note.remove();
      attempt(undo);
    } }, text.undo));
  show(note, 15000);
}

function show(note, milliseconds) {
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), milliseconds);
}

/** Runs an action of the user's and says what went wrong. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(text.failed + error.message, true);
    return undefined;
  }
}

/** Shows a dialog until `build`'s parts close it with an answer, or somebody leaves it with Escape: undefined. */
export function converse(build) {
  const dialog = document.getElementById("dialog");
  return new Promise((resolve) => {
    const close = (answer) => {
      dialog.close();
      resolve(answer);
    };
    dialog.replaceChildren(...build(close));
    dialog.oncancel = () => resolve(undefined);
    dialog.showModal();
  });
}

/** Asks a plain question; true for yes. */
export const ask = (question) => converse((close) => [
  h("p", { id: "dialog-title" }, question),
  h("div", { class: "row" },
    h("button", { class: "danger", onclick: () => close(true) }, text.dialog.yes),
    h("button", { onclick: () => close(false), autofocus: true }, text.dialog.cancel)),
]);

/** A card that takes dropped things: `take` gets the event's dataTransfer. */
export function dropZone(take, ...children) {
  const zone = h("div", {
    class: "drop card",
    ondragover: (event) => {
      event.preventDefault();
      zone.classList.add("over");
    },
    ondragleave: () => zone.classList.remove("over"),
    ondrop: (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      take(event.dataTransfer);
    } }, ...children);
  return zone;
}

/** Draws anew, and keeps the focus on what has the same `data-key`. */
export function redraw(parent, ...children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...children);
  if (key) [...parent.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key)?.focus();
}

export const number = (value) => Number(value ?? 0).toLocaleString();
export const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;
export const lastPart = (name) => name.split("/").pop();
