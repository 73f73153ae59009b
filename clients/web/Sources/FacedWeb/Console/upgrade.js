// Models, and the move from one to another.
import { api } from "./api.js";
import { ask, attempt, h, lastPart, number, toast } from "./dom.js";
import { text } from "./strings.js";

const words = text.upgrade;

export async function upgrade(parent) {
  const models = h("div", { class: "card scroll" });
  const jobs = h("div", { class: "card" });
  parent.append(h("h1", {}, words.title), models, jobs);
  const refresh = async () => {
    const [known, moves] = await Promise.all([api.models(), api.jobs()]);
    const isRunning = moves.some((job) => job.state === "STATE_RUNNING");
    models.replaceChildren(h("h2", {}, words.models), h("table", {}, known.map((m) => modelRow(m, isRunning, refresh))),
      h("p", { class: "hint" }, words.hint));
    jobs.replaceChildren(h("h2", {}, words.jobs),
      ...(moves.length ? moves.slice(0, 10).map((job) => jobCard(job, refresh)) : [h("p", {}, words.none)]));
  };
  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 1000);
  return () => clearInterval(timer);
}

function modelRow(model, isRunning, refresh) {
  const start = async () => {
    if (!(await ask(words.question))) return;
    await attempt(async () => {
      await api.startReindex(model.name);
      toast(words.started);
      await refresh();
    });
  };
  return h("tr", {},
    h("td", {}, model.label || model.architecture), h("td", {}, lastPart(model.name).slice(0, 12)),
    h("td", {}, model.active ? words.active : h("button", { onclick: start, disabled: isRunning }, words.use)));
}

function jobCard(job, refresh) {
  const state = (job.state ?? "").replace("STATE_", "");
  const [done, total] = [Number(job.doneFaces ?? 0), Number(job.totalFaces ?? 0)];
  const cancel = () => attempt(async () => {
    await api.cancelReindex(lastPart(job.name));
    await refresh();
  });
  return h("section", {},
    h("p", {}, `${lastPart(job.toModel).slice(0, 12)}: ${words.state[state] ?? state.toLowerCase()}, ${words.faces(number(done), number(total))}`),
    state === "RUNNING"
      ? [h("progress", { max: Math.max(total, 1), value: done }), h("button", { onclick: cancel }, words.cancel)] : null,
    job.message ? h("p", { class: "soft" }, job.message) : null);
}
