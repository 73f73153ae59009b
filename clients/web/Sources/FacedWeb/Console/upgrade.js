// Models, and the move from one to another.
import { api } from "./api.js";
import { crop, cover } from "./crops.js";
import { ask, attempt, h, lastPart, number, percent, redraw, toast } from "./dom.js";
import { text } from "./strings.js";

const words = text.upgrade;
const short = (model) => lastPart(model ?? "").slice(0, 12);
const stateOf = (job) => (job.state ?? "").replace("STATE_", "");

export async function upgrade(parent) {
  const models = h("div", { class: "card scroll" });
  const jobs = h("div", { class: "card" });
  const compared = h("div", {});
  parent.append(h("h1", {}, words.title), models, jobs, compared);
  let [drawn, cards] = ["", []];
  const refresh = async () => {
    const [known, all] = await Promise.all([api.models(), api.jobs()]);
    const moves = all.slice(0, 10);
    // What only moves on is changed in its place, so that nobody's button goes away under the pointer.
    const now = JSON.stringify([known, moves.map((job) => [job.name, job.state, job.message, job.comparedFaces])]);
    if (now === drawn) return cards.forEach((card, index) => card.show(moves[index]));
    drawn = now;
    const isBusy = moves.some((job) => ["RUNNING", "PAUSED", "AWAITING_DECISION"].includes(stateOf(job)));
    redraw(models, h("h2", {}, words.models), modelTable(known, isBusy, refresh), h("p", { class: "hint" }, words.hint));
    cards = moves.map((job) => jobCard(job, refresh, compared));
    redraw(jobs, h("h2", {}, words.jobs),
      ...(cards.length ? cards.map((card) => card.element) : [h("p", {}, words.none)]));
  };
  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 1000);
  return () => clearInterval(timer);
}

function modelTable(known, isBusy, refresh) {
  const askFirst = h("input", { type: "checkbox", id: "ask-first", checked: true, "data-key": "ask-first" });
  const names = Object.fromEntries(known.map((model) => [model.name, model.label || short(model.name)]));
  const row = (model) => {
    const start = () => attempt(async () => {
      if (!(await ask(words.question(names[model.name])))) return;
      await api.startReindex(model.name, askFirst.checked);
      toast(words.started);
      await refresh();
    });
    const back = () => attempt(async () => {
      if (!(await ask(words.backQuestion(names[model.name])))) return;
      await api.rollBack();
      toast(words.started);
      await refresh();
    });
    return h("tr", {},
      h("td", {}, names[model.name], h("div", { class: "soft" }, short(model.name))),
      h("td", {}, model.architecture ?? "", h("div", { class: "soft" }, words.sizes(model.inputSize ?? 0, model.embeddingSize ?? 0)),
        model.problem ? h("div", { class: "name unknown" }, model.problem) : null,
        model.compatibleWith ? h("div", { class: "soft" }, words.compatible(names[model.compatibleWith] ?? short(model.compatibleWith))) : null),
      h("td", {}, new Date(model.addTime).toLocaleDateString()),
      h("td", {}, model.active ? words.active
        : h("button", { onclick: start, disabled: isBusy, "data-key": `use ${model.name}` }, words.use),
        model.vectorsKeptUntil && !model.active
          ? [h("button", { onclick: back, disabled: isBusy, "data-key": `back ${model.name}` }, words.back),
            h("div", { class: "soft" }, words.keptUntil(new Date(model.vectorsKeptUntil).toLocaleDateString()))] : null));
  };
  return h("div", {}, h("table", {},
    h("thead", {}, h("tr", {}, [words.model, words.network, words.added, words.state.title].map((name) => h("th", {}, name)))),
    h("tbody", {}, known.map(row))), h("label", {}, askFirst, ` ${words.askFirst}`));
}

