// Builds ../static/build: app.css, app.js, charts.js, sw.js and sprite.svg under hashed names, and manifest.json that names them.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, "../static/build");
const pages = path.resolve(here, "../..");

// Names that our own parts define afresh: Tabler's rules for them would only shine through.
const ours = ["alert", "badge", "bar", "btn", "card", "chip", "empty", "field", "figure", "icon", "input", "kbd", "legend",
  "list", "mark", "nav", "page", "progress", "row", "sheet", "status", "step", "steps", "tab", "table", "tabs", "tag", "tags",
  "tile", "toast", "tracking", "ribbon", "active", "show", "fade", "modal", "offcanvas", "dropdown", "tooltip", "popover"];

async function tabler() {
  const css = await readFile(path.join(here, "node_modules/@tabler/core/dist/css/tabler.min.css"), "utf8");
  const [result] = await new PurgeCSS().purge({
    content: [`${pages}/**/templates/**/*.html`, `${here}/js/**/*.js`],
    css: [{ raw: css }],
    blocklist: ours.map((name) => new RegExp(`^${name}$`)),
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return result.css.replace(/^@charset[^;]*;/, "").replace(/\/\*[\s\S]*?\*\//g, "");
}

async function style() {
  const parts = (await readdir(path.join(here, "css/parts"))).filter((name) => name.endsWith(".css")).sort();
  const late = new Set(["large.css", "print.css"]);
  const lines = ["@layer tabler, tokens, base, parts, modes;", '@import "./tokens.css" layer(tokens);', '@import "./base.css" layer(base);'];
  for (const name of parts.filter((n) => !late.has(n))) lines.push(`@import "./parts/${name}" layer(parts);`);
  for (const name of parts.filter((n) => late.has(n))) lines.push(`@import "./parts/${name}" layer(modes);`);
  const bundle = await esbuild.build({
    stdin: { contents: lines.join("\n"), resolveDir: path.join(here, "css"), loader: "css" },
    bundle: true, minify: true, write: false, target: ["chrome110", "firefox113", "safari16.4"], legalComments: "none",
  });
  return `@layer tabler,tokens,base,parts,modes;@layer tabler{${await tabler()}}${bundle.outputFiles[0].text}`;
}

async function script(entry) {
  const bundle = await esbuild.build({
    entryPoints: [path.join(here, "js", entry)], bundle: true, minify: true, write: false, format: "iife",
    target: ["chrome110", "firefox113", "safari16.4"], legalComments: "none",
  });
  return bundle.outputFiles[0].text;
}

async function sprite() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(path.join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" style="stroke-width:var(--stroke,1.75)" stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function build() {
  const made = {
    "app.css": await style(),
    "app.js": await script("app.js"),
    "charts.js": await script("charts.js"),
    "sw.js": await script("sw.js"),
    "sprite.svg": await sprite(),
    "mark.svg": await readFile(path.join(here, "mark.svg"), "utf8"),
  };
  await mkdir(out, { recursive: true });
  const manifest = {};
  for (const [name, text] of Object.entries(made)) {
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
    const { name: stem, ext } = path.parse(name);
    manifest[name] = `build/${stem}.${hash}${ext}`;
    await writeFile(path.join(out, `${stem}.${hash}${ext}`), text);
    console.log(`${manifest[name].padEnd(34)} ${(text.length / 1024).toFixed(1).padStart(8)} KB`);
  }
  await writeFile(path.join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
  const keep = new Set([...Object.values(manifest).map((file) => path.basename(file)), "manifest.json"]);
  for (const file of await readdir(out)) if (!keep.has(file)) await rm(path.join(out, file));
}

await build();
