// "/" goes to the search box; the table's density is remembered; folds close on Escape and on a click elsewhere.
import { once } from "./once.js";

let global = false;

function everywhere() {
  global = true;
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]") && !event.ctrlKey && !event.metaKey) {
      const box = document.querySelector("[data-seek] input");
      if (box?.offsetParent) { event.preventDefault(); box.focus(); box.select(); }
    }
    if (event.key === "Escape") {
      for (const fold of document.querySelectorAll("details.fold[open]")) { fold.open = false; fold.querySelector("summary").focus(); }
    }
  });
  document.addEventListener("click", (event) => {
    for (const fold of document.querySelectorAll("details.fold[open]")) if (!fold.contains(event.target)) fold.open = false;
  });
}

function density(control) {
  const sheet = control.closest("[data-density]") ?? document.body;
  const show = (value) => {
    sheet.dataset.density = value;
    for (const button of control.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === value));
  };
  let kept = "compact";
  try { kept = localStorage.getItem("density") ?? kept; } catch { /* private mode */ }
  show(kept);
  control.hidden = false;
  control.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    show(button.value);
    try { localStorage.setItem("density", button.value); } catch { /* private mode */ }
  });
}

export function bars(root) {
  if (!global) everywhere();
  once(root, "[data-density-switch]", "Density", density);
  once(root, "[data-chart]", "Chart", () => {
    const source = document.querySelector("meta[name=charts]")?.content;
    if (!source || document.querySelector("script[data-charts]")) return;
    document.head.append(Object.assign(document.createElement("script"), { src: source, defer: true }));
    document.head.lastElementChild.dataset.charts = "1";
  });
  once(root, "[data-submits] select, [data-submits] input[type=radio]", "Submits", (control) => {
    control.addEventListener("change", () => control.form.requestSubmit());
  });
  once(root, "[data-all]", "All", (box) => {
    const boxes = () => box.closest("form, table").querySelectorAll(`input[type=checkbox][name="${box.dataset.all}"]`);
    box.addEventListener("change", () => boxes().forEach((one) => { one.checked = box.checked; }));
  });
}
