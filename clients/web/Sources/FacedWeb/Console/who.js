// Pictures and the camera: who is in them.
import { api } from "./api.js";
import { attempt, dropZone, h, toast } from "./dom.js";
import { pickPerson } from "./picker.js";
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
  list.replaceChildren(...(faces.length ? faces.map((face, index) => new FaceCard(index).show(face, picture, file.name).element) : [h("li", {}, words.noFace)]));
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

/** What is said of a face, and how to add it to somebody; `show` takes the next answer about a face at this place. */
class FaceCard {
  /** - hold: called while the face is being added, with true and then false. */
  constructor(index, hold = () => {}) {
    Object.assign(this, { index, hold });
    this.name = h("div", { class: "name" });
    this.nearness = h("div", { class: "soft" });
    this.others = h("div", { class: "soft" });
    this.add = h("button", { onclick: () => attempt(() => this.give()) }, words.addTo);
    this.element = h("li", {}, this.name, this.nearness, this.others, this.add);
  }

  /** - picture: what the face is cut from; source: what it is called. */
  show(face, picture, source) {
    Object.assign(this, { face, picture, source });
    const [first, ...others] = face.candidates ?? [];
    const distance = (candidate) => (candidate.distance ?? 0).toFixed(3);
    this.name.className = isKnown(face) ? "name known" : "name unknown";
    this.name.textContent = `${words.face(this.index + 1)}: ${nameOf(face)}`;
    this.nearness.textContent = first
      ? `${words.distance} ${distance(first)}, ${words.threshold} ${(face.threshold ?? 0).toFixed(3)}` : words.nobody;
    this.others.textContent = !isKnown(face) && first
      ? `${words.nearest} ${[first, ...others].slice(0, 3).map((c) => `${c.displayName} (${distance(c)})`).join(", ")}` : "";
    return this;
  }

  /** Two clicks: this one, and whom it is. */
  async give() {
    this.hold(true);
    try {
      const { face, source } = this;
      const photo = await cut(this.picture, face.box);
      const url = URL.createObjectURL(photo);
      const suggestions = (face.candidates ?? []).map((candidate) =>
        ({ name: candidate.identity, displayName: candidate.displayName, distance: candidate.distance ?? 0 }));
      const answer = await pickPerson({ title: words.whoIsIt, picture: url, suggestions });
      URL.revokeObjectURL(url);
      if (!answer) return;
      const target = answer.identity ? { identity: answer.identity.name } : { displayName: answer.displayName };
      const enrolled = await api.enroll(photo, { ...target, selection: "FACE_SELECTION_LARGEST", source });
      const name = enrolled.identity.displayName;
      toast(enrolled.alreadyEnrolled ? words.known(name) : words.added(name));
      for (const finding of enrolled.findings ?? []) toast(finding.message, true);
    } finally {
      this.hold(false);
    }
  }
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
    Object.assign(this, { stage, video, list, stream: null, cards: [], held: false });
    this.trouble = h("li", {});
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

  /** While a face is being added, the picture that it is in stands still. */
  hold(isHeld) {
    this.held = isHeld;
    if (isHeld) this.video.pause();
    else if (this.stream) this.video.play();
  }

  async run(stream) {
    while (this.stream === stream) {
      // A canvas of its own for each picture: a face is cut out of the one that was asked about.
      const canvas = h("canvas", { width: this.video.videoWidth, height: this.video.videoHeight });
      canvas.getContext("2d").drawImage(this.video, 0, 0);
      const frame = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
      const answer = await identify(frame).catch((error) => ({ error }));
      if (this.stream !== stream) return;
      if (!this.held) this.show(answer, canvas);
      await new Promise((resolve) => setTimeout(resolve, answer.error ? 1500 : 150));
      while (this.held) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Cards stay where they are, so that one can be clicked while the picture moves. */
  show(answer, canvas) {
    const faces = answer.faces ?? [];
    drawBoxes(this.stage, faces, canvas.width, canvas.height);
    while (this.cards.length < faces.length) this.cards.push(new FaceCard(this.cards.length, (isHeld) => this.hold(isHeld)));
    faces.forEach((face, index) => this.cards[index].show(face, canvas, words.cameraSource));
    this.trouble.textContent = answer.error?.message ?? "";
    const wanted = answer.error ? [this.trouble] : this.cards.slice(0, faces.length).map((card) => card.element);
    if (wanted.length !== this.list.children.length || wanted.some((card, index) => card !== this.list.children[index])) {
      this.list.replaceChildren(...wanted);
    }
  }
}
