// Live totals while typing. Exact: everything is counted in whole fen (BigInt), never in floating point.
//   <input data-sum="amounts">        one addend of the total "amounts"; a row editor names its columns so, too
//   <div class="sum" data-total="amounts" data-must="18000000">   must be this many fen (or points with data-kind=int)
//   <div class="sum" data-total="paid" data-equals="amounts">      must equal another total
//   <div class="sum" data-total="marks" data-at-least="valid" data-at-most="valid" data-times="2">   must lie between totals
// An input may add to several totals (data-sum="box marks") and take away from others (data-minus="valid").
import { once } from "./once.js";

const scale = (kind) => (kind === "int" ? 0 : kind === "decimal" ? 4 : 2);

function read(text, places) {
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text.replace(/[,，\s]/g, "").replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 65248)));
  if (!match || (match[3] ?? "").length > places) return null;
  const value = BigInt((match[2] || "0") + (match[3] ?? "").padEnd(places, "0"));
  return match[1] ? -value : value;
}

function write(value, places) {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const whole = (places ? digits.slice(0, -places) : digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0n ? "−" : ""}${whole}${places ? `.${digits.slice(-places)}` : ""}`;
}

function bounded(line, total, totals, places, off) {
  const low = line.dataset.atLeast ? totals.get(line.dataset.atLeast) : undefined;
  const top = line.dataset.atMost ? totals.get(line.dataset.atMost) : undefined;
  if ([low, top].includes(null)) return;
  const high = top === undefined ? undefined : top * BigInt(line.dataset.times ?? 1);
  const missing = low !== undefined && total < low ? low - total : 0n;
  const over = high !== undefined && total > high ? total - high : 0n;
  line.dataset.ok = missing || over ? "no" : "yes";
  if (off) off.textContent = missing ? `${off.dataset.less} ${write(missing, places)}` : over ? `${off.dataset.more} ${write(over, places)}` : "";
}

export function sums(root) {
  once(root, "[data-sums]", "Sums", (box) => {
    const lines = [...box.querySelectorAll("[data-total]")];
    const fields = (name) => [...document.querySelectorAll(`[data-sum~="${name}"], [data-minus~="${name}"], [data-rows][data-sum-columns~="${name}"] [name$="-${name}"]`)];
    const count = () => {
      const totals = new Map();
      for (const line of lines) {
        const places = scale(line.dataset.kind);
        const inputs = fields(line.dataset.total);
        if (!inputs.length) { totals.set(line.dataset.total, read(line.dataset.value ?? "", places)); continue; }
        const values = inputs.map((input) => {
          const value = read(input.value, places);
          return value !== null && input.dataset.minus?.split(" ").includes(line.dataset.total) ? -value : value;
        });
        totals.set(line.dataset.total, values.includes(null) ? null : values.reduce((a, b) => a + b, 0n));
      }
      for (const line of lines) {
        const places = scale(line.dataset.kind);
        const total = totals.get(line.dataset.total);
        const must = line.dataset.equals ? totals.get(line.dataset.equals) : line.dataset.must !== undefined ? read(line.dataset.must, places) : undefined;
        const value = line.querySelector(".value");
        const off = line.querySelector(".off");
        if (total === null || total === undefined) { line.dataset.ok = "no"; value.textContent = line.dataset.unreadable ?? "?"; continue; }
        value.textContent = write(total, places) + (line.dataset.of ? ` / ${line.dataset.of}` : "");
        if (line.dataset.atMost || line.dataset.atLeast) { bounded(line, total, totals, places, off); continue; }
        if (must === undefined || must === null) continue;
        line.dataset.ok = total === must ? (line.dataset.equals ? "equal" : "yes") : "no";
        if (off) off.textContent = total === must ? "" : `${total < must ? off.dataset.less : off.dataset.more} ${write(total < must ? must - total : total - must, places)}`;
      }
    };
    document.addEventListener("input", count);
    if (lines.some((line) => fields(line.dataset.total).length)) count();
  });
}
