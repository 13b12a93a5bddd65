// Suggestions under a box, after the ARIA combobox pattern: the box keeps the focus, arrows move, Enter takes.
// The list's HTML comes from the server: <a role="option"> for a place to go, <li role="option" data-value> for a value.
import { once } from "./once.js";

export function picks(root) {
  once(root, "[data-combo]", "Combo", (combo) => {
    const box = combo.querySelector("[role=combobox]");
    const list = combo.querySelector("[role=listbox]");
    // In a form the combo asks for a value: the name moves to a hidden input, the box shows words.
    let hidden = null;
    let shown = null;
    if (!combo.matches("[data-seek]")) {
      hidden = Object.assign(document.createElement("input"), { type: "hidden", name: box.name, value: box.value });
      shown = Object.assign(document.createElement("input"), { type: "hidden", name: `${box.name}-shown`, value: box.dataset.shown });
      box.removeAttribute("name");
      box.before(hidden, shown);
      if (hidden.value) box.value = shown.value || box.value;
    }
    let at = -1;
    let timer;
    let turn = 0;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const close = () => { list.replaceChildren(); at = -1; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
    const show = (index) => {
      const all = options();
      at = all.length ? (index + all.length) % all.length : -1;
      all.forEach((option, i) => { option.id ||= `${list.id}-${i}`; option.setAttribute("aria-selected", String(i === at)); });
      if (at >= 0) { box.setAttribute("aria-activedescendant", all[at].id); all[at].scrollIntoView({ block: "nearest" }); }
    };
    const take = (option) => {
      clearTimeout(timer);
      turn++; // an answer that is still on its way would undo the choice
      const link = option.matches("a") ? option : option.querySelector("a");
      if (hidden) {
        hidden.value = option.dataset.value ?? "";
        box.value = shown.value = option.dataset.label ?? option.textContent.trim();
        hidden.dispatchEvent(new Event("change", { bubbles: true }));
        close();
      } else if (link) location.assign(link.href);
    };
    const ask = async () => {
      const words = box.value.trim();
      const mine = ++turn;
      if (hidden) hidden.value = "";
      if (words.length < 1) { close(); return; }
      const address = new URL(combo.dataset.combo, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
      if (mine !== turn || !answer?.ok) return;
      list.innerHTML = await answer.text();
      box.setAttribute("aria-expanded", String(Boolean(options().length)));
      at = -1;
    };
    box.addEventListener("input", (event) => { if (event.isComposing) return; clearTimeout(timer); timer = setTimeout(ask, 140); });
    box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, 60); });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); show(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1)); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(options()[at]); }
      else if (event.key === "Escape" && list.childElementCount) { event.stopPropagation(); close(); }
    });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && hidden) { event.preventDefault(); take(option); }
    });
    combo.addEventListener("focusout", () => setTimeout(() => { if (!combo.contains(document.activeElement)) close(); }, 150));
  });
}
