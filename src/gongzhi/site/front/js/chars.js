// Counts characters as they are typed, beside the limit.
import { once } from "./once.js";

export function chars(root) {
  once(root, "textarea[maxlength], input[data-count][maxlength]", "Chars", (box) => {
    const out = box.closest(".field")?.querySelector("[data-chars]");
    if (!out) return;
    const show = () => { out.textContent = `${[...box.value].length} / ${box.maxLength}`; };
    box.addEventListener("input", show);
    show();
  });
}
