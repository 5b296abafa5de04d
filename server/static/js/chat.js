// Upgrades the chat form: the answer arrives sentence by sentence. Any doubt, and the plain form is sent instead.

import { copyTemplate, safetyAnnouncement, safetyElement } from "./card.js";
import { closePanel } from "./panel.js";
import { serverEvents } from "./sse.js";
import { watchExpiry } from "./expiry.js";

const composer = document.getElementById("composer");
const box = document.getElementById("message");
const turns = document.getElementById("turns");
const askButton = document.getElementById("ask");
const stopButton = document.getElementById("stop");
const jumpLink = document.getElementById("jump-link");
const replaces = document.getElementById("replaces"); // the number of the question that is being edited

let running = null; // the AbortController of the answer on its way
let isComposerSeen = true;
let lastSent = 0; // milliseconds since 1970

/** Take over the composer, the suggestion buttons and the screening questions. */
export function startChat() {
  composer.addEventListener("submit", onSubmit);
  document.addEventListener("submit", onScreening);
  stopButton.addEventListener("click", () => running?.abort("stopped"));
  document.addEventListener("click", onEdit);
  document.getElementById("keep-question").addEventListener("click", (event) => {
    event.preventDefault();
    stopEditing();
    setBox("");
    box.focus();
  });
  jumpLink.addEventListener("click", (event) => {
    event.preventDefault();
    composer.scrollIntoView({ block: "nearest" });
    box.focus();
  });
  new IntersectionObserver(([seen]) => {
    isComposerSeen = seen.isIntersecting;
    showJump();
  }).observe(composer);
  box.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && (event.ctrlKey || event.metaKey || matchMedia("(pointer: fine)").matches)) {
      event.preventDefault();
      composer.requestSubmit();
    }
  });
}

function onSubmit(event) {
  const isSuggestion = event.submitter?.name === "suggestion";
  const text = (isSuggestion ? event.submitter.value : box.value).trim();
  // The second click of a double click finds the box empty, or the answer on its way.
  if (running || (!text && Date.now() - lastSent < 2000)) return event.preventDefault();
  // An empty or too long message is explained by the server's own page.
  if (!text || [...text].length > Number(box.dataset.limit)) return undefined;
  event.preventDefault();
  const isEdit = !isSuggestion && replaces.value === turns.lastElementChild?.dataset.turn;
  if (!isSuggestion) setBox("");
  return ask(text, isEdit);
}

function onScreening(event) {
  if (!event.target.matches("[data-screening]")) return;
  const said = [...event.target.querySelectorAll("input:checked")].map(
    (input) => `${input.closest("[data-question]").dataset.question} ${input.dataset.words}.`,
  );
  if (running) event.preventDefault();
  if (running || !said.length) return;
  event.preventDefault();
  ask(said.join("\n"));
}

function onEdit(event) {
  const link = event.target.closest("[data-edit]");
  if (!link) return;
  event.preventDefault();
  const turn = link.closest(".turn");
  setBox(turn.querySelector(".question-words").textContent);
  if (link.dataset.edit === "replace") startEditing(turn.dataset.turn);
  composer.scrollIntoView({ block: "nearest" });
  box.focus();
}

function startEditing(number) {
  replaces.value = number;
  document.getElementById("editing").hidden = false;
  composer.querySelector(".composer-label").textContent = "Change your question";
}

function stopEditing() {
  if (!replaces.value) return;
  replaces.value = "";
  document.getElementById("editing").hidden = true;
  composer.querySelector(".composer-label").textContent = "Ask another question";
}

function setBox(text) {
  box.value = text;
  box.dispatchEvent(new Event("input"));
}

/** Ask; with `isEdit`, in place of the last question, which comes back when no answer does. */
async function ask(text, isEdit = false) {
  closePanel();
  stopEditing();
  for (const cut of turns.querySelectorAll(".is-cut")) cut.remove();
  const edited = isEdit ? turns.lastElementChild : null;
  edited?.remove();
  const turn = addTurn(text);
  // What was pressed may be gone by now, and the keyboard's place with it.
  if (!composer.contains(document.activeElement)) turn.element.querySelector(".answer").focus({ preventScroll: true });
  setBusy(true);
  say("status", "Finding an answer");
  running = new AbortController();
  lastSent = Date.now();
  let outcome;
  try {
    outcome = await receive(turn, text, running.signal, isEdit);
  } catch (error) {
    outcome = running.signal.aborted ? "stopped" : "cut";
    if (!(error instanceof Error) && outcome === "cut") throw error;
  } finally {
    running = null;
    setBusy(false);
  }
  if (outcome === "refused") return sendPlainly(text, edited);
  if (outcome === "done" || (outcome === "cut" && conversation())) {
    if (await showFinal(turn, text)) return undefined;
    if (outcome === "done") return loadAgain(turn.number);
  }
  return showCut(turn, text, outcome, edited);
}

