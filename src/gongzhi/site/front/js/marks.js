// Boxes of which only so many may be ticked: <fieldset data-marks="2"> … <p data-marked>; the rest are locked at the limit.
import { once } from "./once.js";

export function marks(root) {
  once(root, "[data-marks]", "Marks", (box) => {
    const most = Number(box.dataset.marks);
    const boxes = [...box.querySelectorAll("input[type=checkbox]")];
    const said = box.querySelector("[data-marked]");
    const count = () => {
      const ticked = boxes.filter((input) => input.checked).length;
      for (const input of boxes) input.disabled = ticked >= most && !input.checked;
      if (said) said.textContent = `${ticked} / ${most}`;
    };
    box.addEventListener("change", count);
    count();
  });
}
