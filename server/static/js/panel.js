// Shows a source beside the answer (or as a sheet below it) with the quote marked; the marks come from the server.

import { copyTemplate } from "./card.js";

let opened = null; // {panel, marker}

/** Open sources in the panel when their number is chosen. */
export function startPanel() {
  document.addEventListener("click", (event) => {
    const marker = event.target.closest("a.marker");
    if (marker && !event.ctrlKey && !event.metaKey && !event.shiftKey) openFor(marker, event);
    else if (event.target.closest(".panel [data-back], .panel [data-slot=close]")) {
      event.preventDefault();
      closePanel();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened) closePanel();
  });
}

function openFor(marker, event) {
  const body = document.getElementById(marker.hash.slice(1));
  if (!body) return;
  const source = body.closest(".source");
  event.preventDefault();
  closePanel({ keepsFocus: true });
  const { element, slots } = copyTemplate("panel-template");
  element.querySelector("h2").textContent = `${source.dataset.number}. ${source.dataset.title}`;
  slots.review.textContent = source.dataset.review;
  slots.review.classList.toggle("is-cautious", "cautious" in source.dataset);
  slots.body.append(body.cloneNode(true));
  slots.body.firstElementChild.removeAttribute("id");
  const stage = document.getElementById("stage");
  stage.append(element);
  stage.classList.add("has-panel");
  marker.classList.add("is-open");
  opened = { panel: element, marker };
  element.querySelector("h2").focus({ preventScroll: true });
  const mark = element.querySelector("mark");
  if (mark) element.scrollTop = Math.max(0, mark.offsetTop - element.offsetTop - element.clientHeight / 2);
  marker.scrollIntoView({ block: "nearest" });
}

/** Close the panel and put the focus back on the number that opened it. */
export function closePanel({ keepsFocus = false } = {}) {
  if (!opened) return;
  const { panel, marker } = opened;
  opened = null;
  panel.remove();
  document.getElementById("stage").classList.remove("has-panel");
  marker.classList.remove("is-open");
  if (!keepsFocus && marker.isConnected) marker.focus();
}