/** Read the stream into the turn; return "done", "cut", or "refused" where the plain form explains why. */
async function receive(turn, text, signal, isEdit) {
  const body = { message: text, stream: true, replace_last: isEdit };
  if (conversation()) body.conversation_id = conversation();
  else body.region = document.getElementById("region")?.value;
  const response = await fetch("/v1/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  if (response.status >= 500) return "cut";
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) return "refused";
  for await (const { event, data } of serverEvents(response)) {
    turn.hasBegun = true;
    if (event === "safety") showSafety(turn, data);
    else if (event === "meta") turn.conversationId = data.conversation_id;
    else if (event === "delta") addText(turn, data);
    else if (event === "error") return "cut";
    else if (event === "done") {
      composer.dataset.conversation = data.conversation_id;
      turn.answer = data;
      return "done";
    }
  }
  return "cut";
}

function addTurn(text) {
  const title = Object.assign(document.createElement("h1"), { className: "vh", textContent: "Your conversation" });
  document.getElementById("welcome")?.replaceWith(title);
  document.getElementById("welcome-more")?.remove();
  document.getElementById("error-summary")?.remove();
  document.getElementById("message-error")?.remove();
  box.removeAttribute("aria-invalid");
  document.body.classList.replace("is-welcome", "is-chat");
  composer.querySelector(".composer-label").textContent = "Ask another question";
  const { element, slots } = copyTemplate("turn-template");
  const number = turns.children.length + 1;
  numberTurn(element, number);
  slots.question.textContent = text;
  turns.append(element);
  scrollTo(element);
  return { element, slots, number };
}

/** Show a turn from its question on; a long question must not push the answer, or advice to get help, out of sight. */
function scrollTo(turn) {
  const isLong = turn.querySelector(".question").offsetHeight > innerHeight / 3;
  (isLong ? turn.querySelector(".answer") : turn).scrollIntoView({ block: "start" });
}

function numberTurn(element, number) {
  element.id = `turn-${number}`;
  element.dataset.turn = number;
  element.setAttribute("aria-labelledby", `turn-title-${number}`);
  element.querySelector("h2").id = `turn-title-${number}`;
  element.querySelector("h2").textContent = `Question ${number}`;
  element.querySelector(".answer").id = `answer-${number}`;
}

function showSafety(turn, safety) {
  const card = safetyElement(safety);
  if (!card) return;
  turn.slots.card.replaceChildren(card);
  say("alarm", safetyAnnouncement(safety));
}

/** Add whole sentences, as text and never as HTML. A start of 0 withdraws what came before. */
function addText(turn, { text, start }) {
  if (start === 0) turn.slots.text.replaceChildren();
  turn.slots.waiting.hidden = true;
  for (const paragraph of text.split("\n\n").filter((part) => part.trim())) {
    const line = document.createElement("p");
    line.className = "is-arriving";
    line.textContent = paragraph.replace(/ \[\d+\]/g, "").trim();
    turn.slots.text.append(line);
  }
}

/** Put the server's own HTML of the turn in place of what was built; return whether that worked and it is this one. */
async function showFinal(turn, text) {
  const query = composer.hasAttribute("data-embedded") ? "?embed=1" : "";
  let html;
  try {
    const response = await fetch(`/c/${conversation()}/turns/${turn.number}${query}`);
    if (!response.ok) return false;
    html = await response.text();
  } catch {
    return false;
  }
  const parts = new DOMParser().parseFromString(html, "text/html");
  const final = document.adoptNode(parts.querySelector(".turn"));
  if (final.querySelector(".question-words").textContent.trim() !== text.trim()) return false;
  turn.element.replaceWith(final);
  swap("tools", parts, (tools) => composer.after(tools));
  swap("pinned", parts, (pinned) => document.getElementById("conversation").prepend(pinned));
  settleEarlier(final);
  showComposerAsNext();
  history.replaceState(null, "", address());
  document.title = parts.title;
  document.dispatchEvent(new CustomEvent("turn-shown", { detail: final }));
  watchExpiry();
  announceReady(final);
  return true;
}

