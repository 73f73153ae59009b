// From strict to lenient: the share of strangers that may be accepted.
import { api } from "./api.js";
import { h } from "./dom.js";
import { text } from "./strings.js";

const words = text.thresholds;
const key = "falsePositiveRate";

/** What this browser asks for; undefined for the daemon's own setting. */
export const wishedRate = () => localStorage.getItem(key) ?? undefined;

export async function thresholds(parent) {
  const { falsePositiveRate: standard } = await api.status();
  // A slider of exponents: 1 in 10,000 to 1 in 10.
  const slider = h("input", { type: "range", min: "-4", max: "-1", step: "0.1", id: "rate",
    value: String(Math.log10(Number(wishedRate() ?? standard))) });
  const expected = h("p", { class: "name", role: "status" });
  const draw = () => {
    expected.textContent = words.expected(Math.round(10_000 * 10 ** slider.value).toLocaleString());
  };
  slider.oninput = () => {
    localStorage.setItem(key, (10 ** slider.value).toPrecision(3));
    draw();
  };
  const reset = () => {
    localStorage.removeItem(key);
    slider.value = Math.log10(standard);
    draw();
  };
  parent.append(h("h1", {}, words.title),
    h("div", { class: "card" },
      h("label", { for: "rate", class: "hint" }, words.hint), slider,
      h("div", { class: "row apart" },
        h("span", {}, words.strict), h("span", {}, words.lenient)),
      expected, h("p", { class: "soft" }, words.kept),
      h("button", { onclick: reset }, words.standard)));
  draw();
}