function jobCard(job, refresh, compared) {
  const state = stateOf(job);
  const said = h("span", {});
  const progress = h("progress", { "aria-label": words.progress });
  const show = (now) => {
    const [done, total] = [Number(now.doneFaces ?? 0), Number(now.totalFaces ?? 0)];
    const rate = state === "RUNNING" && now.facesPerSecond ? words.speed(number(Math.round(now.facesPerSecond)), Math.ceil(now.remainingSeconds ?? 0)) : "";
    said.textContent = `: ${words.state[state] ?? state.toLowerCase()}, ${words.faces(number(done), number(total))}. ${rate}`;
    [progress.max, progress.value] = [Math.max(total, 1), done];
  };
  show(job);
  const act = (label, action, style) => h("button", { class: style, "data-key": `${label} ${job.name}`, onclick: () => attempt(async () => {
    await action(lastPart(job.name));
    await refresh();
  }) }, label);
  const isOpen = ["RUNNING", "PAUSED", "AWAITING_DECISION"].includes(state);
  const element = h("section", { class: "job", "aria-label": words.move(short(job.fromModel), short(job.toModel)) },
    h("p", {}, h("span", { class: "name" }, words.move(short(job.fromModel), short(job.toModel))), said),
    isOpen ? progress : null,
    job.comparedFaces ? h("p", {}, words.agreement(percent(Number(job.agreeingFaces ?? 0) / Number(job.comparedFaces)),
      number(job.agreeingFaces), number(job.comparedFaces))) : null,
    Number(job.skippedFaces ?? 0) ? h("p", { class: "name unknown" }, words.skipped(number(job.skippedFaces))) : null,
    job.message ? h("p", { class: "soft" }, job.message) : null,
    h("div", { class: "row" },
      state === "RUNNING" ? act(words.pause, api.pauseReindex) : null,
      state === "PAUSED" ? act(words.resume, api.resumeReindex) : null,
      state === "AWAITING_DECISION" ? act(words.switchNow, api.resumeReindex, "main") : null,
      state === "AWAITING_DECISION" ? act(words.compare, async (id) => compared.replaceChildren(comparison(await api.comparison(id)))) : null,
      isOpen ? act(words.cancel, api.cancelReindex, "danger") : null));
  return { element, show };
}

/** What the switch would change: each face between whom it is nearest to before and after. */
function comparison(answer) {
  const changed = answer.changed ?? [];
  const figures = [answer.before, answer.after].filter(Boolean).map((side) => h("tr", {},
    h("td", {}, short(side.model)),
    h("td", {}, (side.own?.median ?? 0).toFixed(3)), h("td", {}, side.nearestOther ? (side.nearestOther.median ?? 0).toFixed(3) : ""),
    h("td", {}, number(side.ownWithinThreshold)), h("td", {}, number(side.othersWithinThreshold))));
  const item = (one) => h("li", { class: "finding" }, h("div", { class: "pair" },
    figure(crop(one.face), `${words.face} ${one.displayName}`), nearest(one.before, words.before), nearest(one.after, words.after)));
  return h("section", { class: "card", "aria-label": words.comparison }, h("h2", {}, words.comparison),
    h("p", {}, words.agreement(percent(Number(answer.agreeingFaces ?? 0) / Math.max(1, Number(answer.comparedFaces ?? 0))),
      number(answer.agreeingFaces), number(answer.comparedFaces))),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, [words.model, words.own, words.other, words.ownWithin, words.othersWithin].map((name) => h("th", {}, name)))),
      h("tbody", {}, figures))),
    changed.length ? h("ul", { class: "work" }, changed.slice(0, 100).map(item)) : h("p", { class: "soft" }, words.noneChanged));
}

const figure = (picture, caption) => h("figure", {}, picture, h("figcaption", {}, caption));

/** Whom a face is nearest to; nobody where there is nobody. */
const nearest = (one, caption) => (one
  ? figure(cover(one.identity), `${caption} ${one.displayName} (${(one.distance ?? 0).toFixed(3)})`) : figure("", caption));
