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
  const note = h("div", { class: bad ? "toast bad" : "toast" }, message);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), bad ? 9000 : 4000);
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

/** Asks a plain question; true for yes. */
export function ask(question) {
  const dialog = document.getElementById("dialog");
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.close();
      resolve(answer);
    };
    dialog.replaceChildren(
      h("p", { id: "dialog-title" }, question),
      h("div", { class: "row" },
        h("button", { class: "danger", onclick: close(true) }, text.dialog.yes),
        h("button", { onclick: close(false), autofocus: true }, text.dialog.cancel)));
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}

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

export const number = (value) => Number(value ?? 0).toLocaleString();
export const lastPart = (name) => name.split("/").pop();
