// The card of the red-flag check while an answer streams in; the server's own HTML replaces it at the end.

/** Return the slots of a template's copy by name, and the copy's first element. */
export function copyTemplate(id) {
  const element = document.getElementById(id).content.firstElementChild.cloneNode(true);
  const slots = {};
  for (const slot of element.querySelectorAll("[data-slot]")) slots[slot.dataset.slot] = slot;
  return { element, slots };
}

/** Return an element that shows the advice of a safety block, or null when there is none. */
export function safetyElement(safety) {
  if (safety.sticky && safety.reminder) {
    const line = document.createElement("p");
    line.className = "reminder";
    line.dataset.level = safety.level;
    line.textContent = safety.reminder;
    return line;
  }
  if (!safety.card) return null;
  const { card, contacts } = safety;
  const { element, slots } = copyTemplate("card-template");
  element.classList.add(`card-${card.variant}`);
  slots.prefix.textContent = `${card.prefix.replace(/:\s*$/, "")}: `;
  slots.heading.textContent = card.heading;
  fillList(slots.items, card.items);
  fillList(slots.while_waiting, card.while_waiting, slots["waiting-title"]);
  fillList(slots.go_now_if, card.go_now_if, slots["now-title"]);
  fillContacts(slots.contacts, contacts);
  slots.note.textContent = card.note;
  slots.note.hidden = !card.note;
  return element;
}

/** Return what a screen reader should hear about a safety block, once. */
export function safetyAnnouncement(safety) {
  if (safety.sticky && safety.reminder) return safety.reminder;
  return safety.card ? `${safety.card.prefix.replace(/:\s*$/, "")}: ${safety.card.heading}` : "";
}

function fillList(list, words, title) {
  for (const text of words) list.append(Object.assign(document.createElement("li"), { textContent: text }));
  list.hidden = !words.length;
  if (title) title.hidden = !words.length;
}

function fillContacts(list, contacts) {
  for (const contact of contacts) {
    if (!/^(tel|sms|https):/.test(contact.href)) continue;
    const link = Object.assign(document.createElement("a"), { className: "call", href: contact.href });
    link.textContent = contact.label;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  list.hidden = !list.children.length;
}
