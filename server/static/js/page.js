// Small things on any page: print, copy, feedback, character count, quick exit.

/** Show the buttons that need a script and make them work. */
export function startPage() {
  document.getElementById("error-summary")?.focus();
  reveal(document);
  document.addEventListener("turn-shown", () => reveal(document));
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onFeedback);
  const box = document.getElementById("message");
  if (box) {
    box.addEventListener("input", () => count(box));
    count(box);
  }
}

function reveal(root) {
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-copy], [data-copy-address]")) button.hidden = !navigator.clipboard;
}

function onClick(event) {
  const target = event.target.closest("#exit, [data-print], [data-copy], [data-copy-address]");
  if (!target) return;
  if (target.id === "exit") leave(event, target);
  else if (target.matches("[data-print]")) window.print();
  else if (target.matches("[data-copy-address]")) copyWords(target, document.getElementById("resume").href);
  else copyAnswer(target);
}

/** Leave at once: nothing stays on the screen while the other page loads, and "back" does not lead here. */
function leave(event, link) {
  if (link.target) return;
  event.preventDefault();
  document.body.replaceChildren();
  document.title = "";
  location.replace(link.href);
}

function copyAnswer(button) {
  const answer = button.closest(".answer");
  const lines = [...answer.querySelectorAll(".card-heading, .card li, .reminder, .answer-text p, .answer-text li")].map(spoken);
  const sources = [...answer.querySelectorAll(".source")].map((source) => {
    const link = source.querySelector(".source-links a");
    return `[${source.dataset.number}] ${source.dataset.title}. ${link.href}`;
  });
  const foot = spoken(answer.querySelector("[data-disclaimer]"));
  return copyWords(button, [...lines, "", ...sources, "", foot].join("\n").replace(/\n{3,}/g, "\n\n").trim());
}

async function copyWords(button, words) {
  await navigator.clipboard.writeText(words);
  const label = button.firstChild;
  const before = label.textContent === "Copied" ? button.dataset.label : label.textContent;
  button.dataset.label = before;
  label.textContent = "Copied";
  document.getElementById("status").textContent = "Copied";
  setTimeout(() => (label.textContent = before), 2000);
}

/** Return the words a reader sees, with source numbers in brackets. */
function spoken(element) {
  const copyOf = element.cloneNode(true);
  for (const marker of copyOf.querySelectorAll(".marker")) marker.replaceWith(` [${marker.dataset.marker}]`);
  for (const hidden of copyOf.querySelectorAll(".vh")) hidden.remove();
  return copyOf.textContent.replace(/\s+/g, " ").trim();
}

async function onFeedback(event) {
  const form = event.target;
  if (!form.matches("[data-feedback]") || !event.submitter) return;
  event.preventDefault();
  const rating = event.submitter.value;
  const response = await fetch("/v1/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ answer_id: form.elements.answer_id.value, rating }),
  }).catch(() => null);
  if (!response?.ok) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "rating", value: rating }));
    form.submit();
    return;
  }
  const hadFocus = form.contains(document.activeElement);
  const thanks = form.querySelector(".feedback-thanks");
  thanks.textContent =
    rating === "unsafe"
      ? "Thank you, this was noted. Do not act on it. If you are worried, speak to a health professional."
      : "Thank you, this was noted.";
  form.querySelector(".feedback-buttons").hidden = true;
  form.querySelector(".feedback-label").hidden = true;
  if (hadFocus) thanks.focus();
}

let countTimer = 0;

/** Show how much room is left once it is little; a screen reader hears it only then, and after a pause. */
function count(box) {
  const limit = Number(box.dataset.limit);
  const left = limit - [...box.value].length;
  const number = new Intl.NumberFormat("en-GB").format(Math.abs(left));
  const words = left < 0 ? `You have ${number} characters too many.` : `You have ${number} characters left.`;
  const shown = document.getElementById("message-count");
  shown.textContent = box.value ? words : `You can use up to ${new Intl.NumberFormat("en-GB").format(limit)} characters.`;
  shown.classList.toggle("is-over", left < 0);
  const isNear = left < limit / 10;
  shown.classList.toggle("vh", !isNear);
  clearTimeout(countTimer);
  if (isNear) countTimer = setTimeout(() => (document.getElementById("message-count-live").textContent = words), 1000);
}
