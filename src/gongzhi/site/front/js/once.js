// Elements under (or at) root that match and were not wired before under this name.
export function once(root, selector, name, wire) {
  const found = [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  for (const element of found) {
    const key = `wired${name}`;
    if (element.dataset[key]) continue;
    element.dataset[key] = "1";
    wire(element);
  }
}
