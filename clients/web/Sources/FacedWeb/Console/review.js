// The work list: what somebody should look at in the gallery, and what was corrected.
import { api } from "./api.js";
import { ask, attempt, h, lastPart, number, percent, toast } from "./dom.js";
import { crop, cover } from "./crops.js";
import { give, history, merge, move } from "./corrections.js";
import { text } from "./strings.js";

const words = text.review;
const pageSize = 20;
const kinds = ["DUPLICATE", "MISLABELLED", "OUTLIER", "POOR_FACES", "FEW_FACES"];

export async function review(parent) {
  const state = h("p", { class: "soft", role: "status" }, words.looking);
  const list = h("div", {});
  const changes = h("div", {});
  const drawChanges = () => attempt(async () => changes.replaceChildren(await history(async (undo) => {
    await attempt(undo);
    await look();
  })));
  const look = async () => {
    state.textContent = words.looking;
    const findings = await attempt(() => api.check());
    if (!findings) return;
    list.replaceChildren(...kinds.map((kind) => section(kind, findings.filter((one) => one.kind === kind), look)).filter(Boolean));
    state.textContent = findings.length ? words.found(number(findings.length)) : words.nothing;
    await drawChanges();
  };
  parent.append(h("h1", {}, words.title),
    h("div", { class: "row" }, h("button", { onclick: look }, words.again), state), list, changes);
  await look();
}

/** The findings of one kind, some at a time. */
function section(kind, findings, look) {
  if (!findings.length) return undefined;
  const items = h("ul", { class: "work" });
  const more = h("button", { onclick: () => next() }, words.more);
  const next = () => {
    const start = items.children.length;
    items.append(...findings.slice(start, start + pageSize).map((finding) => item(kind, finding, look)));
    more.hidden = items.children.length >= findings.length;
  };
  next();
  return h("section", { class: "card", "aria-label": words.kinds[kind] },
    h("h2", {}, `${words.kinds[kind]} (${number(findings.length)})`),
    h("p", { class: "hint" }, words.hints[kind]), items, more);
}

function item(kind, finding, look) {
  // What was dealt with is asked about again: one correction may settle other findings too.
  const act = (action) => () => attempt(async () => {
    if ((await action()) !== false) await look();
  });
  const { identity, other } = finding;
  const near = finding.distance === undefined ? "" : words.distance(finding.distance.toFixed(3), (finding.threshold ?? 0).toFixed(3));
  const button = (label, action, style) => h("button", { class: style, onclick: act(action) }, label);
  if (kind === "DUPLICATE") {
    // Whoever has fewer faces is merged into the other.
    const count = (one) => Number(one.faceCount ?? 0);
    const [from, into] = count(identity) < count(other) ? [identity, other] : [other, identity];
    return h("li", { class: "finding" }, pair(portrait(identity), portrait(other, finding.face)), h("p", { class: "soft" }, near),
      h("div", { class: "row" },
        button(words.merge(from.displayName, into.displayName), () => merge(from, into, look), "main"),
        button(words.apart, async () => {
          if (!(await ask(words.apartQuestion(identity.displayName, other.displayName)))) return false;
          await api.keepApart(identity.name, other.name);
          toast(words.keptApart);
        })));
  }
  if (kind === "MISLABELLED") {
    return h("li", { class: "finding" }, pair(portrait(identity, finding.face), portrait(other)), h("p", { class: "soft" }, near),
      h("div", { class: "row" },
        button(words.move(other.displayName), () => move([finding.face], other, look), "main"),
        button(words.give, () => give(identity, [finding.face], look, api.cropURL(finding.face))),
        removal(finding, act)));
  }
  if (kind === "OUTLIER") {
    return h("li", { class: "finding" }, pair(portrait(identity, finding.face), portrait(identity, undefined, finding.face)),
      h("p", { class: "soft" }, finding.ownDistance === undefined ? ""
        : words.distance(finding.ownDistance.toFixed(3), (finding.threshold ?? 0).toFixed(3))),
      h("div", { class: "row" },
        button(words.give, () => give(identity, [finding.face], look, api.cropURL(finding.face))),
        removal(finding, act)));
  }
  return h("li", { class: "finding" }, pair(portrait(identity)),
    h("p", { class: "soft" }, kind === "POOR_FACES" ? words.best(percent(finding.quality ?? 0))
      : text.people.faces(Number(identity.faceCount ?? 0))),
    h("a", { class: "button", href: `#/people/${lastPart(identity.name)}` }, words.open));
}

function removal(finding, act) {
  return h("button", { class: "danger", onclick: act(async () => {
    if (!(await ask(text.person.removeFaceQuestion))) return false;
    await api.deleteFace(lastPart(finding.face));
  }) }, words.remove);
}

const pair = (...portraits) => h("div", { class: "pair" }, portraits);

/** Somebody's picture, the face that is meant or their first but one, with the name under it. */
function portrait(identity, face, except) {
  const id = lastPart(identity.name);
  return h("figure", {}, face ? crop(face) : cover(identity.name, except), h("figcaption", {}, h("a", { href: `#/people/${id}` }, identity.displayName)));
}
