// The weighted total of a scoring sheet while typing: exact, in thousandths (weight × tenths of a point ÷ 100).
const TENTHS = /^(?:100(?:\.0)?|\d{1,2}(?:\.\d)?)$/;

function tenths(text) {
  const plain = text.trim().replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 65248)).replace(/[．。]/g, ".");
  if (!TENTHS.test(plain)) return null;
  const [whole, part = "0"] = plain.split(".");
  return Number(whole) * 10 + Number(part);
}

function shown(thousandths) {
  const text = String(thousandths).padStart(4, "0");
  const part = text.slice(-3).replace(/0$/, "");
  return `${text.slice(0, -3)}.${part}`;
}

for (const form of document.querySelectorAll("[data-score]")) {
  const lines = [...form.querySelectorAll("[data-line]")];
  const [low, high] = [tenths(form.dataset.low), tenths(form.dataset.high)];
  const grades = JSON.parse(form.dataset.grades).sort((a, b) => Number(b[1]) - Number(a[1]));
  const total = form.querySelector("[data-score-total]");
  const count = () => {
    let sum = 0;
    let left = 0;
    for (const line of lines) {
      const input = line.querySelector("[data-score-input]");
      const value = tenths(input.value);
      const wrong = value === null && input.value.trim() !== "";
      if (wrong) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      const far = value !== null && (value < low || value > high);
      line.querySelector("[data-why]").hidden = !far;
      line.querySelector("[data-need]").hidden = far;
      if (value === null) left += 1; else sum += value * Number(line.dataset.weight);
    }
    const done = left === 0;
    total.textContent = left === lines.length ? "—" : shown(sum);
    const grade = done ? grades.find(([, least]) => sum >= Number(least) * 1000) : null;
    form.querySelector("[data-score-grade]").textContent = grade ? grade[0] : "";
    form.querySelector("[data-score-left]").textContent = done ? "" : form.dataset.left.replace("{n}", left);
  };
  form.addEventListener("input", count);
  count();
}
