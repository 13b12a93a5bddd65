// A verb's page opens as a sheet over the page it was offered on; without script it is a page of its own.
import { once } from "./once.js";

let sheet;

function theSheet() {
  if (!sheet) {
    sheet = document.createElement("dialog");
    sheet.id = "verb-sheet";
    document.body.append(sheet);
    sheet.addEventListener("click", (event) => { if (event.target === sheet || event.target.closest("[data-close]")) { event.preventDefault(); sheet.close(); } });
    sheet.addEventListener("close", () => { sheet.innerHTML = ""; });
  }
  return sheet;
}

async function open(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const link = event.currentTarget;
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { "X-Sheet": "1" }, credentials: "same-origin" });
    if (answer.redirected || ![200, 422].includes(answer.status)) { location.assign(link.href); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const verb = page.querySelector("[data-verb]");
    if (!verb) { location.assign(link.href); return; }
    const box = theSheet();
    box.replaceChildren(document.importNode(verb, true));
    box.setAttribute("aria-labelledby", "verb-title");
    box.showModal();
    window.htmx.process(box);
    box.dispatchEvent(new CustomEvent("gongzhi:part", { bubbles: true }));
  } catch { location.assign(link.href); } finally { link.removeAttribute("aria-busy"); }
}

// A form goes out once. It may go again when the page comes back from the browser's memory, or when no answer came.
const PATIENCE = 60_000;

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

function send(event) {
  const form = event.currentTarget;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.setAttribute("aria-busy", "true");
  setTimeout(release, PATIENCE, form);
}

addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release); });

export function dialogs(root) {
  once(root, "a[data-sheet]", "Sheet", (link) => link.addEventListener("click", open));
  once(root, "form[data-once]", "Once", (form) => form.addEventListener("submit", send));
}
