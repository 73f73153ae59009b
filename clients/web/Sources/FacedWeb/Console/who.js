// Pictures and the camera: who is in them.
import { api } from "./api.js";
import { attempt, dropZone, h, toast } from "./dom.js";
import { text } from "./strings.js";
import { wishedRate } from "./thresholds.js";

const words = text.who;

export async function who(parent) {
  const results = h("div", {});
  const input = h("input", { type: "file", accept: "image/*", multiple: true, id: "files", hidden: true,
    onchange: () => {
      look([...input.files], results);
      // So that the same file can be chosen again.
      input.value = "";
    } });
  const video = h("video", { autoplay: true, muted: true, playsInline: true });
  const stage = h("div", { class: "stage", hidden: true }, video);
  const live = h("ul", { class: "faces" });
  const camera = new Camera(stage, video, live);
  const drop = dropZone((dropped) => look([...dropped.files], results),
    h("p", {}, words.drop),
    h("div", { class: "row center" },
      h("button", { class: "main", onclick: () => input.click() }, words.choose), input,
      h("button", { id: "camera", onclick: (event) => camera.toggle(event.currentTarget) }, words.camera)));
  const paste = (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) look(files, results);
  };
  document.addEventListener("paste", paste);
  parent.append(h("h1", {}, words.title), drop, h("div", { class: "photo" }, stage, live), results);
  return () => {
    document.removeEventListener("paste", paste);
    camera.stop();
  };
}

const identify = (photo) => api.identify(photo, { falsePositiveRate: wishedRate(), maxCandidates: 5 });

/** Asks about pictures, two at once, newest result on top. */
async function look(files, results) {
  const waiting = [...files];
  const next = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) await lookAt(file, results);
  };
  await Promise.all([next(), next()]);
}

async function lookAt(file, results) {
  const picture = h("img", { src: URL.createObjectURL(file), alt: file.name });
  const stage = h("div", { class: "stage" }, picture);
  const list = h("ul", { class: "faces" }, h("li", {}, words.looking));
  results.prepend(h("section", { class: "card photo", "aria-label": file.name }, stage, list));
  await picture.decode().catch(() => {});
  const answer = await identify(file).catch((error) => ({ error }));
  if (answer.error) return list.replaceChildren(h("li", {}, answer.error.message));
  const faces = answer.faces ?? [];
  drawBoxes(stage, faces, picture.naturalWidth, picture.naturalHeight);
  list.replaceChildren(...(faces.length ? faces.map((face, index) => faceCard(face, index, picture)) : [h("li", {}, words.noFace)]));
}

export function nameOf(face) {
  if (face.decision === "DECISION_IDENTIFIED") return face.candidates[0].displayName;
  return face.decision === "DECISION_AMBIGUOUS" ? words.ambiguous : words.unknown;
}

const isKnown = (face) => face.decision === "DECISION_IDENTIFIED";

function drawBoxes(stage, faces, width, height) {
  for (const old of stage.querySelectorAll(".box")) old.remove();
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  for (const face of faces) {
    const box = h("div", { class: isKnown(face) ? "box known" : "box" }, h("span", {}, nameOf(face)));
    box.style.left = percent(face.box.x ?? 0, width);
    box.style.top = percent(face.box.y ?? 0, height);
    box.style.width = percent(face.box.width, width);
    box.style.height = percent(face.box.height, height);
    stage.append(box);
  }
}

function faceCard(face, index, picture) {
  const [first, ...others] = face.candidates ?? [];
  const distance = (candidate) => (candidate.distance ?? 0).toFixed(3);
  return h("li", {},
    h("div", { class: isKnown(face) ? "name known" : "name unknown" }, `${words.face(index + 1)}: ${nameOf(face)}`),
    first
      ? h("div", { class: "soft" },
          `${words.distance} ${distance(first)}, ${words.threshold} ${(face.threshold ?? 0).toFixed(3)}`)
      : h("div", { class: "soft" }, words.nobody),
    !isKnown(face) && first
      ? h("div", { class: "soft" }, `${words.nearest} `,
          [first, ...others].slice(0, 3).map((c) => `${c.displayName} (${distance(c)})`).join(", "))
      : null,
    picture ? addForm(face, picture) : null);
}

/** Enrolls the face, cut out of the picture with some surroundings. */
function addForm(face, picture) {
  const name = h("input", { type: "text", required: true, maxLength: 200, "aria-label": words.addTo,
    placeholder: words.addTo, value: face.candidates?.[0] && isKnown(face) ? face.candidates[0].displayName : "" });
  const submit = async (event) => {
    event.preventDefault();
    await attempt(async () => {
      const answer = await api.enroll(await cut(picture, face.box), {
        displayName: name.value.trim(), selection: "FACE_SELECTION_LARGEST", source: picture.alt });
      toast(answer.replayed ? words.known(name.value) : words.added(answer.identity.displayName));
    });
  };
  return h("form", { class: "row", onsubmit: submit }, name, h("button", {}, words.add));
}

export function cut(picture, box) {
  const side = 2.2 * Math.max(box.width, box.height);
  const [x, y] = [(box.x ?? 0) + box.width / 2 - side / 2, (box.y ?? 0) + box.height / 2 - side / 2];
  const canvas = h("canvas", { width: Math.round(side), height: Math.round(side) });
  canvas.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
}

/** The camera, asked about picture by picture for as long as it runs. */
class Camera {
  constructor(stage, video, list) {
    Object.assign(this, { stage, video, list, stream: null });
  }

  async toggle(button) {
    if (this.stream) this.stop();
    else await this.start();
    button.textContent = this.stream ? words.stop : words.camera;
  }

  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
    } catch (error) {
      return toast(words.noCamera + error.message, true);
    }
    this.video.srcObject = this.stream;
    this.stage.hidden = false;
    await this.video.play();
    this.run(this.stream);
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.stage.hidden = true;
    this.list.replaceChildren();
  }

  async run(stream) {
    const canvas = h("canvas", {});
    while (this.stream === stream) {
      [canvas.width, canvas.height] = [this.video.videoWidth, this.video.videoHeight];
      canvas.getContext("2d").drawImage(this.video, 0, 0);
      const frame = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
      const answer = await identify(frame).catch((error) => ({ error }));
      if (this.stream !== stream) return;
      const faces = answer.faces ?? [];
      drawBoxes(this.stage, faces, canvas.width, canvas.height);
      this.list.replaceChildren(...(answer.error ? [h("li", {}, answer.error.message)] : faces.map((f, i) => faceCard(f, i))));
      await new Promise((resolve) => setTimeout(resolve, answer.error ? 1500 : 150));
    }
  }
}
