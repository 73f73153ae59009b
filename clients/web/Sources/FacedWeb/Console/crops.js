// Kept crops, where the session may see them and the daemon has them; a blank square otherwise.
import { api } from "./api.js";
import { h } from "./dom.js";

const blank = () => h("div", { class: "blank", "aria-hidden": "true" });

/** A face's crop, by resource name. */
export function crop(face) {
  const picture = h("img", { src: api.cropURL(face), alt: "", loading: "lazy", onerror: () => picture.replaceWith(blank()) });
  return picture;
}

/** The first face of somebody that is not `except`, once it is known. */
export function cover(identity, except) {
  const place = blank();
  const fill = async () => {
    const face = (await api.firstFaces(identity, 2)).find((one) => one.name !== except);
    if (face) place.replaceWith(crop(face.name));
  };
  // So that what stands outside the window is not asked for.
  const seen = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    seen.disconnect();
    fill().catch(() => {});
  });
  seen.observe(place);
  return place;
}
