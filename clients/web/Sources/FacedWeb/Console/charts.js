// Small drawings in SVG; the numbers stand beside them in words.
import { h, percent } from "./dom.js";

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const width = 640;

function frame(height, label, ...children) {
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ...children);
}

/** Strangers accepted and known people missed over the settings, with the chosen one marked, and what the lines are. */
export function curve(estimates, chosen, words) {
  const height = 120;
  const most = Math.max(...estimates.flatMap((one) => [one.expectedFalsePositiveRate, one.knownMissed ?? 0]), 0.001);
  const x = (index) => (width * index) / Math.max(1, estimates.length - 1);
  const y = (share) => 3 + (height - 6) * (1 - share / most);
  const line = (name, value) => {
    const points = estimates.map((one, index) => [index, value(one)]).filter(([, share]) => share !== undefined);
    return svg("polyline", { class: name, points: points.map(([index, share]) => `${x(index)},${y(share)}`).join(" ") });
  };
  return [
    frame(height, words.chart,
      svg("line", { class: "axis", x1: 0, y1: height, x2: width, y2: height }),
      svg("line", { class: "mark", x1: x(chosen), y1: 0, x2: x(chosen), y2: height }),
      line("strangers", (one) => one.expectedFalsePositiveRate), line("missed", (one) => one.knownMissed)),
    h("p", { class: "legend" }, h("span", { class: "strangers" }, `— ${words.strangers}`),
      h("span", { class: "missed" }, `— ${words.missed}`), h("span", { class: "soft" }, words.scale(percent(most)))),
  ];
}

/** Bars of an hour, one a minute; `now` is the minute that is running. */
export function bars(minutes, now, label) {
  const height = 80;
  const most = Math.max(1, ...minutes.map((minute) => minute.calls));
  const slot = width / 60;
  return frame(height, label,
    svg("line", { class: "axis", x1: 0, y1: height, x2: width, y2: height }),
    ...minutes.flatMap((minute) => {
      const left = width - (now - minute.number + 1) * slot;
      const bar = (name, count) => svg("rect", { class: name, x: left + 1, width: slot - 2,
        y: height * (1 - count / most), height: (height * count) / most });
      return [bar("calls", minute.calls), bar("failures", minute.failures)];
    }));
}
