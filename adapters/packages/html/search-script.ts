/**
 * The one script of a package: hides the lines of the list that do not hold what was typed. It writes no markup, keeps nothing and
 * asks nobody. Without scripts the box does not appear and the list is whole.
 */
export const SEARCH_SCRIPT = `
(() => {
  const search = document.getElementById("search");
  const box = document.getElementById("search-box");
  const found = document.getElementById("search-found");
  const lines = Array.from(document.querySelectorAll("#conversation-list > li"));
  const plain = (text) => text.toLowerCase().replace(/\\s+/g, " ");
  let texts;
  let waiting;
  const filter = () => {
    texts = texts || lines.map((line) => plain(line.textContent));
    const wanted = plain(box.value).trim();
    let shown = 0;
    lines.forEach((line, index) => {
      const fits = texts[index].includes(wanted);
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
