/**
 * The one script of a package: hides the lines of the list that do not hold every word that was typed. It writes no markup, keeps nothing and
 * asks nobody. Without scripts the box does not appear and the list is whole.
 */
export const SEARCH_SCRIPT = `
(() => {
  const search = document.getElementById("search");
  const box = document.getElementById("search-box");
  const found = document.getElementById("search-found");
  const lines = Array.from(document.querySelectorAll("#conversation-list > li"));
  let texts;
  let waiting;
  const filter = () => {
    texts = texts || lines.map((line) => line.textContent.toLowerCase());
    const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    lines.forEach((line, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      if (line.hidden === fits) line.hidden = !fits;
      if (fits) shown += 1;
    });
    found.textContent = found.dataset.template.replace("{shown}", shown).replace("{all}", lines.length);
  };
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  search.hidden = false;
})();
`.trim();
