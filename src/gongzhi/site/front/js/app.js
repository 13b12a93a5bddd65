// The pages work without any of this; these modules save steps and keep totals live.
import htmx from "htmx.org";
import { bars } from "./bars.js";
import { chars } from "./chars.js";
import { dialogs } from "./dialogs.js";
import { files } from "./files.js";
import { marks } from "./marks.js";
import { keys } from "./keys.js";
import { picks } from "./picks.js";
import { resident } from "./resident.js";
import { rows } from "./rows.js";
import { sums } from "./sums.js";

document.documentElement.classList.remove("no-js");
window.htmx = htmx;
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, historyCacheSize: 0, selfRequestsOnly: true, scrollBehavior: "auto" });
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// Each module wires itself to the part of the page it is given, once per element.
const parts = [chars, rows, sums, files, bars, dialogs, picks, marks, keys, resident];
const wire = (root) => parts.forEach((part) => part(root));
wire(document);
document.addEventListener("gongzhi:part", (event) => wire(event.target));
htmx.onLoad((root) => { if (root !== document.body) wire(root); });
