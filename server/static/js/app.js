// Plumbline's page script. Everything works without it; with it, answers stream in and sources open beside them.

import { startChat } from "./chat.js";
import { watchExpiry } from "./expiry.js";
import { startPage } from "./page.js";
import { startPanel } from "./panel.js";

startPage();
if (document.getElementById("composer")) {
  startPanel();
  startChat();
  watchExpiry();
}
