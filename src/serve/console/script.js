"use strict";
// Comfort only: everything is there without it.
for (const time of document.querySelectorAll("time")) {
  const at = new Date(time.dateTime), seconds = (Date.now() - at) / 1000;
  if (Number.isNaN(seconds)) continue;
  const units = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[5];
  time.title = time.textContent + " · " + at.toLocaleString();
  time.textContent = new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.trunc(seconds / length), unit);
}
for (const heading of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(heading.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  heading.after(button);
}
