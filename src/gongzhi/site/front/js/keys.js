// A button with data-key is pressed by that key, unless somebody is typing.
let listening = false;

export function keys() {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (button?.offsetParent && !document.querySelector("dialog[open]")) button.click();
  });
}
