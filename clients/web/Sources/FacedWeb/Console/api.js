// The server's /v1, with the session's CSRF token on every change.
let csrf = null;
let gallery = localStorage.getItem("gallery") ?? "default";

export const currentGallery = () => gallery;
export function chooseGallery(name) {
  gallery = name;
  localStorage.setItem("gallery", name);
}

export class Failure extends Error {
  constructor(status, error) {
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.reason = error?.reason ?? "";
  }
}

async function send(method, path, body, type) {
  const headers = {};
  if (csrf) headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  const isData = body instanceof Blob;
  const response = await fetch(path, {
    method, headers, body: body === undefined || isData ? body : JSON.stringify(body), credentials: "same-origin",
  });
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(response.status, answer.error);
  return answer;
}

/** Whether this browser may ask; signs in by itself where the daemon wants no token. */
export async function begin() {
  const state = await send("GET", "/session");
  if (state.signedIn) csrf = state.csrf;
  else if (!state.wantsToken) csrf = (await send("POST", "/session", {})).csrf;
  return csrf !== null;
}

export async function signIn(token) {
  csrf = (await send("POST", "/session", { token })).csrf;
}

export async function signOut() {
  await send("DELETE", "/session");
  csrf = null;
}

const here = () => `/v1/galleries/${encodeURIComponent(gallery)}`;
const query = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined));

export const api = {
  status: () => send("GET", "/v1/status"),
  galleries: () => everyPage("/v1/galleries", "galleries"),
  identify: (photo, fields = {}) => send("POST", `${here()}/identify?${query(fields)}`, photo, "application/octet-stream"),
  enroll: (photo, fields) => send("POST", `${here()}/enroll?${query(fields)}`, photo, "application/octet-stream"),
  identities: () => everyPage(`${here()}/identities`, "identities"),
  identity: (number) => send("GET", `${here()}/identities/${number}`),
  rename: (number, displayName) => send("PATCH", `${here()}/identities/${number}`, { displayName }),
  deleteIdentity: (number) => send("DELETE", `${here()}/identities/${number}`),
  faces: (number) => everyPage(`${here()}/identities/${number}/faces`, "faces"),
  /** The first faces of somebody, by resource name. */
  firstFaces: (identity, count) => send("GET", `/v1/${identity}/faces?pageSize=${count}`).then((page) => page.faces ?? []),
  deleteFace: (number) => send("DELETE", `${here()}/faces/${number}`),
  cropURL: (face) => `/v1/${face}/crop`,
  embed: (photo) => send("POST", "/v1/embed", photo, "application/octet-stream"),
  cluster: (model, vectors) =>
    send("POST", "/v1/cluster", { model, vectors: vectors.map((values) => ({ values })) }).then((answer) => answer.groups ?? []),
  tokens: () => send("GET", "/v1/tokens").then((answer) => answer.tokens ?? []),
  createToken: (label, scopes) => send("POST", "/v1/tokens", { label, scopes }),
  revokeToken: (id) => send("DELETE", `/v1/tokens/${id}`),
  models: () => send("GET", "/v1/models").then((answer) => answer.models ?? []),
  merge: (from, into) => send("POST", "/v1/merge", { from: { name: from }, into: { name: into } }),
  move: (faces, into) => send("POST", "/v1/move", { faces, into: { name: into } }),
  split: (from, faces, displayName) => send("POST", "/v1/split", { from: { name: from }, faces, displayName }),
  changes: (pageSize) => send("GET", `${here()}/changes?pageSize=${pageSize}`).then((page) => page.changes ?? []),
  undo: (change) => send("POST", `${here()}/changes/${change}/undo`, {}),
  createIdentity: (displayName) => send("POST", `${here()}/identities`, { displayName }),
  check: () => send("POST", `${here()}/check`, {}).then((answer) => answer.findings ?? []),
  keepApart: (first, second) => send("POST", "/v1/apart", { first: { name: first }, second: { name: second } }),
  thresholds: () => send("POST", `${here()}/thresholds`, {}),
  calibrate: () => send("POST", `${here()}/calibration`, {}),
  dropCalibration: () => send("DELETE", `${here()}/calibration`),
  lastHour: () => send("GET", "/v1/status/lastHour"),
  diagnosis: () => send("GET", "/v1/diagnosis").then((answer) => answer.findings ?? []),
  pauseReindex: (job) => send("POST", `/v1/reindexJobs/${job}/pause`, {}),
  resumeReindex: (job) => send("POST", `/v1/reindexJobs/${job}/resume`, {}),
  rollBack: () => send("POST", "/v1/reindexJobs/rollBack", {}),
  comparison: (job) => send("GET", `/v1/reindexJobs/${job}/comparison`),
  jobs: () => send("GET", "/v1/reindexJobs").then((answer) => answer.jobs ?? []),
  startReindex: (model, askBeforeSwitch) => send("POST", "/v1/reindexJobs", { model, askBeforeSwitch }),
  cancelReindex: (job) => send("POST", `/v1/reindexJobs/${job}/cancel`, {}),
};

async function everyPage(path, field) {
  const all = [];
  let pageToken = "";
  do {
    const page = await send("GET", `${path}?pageSize=1000&pageToken=${encodeURIComponent(pageToken)}`);
    all.push(...(page[field] ?? []));
    pageToken = page.nextPageToken ?? "";
  } while (pageToken);
  return all;
}
