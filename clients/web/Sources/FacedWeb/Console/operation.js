// How the daemon does, and how the last hour went.
import { api, signOut } from "./api.js";
import { attempt, h, lastPart, number, percent } from "./dom.js";
import { bars } from "./charts.js";
import { tokens } from "./tokens.js";
import { text } from "./strings.js";

const words = text.operation;

export async function operation(parent) {
  const facts = h("dl", { class: "facts" });
  const hour = h("section", { class: "card", "aria-label": words.hour });
  const leave = () => attempt(async () => {
    await signOut();
    location.reload();
  });
  const refresh = async () => {
    const [status, past] = await Promise.all([api.status(), api.lastHour()]);
    facts.replaceChildren(...rows(status).map(([name, value, style]) =>
      h("div", {}, h("dt", {}, name), h("dd", { class: style }, value))));
    hour.replaceChildren(h("h2", {}, words.hour), ...lastHour(past));
  };
  await refresh();
  parent.append(h("h1", {}, words.title), h("div", { class: "card" }, facts), h("p", { class: "soft" }, words.refresh),
    hour, await diagnosis(), await tokens(), h("button", { onclick: leave }, words.signOut));
  const timer = setInterval(() => refresh().catch(() => {}), 5000);
  return () => clearInterval(timer);
}

function rows(status) {
  const calls = status.calls ?? {};
  const failure = calls.lastFailure;
  const isServing = status.state === "STATE_SERVING";
  const damages = Number(status.scrub?.damageCount ?? 0);
  return [
    [words.state, isServing ? words.serving : words.readOnly(status.writeRefusal ?? ""), isServing ? "known" : "unknown"],
    [words.lastMinute, calls.count ? words.calls(number(calls.count), time(calls.medianMilliseconds), time(calls.p99Milliseconds)) : words.noCalls],
    [words.queue, words.waiting(status.waiting ?? 0, status.waitingLimit ?? 0, status.workers ?? 0)],
    [words.lastError, failure ? `${failure.reason}, ${new Date(failure.time).toLocaleString()}` : words.noError, failure ? "unknown" : undefined],
    [words.store, words.disk(bytes(Number(status.storeBytes ?? 0)), bytes(Number(status.diskFreeBytes ?? 0)))],
    [words.data, damages ? words.damaged(number(damages)) : status.scrub?.lastEndTime ? words.sound : words.unread, damages ? "unknown" : undefined],
    [words.galleries, number(status.galleryCount)], [words.identities, number(status.identityCount)],
    [words.faces, number(status.faceCount)], [words.rate, percent(status.falsePositiveRate)],
    [words.model, lastPart(status.activeModel ?? "").slice(0, 12)],
    [words.version, status.version], [words.since, new Date(status.startTime).toLocaleString()],
    [words.largest, `${bytes(Number(status.maxPhotoBytes))}, ${number(Number(status.maxPhotoPixels) / 1e6)} MP`],
    [words.kernels, status.kernels],
  ];
}

function lastHour(past) {
  const minutes = (past.minutes ?? []).map((minute) => ({ number: Math.floor(Date.parse(minute.startTime) / 60000),
    calls: Number(minute.calls ?? 0), failures: Number(minute.failures ?? 0) }));
  if (!minutes.length) return [h("p", { class: "soft" }, words.noCalls)];
  const [calls, failures] = ["calls", "failures"].map((name) => minutes.reduce((sum, minute) => sum + minute[name], 0));
  const now = Math.max(Math.floor(Date.now() / 60000), minutes.at(-1).number);
  const stage = (one) => h("tr", {}, h("td", {}, words.stages[one.stage] ?? one.stage), h("td", {}, number(one.count)),
    h("td", {}, time(one.medianMilliseconds)), h("td", {}, time(one.p99Milliseconds)));
  return [
    h("p", {}, words.hourCalls(number(calls), number(failures))),
    h("div", { class: "chart" }, bars(minutes, now, words.chart)),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, [words.stage, words.count, words.median, words.p99].map((name) => h("th", {}, name)))),
      h("tbody", {}, (past.stages ?? []).map(stage)))),
    past.reasons?.length ? h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, words.refused), h("th", {}, words.count))),
      h("tbody", {}, past.reasons.map((one) => h("tr", {}, h("td", {}, one.reason), h("td", {}, number(one.count))))))) : null,
  ].filter(Boolean);
}

/** What is wrong and what to do; nothing where the session may not ask. */
async function diagnosis() {
  const findings = await api.diagnosis().catch(() => undefined);
  if (!findings) return h("div", { hidden: true });
  const wrong = findings.filter((finding) => finding.weight !== "WEIGHT_FINE");
  return h("section", { class: "card", "aria-label": words.diagnosis }, h("h2", {}, words.diagnosis),
    wrong.length
      ? h("ul", {}, wrong.map((finding) => h("li", {}, h("span", { class: "name unknown" }, `${finding.subject}: `),
          finding.message, finding.advice ? h("div", { class: "soft" }, finding.advice) : null)))
      : h("p", { class: "soft" }, words.well(findings.length)));
}

const time = (milliseconds) => {
  const value = milliseconds ?? 0;
  return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ms`;
};

function bytes(count) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) {
    count /= 1024;
    unit += 1;
  }
  return `${count.toFixed(unit ? 1 : 0)} ${units[unit]}`;
}
