// Who may come in: the daemon's tokens, where this session may see them.
import { api } from "./api.js";
import { ask, attempt, h, lastPart, toast } from "./dom.js";
import { text } from "./strings.js";

const words = text.operation;
const scopes = ["identify", "enroll", "read", "crops", "admin"];
const wire = (scope) => `SCOPE_${scope.toUpperCase()}`;

/** A card, or nothing where the session has not the scope for it. */
export async function tokens() {
  const known = await api.tokens().catch(() => undefined);
  if (!known) return h("div", { hidden: true });
  const rows = h("tbody", {});
  const secret = h("output", { id: "secret" });
  const label = h("input", { type: "text", id: "label", maxLength: 100, placeholder: words.label, "aria-label": words.label });
  const boxes = scopes.map((scope) => h("input", { type: "checkbox", id: `scope-${scope}`, value: wire(scope) }));

  function draw(list) {
    rows.replaceChildren(...(list.length ? list.map(row) : [h("tr", {}, h("td", { colSpan: 3 }, words.noTokens))]));
  }

  function row(token) {
    const revoke = () => attempt(async () => {
      if (!(await ask(words.revokeQuestion(token.label || lastPart(token.name))))) return;
      await api.revokeToken(lastPart(token.name));
      toast(words.revoked);
      draw(await api.tokens());
    });
    return h("tr", {},
      h("td", {}, token.label || lastPart(token.name)),
      h("td", {}, (token.scopes ?? []).map((scope) => scope.replace("SCOPE_", "").toLowerCase()).join(", ")),
      h("td", {}, h("button", { class: "danger", onclick: revoke }, words.revoke)));
  }

  const create = (event) => {
    event.preventDefault();
    attempt(async () => {
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      if (!chosen.length) throw new Error(words.noScope);
      const made = await api.createToken(label.value.trim(), chosen);
      secret.replaceChildren(h("p", { class: "soft" }, words.secret), h("code", {}, made.secret));
      draw(await api.tokens());
    });
  };
  draw(known);
  return h("section", { class: "card", "aria-label": words.tokens },
    h("h2", {}, words.tokens),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, words.label), h("th", {}, words.scopes), h("th", {}, ""))), rows)),
    h("form", { class: "row", onsubmit: create }, label,
      boxes.map((box, index) => h("label", {}, box, ` ${scopes[index]}`)),
      h("button", { class: "main" }, words.create)),
    secret);
}
