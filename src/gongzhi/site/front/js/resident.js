// A resident's phone: the service worker, photos made smaller, speech where the browser has it, what waits to be sent.
import { all, changes, drop, flush } from "./outbox.js";
import { once } from "./once.js";
import { steps } from "./steps.js";

const LONGEST = 2000; // pixels; enough to see a broken lamp, small enough for a village network

export function resident(root) {
  once(root, "[data-resident]", "Resident", (page) => {
    navigator.serviceWorker?.register("/sw.js");
    const { lang, className } = document.documentElement;
    const owner = page.dataset.resident && [page.dataset.resident, lang, className].join(" ");
    navigator.serviceWorker?.ready.then(({ active }) => active.postMessage({ owner }));
    const send = () => flush().then(({ sent }) => { if (sent) location.reload(); }).catch(() => {});
    addEventListener("online", send);
    if (navigator.onLine) send();
  });
  once(root, "form[data-leaving]", "Leaving", (form) => {
    form.addEventListener("submit", () => {
      navigator.serviceWorker?.controller?.postMessage("forget");
      forgetDrafts();
    });
  });
  once(root, "[data-waiting]", "Waiting", (box) => {
    waiting(box);
    changes(() => waiting(box));
  });
  once(root, "input[type=file][data-shrink]", "Shrink", (input) => input.addEventListener("change", () => shrink(input)));
  once(root, "[data-speak]", "Speak", (button) => speak(button));
  once(root, "[data-phrases]", "Phrases", (box) => phrases(box));
  once(root, "[data-locate]", "Locate", (button) => locate(button));
  once(root, "[data-read-aloud]", "Aloud", (button) => aloud(button));
  once(root, "form[data-keep]", "Keep", (form) => remember(form));
  once(root, "form [name=key]", "Key", (input) => {
    const renew = () => { input.value = crypto.randomUUID(); }; // a page that is shown again is another report
    renew();
    addEventListener("pageshow", ({ persisted }) => { if (persisted) renew(); });
  });
  once(root, "form[data-steps]", "Steps", steps);
}

// A smaller picture, drawn afresh: without the place and the device that a phone writes into its photos.
async function shrink(input) {
  const files = await Promise.all([...input.files].map(async (file) => {
    if (!file.type.startsWith("image/")) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file; // a format this browser cannot draw goes as it is
    }
  }));
  const list = new DataTransfer();
  files.forEach((file) => list.items.add(file));
  input.files = list.files;
  const shown = document.querySelector(input.dataset.shrink);
  if (shown) shown.replaceChildren(...files.map((file) => Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name })));
}

function speak(button) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const target = document.getElementById(button.dataset.speak);
  if (!Recognition || !target) return;
  button.hidden = false;
  const listening = new Recognition();
  Object.assign(listening, { lang: "zh-CN", continuous: true, interimResults: false });
  listening.onresult = (event) => {
    for (let i = event.resultIndex; i < event.results.length; i += 1) target.value += event.results[i][0].transcript;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  };
  listening.onend = () => button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!on));
    if (on) listening.stop(); else listening.start();
  });
}

// What is said often, written by a touch.
function phrases(box) {
  const target = document.getElementById(box.dataset.phrases);
  box.hidden = false;
  for (const button of box.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      target.value += (target.value && !/[，。,. ]$/.test(target.value) ? "，" : "") + button.textContent;
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

function locate(button) {
  if (!navigator.geolocation) return;
  button.hidden = false;
  const said = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.form.elements.latitude.value = coords.latitude.toFixed(6);
      button.form.elements.longitude.value = coords.longitude.toFixed(6);
      said.textContent = button.dataset.found;
    },
    () => { said.textContent = button.dataset.failed; },
    { enableHighAccuracy: true, timeout: 10000 },
  ));
}

function aloud(button) {
  const text = document.querySelector(button.dataset.readAloud);
  if (!window.speechSynthesis || !text) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    speechSynthesis.cancel();
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(text.innerText), { lang: document.documentElement.lang === "en" ? "en" : "zh-CN", rate: 0.9 }));
  });
}

// One phone may serve a whole family: what is kept in it is shown to the account that wrote it, and to no other.
const ownerOf = (part) => part.closest("[data-resident]")?.dataset.resident ?? "";

function forgetDrafts() {
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);
}

// Text half written survives leaving the page: kept in the phone, gone when it is sent or its writer signs out.
function remember(form) {
  const name = `draft:${form.dataset.keep}:${ownerOf(form)}`;
  const boxes = () => [...form.querySelectorAll("textarea, input[type=text]")];
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "{}");
    for (const box of boxes()) if (kept[box.name] && !box.value) box.value = kept[box.name];
  } catch { localStorage.removeItem(name); }
  form.addEventListener("input", () => localStorage.setItem(name, JSON.stringify(Object.fromEntries(boxes().map((box) => [box.name, box.value])))));
  form.addEventListener("submit", () => localStorage.removeItem(name));
}

async function waiting(box) {
  const kept = await all();
  const parcels = kept.filter(({ account }) => account === ownerOf(box)).sort((a, b) => a.at - b.at);
  const others = kept.length - parcels.length;
  const count = box.querySelector("[data-waiting-count]");
  if (count) count.textContent = String(parcels.length);
  box.hidden = !parcels.length && !box.hasAttribute("data-waiting-always");
  const list = box.querySelector("[data-waiting-list]");
  const line = box.querySelector("template");
  if (!list || !line) return;
  list.replaceChildren(...parcels.map((parcel) => {
    const row = line.content.cloneNode(true);
    const text = parcel.fields.find(([name]) => name === "text")?.[1] ?? "";
    row.querySelector("[data-text]").textContent = text;
    row.querySelector("[data-photos]").textContent = String(parcel.fields.filter(([, value]) => typeof value !== "string" && value.blob.size).length);
    row.querySelector("[data-at]").textContent = new Date(parcel.at).toLocaleString(document.documentElement.lang);
    const problem = row.querySelector("[data-problem]");
    problem.textContent = parcel.problem;
    problem.hidden = !parcel.problem;
    row.querySelector("[data-drop]").addEventListener("click", () => drop(parcel.key));
    return row;
  }));
  box.querySelector("[data-empty]")?.toggleAttribute("hidden", kept.length > 0);
  box.querySelector("[data-others]")?.toggleAttribute("hidden", !others);
  box.querySelector("[data-others-count]")?.replaceChildren(String(others));
}
