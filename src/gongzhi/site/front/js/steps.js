// In large type a form is one step a screen, its answers kept while one goes back and forth. In normal type, and without
// script, it stays the single form it is.
export function steps(form) {
  if (!document.documentElement.classList.contains("large")) return;
  const parts = [...form.querySelectorAll("[data-step]")];
  const count = form.querySelector("[data-step-count]");
  const [back, on, send] = ["back", "on", "send"].map((name) => form.querySelector(`[data-step-${name}]`));
  let at = 0;

  function show(number, focus = true) {
    at = Math.max(0, Math.min(number, parts.length - 1));
    parts.forEach((part, n) => { part.hidden = n !== at; });
    count.textContent = count.dataset.of.replace("{n}", at + 1).replace("{m}", parts.length);
    back.hidden = at === 0;
    on.hidden = at === parts.length - 1;
    send.hidden = !on.hidden;
    if (!focus) return;
    const title = parts[at].querySelector("legend");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  // The phone's own way back leads to the step before, not out of the form.
  function forward() {
    const wrong = [...parts[at].querySelectorAll("input, select, textarea")].find((box) => !box.checkValidity());
    if (wrong) { wrong.reportValidity(); return; }
    history.pushState({ step: at + 1 }, "");
    show(at + 1);
  }

  form.classList.add("in-steps");
  for (const part of [count, form.querySelector("[data-step-kept]")]) part.hidden = false;
  on.addEventListener("click", forward);
  back.addEventListener("click", () => { if (history.state?.step) history.back(); else show(at - 1); });
  addEventListener("popstate", ({ state }) => show(state?.step ?? first));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input") && send.hidden) { event.preventDefault(); forward(); }
  });
  const wanted = form.querySelector(".bad") ?? (location.hash && form.querySelector(location.hash));
  const first = Math.max(0, parts.findIndex((part) => wanted && part.contains(wanted)));
  if (history.state?.step) history.replaceState(null, "");
  show(first, false);
}
