"use strict";
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const words = document.getElementById("words");
  const choices = [...form.querySelectorAll("select")];
  const any = { sv: "alla", en: "any" }[document.documentElement.lang];
  const rows = [...document.querySelectorAll("#matrix tbody tr")].map((row) => {
    const cells = [...row.cells].map((cell) => cell.textContent);
    // As in page.rs: role and action are one value each, facts are joined by commas, obligations by semicolons.
    const values = cells.map((cell, column) => (column < 2 ? [cell] : cell.split(column === 10 ? ";" : ",")).map((value) => value.trim()));
    return { row, text: cells.join(" \u001f ").toLowerCase(), values };
  });
  // A cell that says "any" fits every choice.
  const fits = (values, wanted) => values.includes(wanted) || (values.length === 1 && values[0] === any);
  const show = () => {
    const wanted = choices.filter((choice) => choice.value).map((choice) => [Number(choice.dataset.column), choice.value]);
    const sought = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text, values } of rows) {
      const fit = wanted.every(([column, value]) => fits(values[column], value)) && sought.every((word) => text.includes(word));
      row.hidden = !fit;
      shown += fit ? 1 : 0;
    }
    const told = count.dataset.count.replace("%shown", shown).replace("%all", rows.length);
    count.textContent = shown === 0 ? count.dataset.none : told;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  show();
})();
