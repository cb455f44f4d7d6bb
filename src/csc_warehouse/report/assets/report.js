"use strict";
// Filters and sorts the tables that ask for it. Nothing is lost where it does not run.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);
  const status = document.createElement("span");
  status.setAttribute("role", "status");

  const holder = document.createElement("div");
  holder.className = "filter";
  const label = document.createElement("label");
  label.textContent = table.dataset.filter;
  label.htmlFor = "filter-" + body.rows.length;
  const input = document.createElement("input");
  input.type = "search";
  input.id = label.htmlFor;
  holder.append(label, input, status);
  const scroll = table.closest(".scroll") || table;
  scroll.parentNode.insertBefore(holder, scroll);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      // What is said of a measure is searched too, though the table doesn't show it.
      const text = row.textContent.toLowerCase() + " " + (row.dataset.words || "");
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    status.textContent = words.length ? shown + " of " + rows.length + " shown" : "";
  });

  const key = (row, column) => {
    const cell = row.cells[column];
    const data = cell && cell.querySelector("data");
    if (data) return Number(data.value);
    const text = cell ? cell.textContent.trim() : "";
    const number = Number(text.replace(/[,%]/g, ""));
    return text !== "" && !Number.isNaN(number) ? number : text;
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = rows.slice().sort((first, second) => {
        const a = key(first, column), b = key(second, column);
        if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
        if (typeof a === typeof b && a !== b) return (a < b ? -1 : 1) * (up ? 1 : -1);
        return typeof a === typeof b ? 0 : typeof a === "number" ? -1 : 1;
      });
      body.append(...sorted);
    });
  });
}
