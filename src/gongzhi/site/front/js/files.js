// Names of the chosen files, and how far a large upload has come.
import { once } from "./once.js";

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

export function files(root) {
  once(root, "[data-files]", "Files", (box) => {
    const list = box.querySelector("ul");
    box.addEventListener("change", () => {
      list.replaceChildren(...[...box.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]).map((file) => {
        const line = document.createElement("li");
        line.append(file.name, Object.assign(document.createElement("span"), { textContent: size(file.size), className: "faint" }));
        return line;
      }));
    });
  });
  once(root, "form[data-upload]", "Upload", (form) => {
    const bar = form.querySelector("[data-upload-bar]");
    if (!bar) return;
    form.addEventListener("htmx:xhr:progress", (event) => {
      if (!event.detail.lengthComputable) return;
      const done = Math.round((100 * event.detail.loaded) / event.detail.total);
      bar.hidden = false;
      bar.style.setProperty("--done", done);
      bar.setAttribute("aria-valuenow", done);
    });
  });
}