/** Put the fresh element of an id in place of the old one; remove the old one when there is none any more. */
function swap(id, parts, insert) {
  const fresh = parts.getElementById(id);
  const old = document.getElementById(id);
  if (fresh) document.adoptNode(fresh);
  if (fresh && old) old.replaceWith(fresh);
  else if (fresh) insert(fresh);
  else old?.remove();
}

/** Only the last answer offers next questions, asks screening questions and can be edited. */
function settleEarlier(last) {
  for (const turn of turns.children) {
    if (turn === last) continue;
    turn.querySelector(".suggestions")?.remove();
    turn.querySelector(".ask-first")?.remove();
    settleEdit(turn);
    const form = turn.querySelector(".screening form");
    if (!form) continue;
    const asked = document.createElement("ul");
    for (const question of form.querySelectorAll("[data-question]")) {
      asked.append(Object.assign(document.createElement("li"), { textContent: question.dataset.question }));
    }
    turn.querySelector(".screening h4").textContent = "I asked";
    turn.querySelector(".screening > .small")?.remove();
    form.replaceWith(asked);
  }
}

function settleEdit(turn) {
  const link = turn.querySelector("[data-edit]");
  if (link?.parentElement.querySelector("q")) link.remove();
  else link?.parentElement.remove();
}

function showComposerAsNext() {
  composer.action = `/c/${conversation()}`;
  composer.querySelector(".region-choice")?.remove();
  box.rows = 2;
}

function announceReady(turn) {
  const sources = turn.querySelectorAll(".source").length;
  say("status", sources ? `Answer ready, ${sources} source${sources === 1 ? "" : "s"}` : "Answer ready");
  const focused = document.activeElement;
  const isFree = !focused || focused === document.body || (composer.contains(focused) && !box.value);
  const answer = turn.querySelector(".answer");
  if (isFree) answer.focus({ preventScroll: true });
  scrollTo(turn);
}

/** Load the conversation as the server has it, for example with what was asked in another tab. */
function loadAgain(number) {
  history.replaceState(null, "", address(number));
  location.reload();
}

function showCut(turn, text, outcome, edited) {
  const { element, slots } = copyTemplate("cut-template");
  const missing = turn.hasBegun ? "The answer was cut off." : "No answer came. Are you connected to the internet?";
  slots.words.textContent = outcome === "stopped" ? "You stopped this answer." : missing;
  slots.retry.addEventListener("click", () => ask(text, Boolean(edited)));
  if (edited) {
    turn.element.before(edited);
    numberTurn(turn.element, turn.number + 1);
  }
  turn.slots.waiting.remove();
  turn.element.classList.add("is-cut");
  turn.element.removeAttribute("aria-busy");
  turn.element.querySelector(".answer").append(element);
  say("status", "");
  if (!box.value) setBox("");
  slots.retry.focus();
}

/** Send the plain form: its page explains what is wrong, with the words still in the box. */
function sendPlainly(text, edited) {
  box.value = text;
  if (edited) replaces.value = edited.dataset.turn;
  composer.submit();
}

function setBusy(isBusy) {
  // aria-disabled rather than disabled: the focus stays where it is.
  askButton.setAttribute("aria-disabled", String(isBusy));
  stopButton.hidden = !isBusy;
  showJump();
}

/** The bar at the foot of the window: stops an answer on its way, or leads to the box when that is out of sight. */
function showJump() {
  const isBusy = !stopButton.hidden;
  jumpLink.hidden = isBusy;
  document.getElementById("jump").hidden = !isBusy && (isComposerSeen || !turns.children.length);
}

function say(id, words) {
  document.getElementById(id).textContent = words;
}

function conversation() {
  return composer.dataset.conversation;
}

function address(number) {
  const query = composer.hasAttribute("data-embedded") ? "?embed=1" : "";
  return `/c/${conversation()}${query}${number ? `#answer-${number}` : ""}`;
}
