// Add and remove rows of a list; without script the page offers a few blank rows, and blank rows are left out.
import { once } from "./once.js";
import { picks } from "./picks.js";

export function rows(root) {
  once(root, "[data-rows]", "Rows", (box) => {
    const body = box.querySelector("tbody");
    const blank = box.querySelector("template");
    const add = box.querySelector("[data-row-add]");
    let next = body.rows.length;
    const changed = () => box.dispatchEvent(new Event("input", { bubbles: true }));
    // One blank row stands ready where at least one is asked for.
    for (const row of [...body.querySelectorAll("tr[data-spare]")].slice("first" in box.dataset ? 1 : 0)) row.remove();
    for (const button of box.querySelectorAll("[data-row-remove], [data-row-add]")) button.hidden = false;
    add?.addEventListener("click", () => {
      const row = blank.content.firstElementChild.cloneNode(true);
      row.innerHTML = row.innerHTML.replaceAll("__row__", String(next++));
      body.append(row);
      for (const button of row.querySelectorAll("[data-row-remove]")) button.hidden = false;
      picks(row);
      row.querySelector("input, select, textarea")?.focus();
      changed();
    });
    box.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row-remove]");
      if (!button) return;
      const row = button.closest("tr");
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input, select, textarea")?.focus();
      row.remove();
      changed();
    });
  });
}
