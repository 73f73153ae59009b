// The gallery: everybody, a page at a time.
import { api } from "./api.js";
import { cover } from "./crops.js";
import { h, lastPart, number } from "./dom.js";
import { text } from "./strings.js";

const words = text.people;
const pageSize = 60;

export async function people(parent) {
  const order = new Intl.Collator(undefined, { numeric: true });
  const all = (await api.identities()).sort((a, b) => order.compare(a.displayName, b.displayName));
  const grid = h("ul", { class: "grid" });
  const place = h("p", { class: "soft", role: "status" });
  let page = 0;
  let shown = all;
  const turn = (step) => () => {
    page += step;
    draw();
  };
  const previous = h("button", { onclick: turn(-1) }, words.previous);
  const next = h("button", { onclick: turn(1) }, words.next);
  const search = h("input", { type: "search", "aria-label": words.search, placeholder: words.search, oninput: () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    shown = all.filter((identity) => identity.displayName.toLocaleLowerCase().includes(wanted));
    page = 0;
    draw();
  } });
  function draw() {
    const pages = Math.max(1, Math.ceil(shown.length / pageSize));
    page = Math.min(Math.max(page, 0), pages - 1);
    grid.replaceChildren(...shown.slice(page * pageSize, (page + 1) * pageSize).map(tile));
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
    place.textContent = !all.length ? words.empty : !shown.length ? words.none
      : `${words.count(number(shown.length))}. ${words.page(page + 1, pages)}`;
  }

  parent.append(h("h1", {}, words.title), h("div", { class: "row" }, search, previous, next), place, grid);
  draw();
}

function tile(identity) {
  const id = lastPart(identity.name);
  return h("li", { class: "tile" },
    h("a", { href: `#/people/${id}` },
      cover(identity.name),
      h("div", { class: "text" },
        h("div", { class: "name" }, identity.displayName),
        h("div", { class: "soft" }, words.faces(Number(identity.faceCount ?? 0))))));
}
