// From strict to lenient: what each setting would mean in this gallery, by its own faces.
import { api } from "./api.js";
import { ask, attempt, h, number, percent, toast } from "./dom.js";
import { curve } from "./charts.js";
import { text } from "./strings.js";

const words = text.thresholds;
const key = "falsePositiveRate";

/** What this browser asks for; undefined for the daemon's own setting. */
export const wishedRate = () => localStorage.getItem(key) ?? undefined;

export async function thresholds(parent) {
  // Of thousands of people this takes a while.
  const state = h("p", { class: "soft", role: "status" }, words.measuring);
  parent.append(h("h1", {}, words.title), state);
  const [{ falsePositiveRate: standard }, answer] = await Promise.all([api.status(), api.thresholds()]);
  const estimates = answer.estimates ?? [];
  const indexOf = (rate) => estimates.reduce((best, one, index) =>
    Math.abs(Math.log(one.falsePositiveRate / rate)) < Math.abs(Math.log(estimates[best].falsePositiveRate / rate)) ? index : best, 0);
  const slider = h("input", { type: "range", min: "0", max: String(estimates.length - 1), step: "1", id: "rate",
    value: String(indexOf(Number(wishedRate() ?? standard))) });
  const facts = h("dl", { class: "facts" });
  const chart = h("div", { class: "chart" });
  const draw = () => {
    const one = estimates[Number(slider.value)];
    const expected = words.expected(number(Math.round(10_000 * one.expectedFalsePositiveRate)));
    slider.setAttribute("aria-valuetext", expected);
    facts.replaceChildren(...[
      [words.strangers, expected],
      [words.missed, one.knownMissed === undefined ? words.nobodyTwice
        : words.missedOf(percent(one.knownMissed), number(answer.knownIdentityCount))],
      [words.own, one.strangersAccepted === undefined ? words.nobodyElse : words.ownOf(percent(one.strangersAccepted))],
      [words.distance, (one.threshold ?? 0).toFixed(3)],
    ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
    chart.replaceChildren(...curve(estimates, Number(slider.value), words));
  };
  slider.oninput = () => {
    localStorage.setItem(key, estimates[Number(slider.value)].falsePositiveRate.toPrecision(3));
    draw();
  };
  const reset = () => {
    localStorage.removeItem(key);
    slider.value = String(indexOf(standard));
    draw();
  };
  state.remove();
  parent.append(
    h("div", { class: "card" },
      h("label", { for: "rate", class: "hint" }, words.hint), slider,
      h("div", { class: "row apart" },
        h("span", {}, words.strict), h("span", {}, words.lenient)),
      h("div", { role: "status" }, facts), chart, h("p", { class: "soft" }, words.kept),
      h("button", { onclick: reset }, words.standard)),
    calibration(parent, answer));
  draw();
}

/** What the thresholds rest on, and how to let the gallery say it itself. */
function calibration(parent, answer) {
  const isOwn = answer.source === "CALIBRATION_SOURCE_GALLERY";
  const again = async () => {
    parent.replaceChildren();
    await thresholds(parent);
  };
  const calibrate = () => attempt(async () => {
    const made = await api.calibrate();
    toast(words.calibrated((made.modelThreshold ?? 0).toFixed(3), (made.threshold ?? 0).toFixed(3)));
    await again();
  });
  const drop = () => attempt(async () => {
    if (!(await ask(words.dropQuestion))) return;
    await api.dropCalibration();
    await again();
  });
  return h("section", { class: "card", "aria-label": words.calibration },
    h("h2", {}, words.calibration),
    h("p", {}, words.measuredOn(isOwn, answer.measuredOn ?? "")),
    h("p", { class: "soft" }, words.faces(number(answer.identityCount), number(answer.faceCount), percent(answer.lowestSupportedRate ?? 0))),
    h("div", { class: "row" }, h("button", { onclick: calibrate }, words.calibrate),
      isOwn ? h("button", { onclick: drop }, words.drop) : null));
}
