"use strict";
const bar = document.getElementById("filter");
const search = bar.querySelector("input[type=search]");
const levels = [...bar.querySelectorAll("input[type=checkbox]")];
const status = bar.querySelector("[role=status]");
const findings = [...document.querySelectorAll(".finding")];
const groups = [...document.querySelectorAll(".group")];
const rows = [...document.querySelectorAll("main tbody tr")].filter((row) => !row.closest(".finding"));
const texts = new Map();
for (const row of rows) texts.set(row, row.textContent.toLowerCase());
for (const one of findings) {
  const title = one.closest(".group").querySelector("h4");
  texts.set(one, (title.textContent + " " + one.textContent).toLowerCase());
}
const show = (element, there) => element.classList.toggle("left-out", !there);

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const off = levels.filter((box) => !box.checked).map((box) => box.value);
  const fits = (element) => words.every((word) => texts.get(element).includes(word));
  const isOff = (element) => off.some((level) => element.classList.contains(level));
  for (const row of rows) show(row, fits(row));
  for (const one of findings) show(one, fits(one) && !isOff(one.closest(".group")));
  for (const group of groups) show(group, group.querySelector(".finding:not(.left-out)"));
  for (const level of document.querySelectorAll(".level")) {
    const mine = groups.filter((group) => group.classList.contains(level.dataset.level));
    show(level, mine.some((group) => !group.classList.contains("left-out")));
  }
  const left = findings.filter((one) => !one.classList.contains("left-out")).length;
  const lines = rows.filter((row) => !row.classList.contains("left-out")).length;
  status.textContent = words.length || off.length
    ? left + " of " + findings.length + " findings, " + lines + " of " + rows.length + " table rows"
    : "";
}

bar.hidden = false;
bar.addEventListener("input", filter);
