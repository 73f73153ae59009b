// How the daemon does.
import { api, signOut } from "./api.js";
import { attempt, h, lastPart, number } from "./dom.js";
import { tokens } from "./tokens.js";
import { text } from "./strings.js";

const words = text.operation;

export async function operation(parent) {
  const facts = h("dl", { class: "facts" });
  const leave = () => attempt(async () => {
    await signOut();
    location.reload();
  });
  parent.append(h("h1", {}, words.title), h("div", { class: "card" }, facts), h("p", { class: "soft" }, words.refresh),
    await tokens(), h("button", { onclick: leave }, words.signOut));
  const refresh = async () => {
    const status = await api.status();
    const rows = [
      [words.version, status.version], [words.since, new Date(status.startTime).toLocaleString()],
      [words.model, lastPart(status.activeModel ?? "").slice(0, 12)], [words.galleries, number(status.galleryCount)],
      [words.identities, number(status.identityCount)], [words.faces, number(status.faceCount)],
      [words.store, bytes(Number(status.storeBytes ?? 0))], [words.rate, `${100 * status.falsePositiveRate} %`],
      [words.largest, `${bytes(Number(status.maxPhotoBytes))}, ${number(Number(status.maxPhotoPixels) / 1e6)} MP`],
      [words.kernels, status.kernels],
    ];
    facts.replaceChildren(...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  };
  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 5000);
  return () => clearInterval(timer);
}

function bytes(count) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) {
    count /= 1024;
    unit += 1;
  }
  return `${count.toFixed(unit ? 1 : 0)} ${units[unit]}`;
}
