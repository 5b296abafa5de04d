// Says so before a conversation is deleted, early enough to keep it.

const WARN_BEFORE_S = 300;
let timer = 0;

/** Start (again) to wait for the time of the warning. */
export function watchExpiry() {
  clearTimeout(timer);
  const ttl = Number(document.getElementById("keep")?.dataset.ttl ?? 0);
  if (!ttl) return;
  const left = Math.min(WARN_BEFORE_S, ttl / 2);
  timer = setTimeout(() => warn(left), (ttl - left) * 1000);
}

function warn(leftS) {
  const minutes = Math.max(1, Math.round(leftS / 60));
  const words = `This conversation is deleted in ${minutes} minute${minutes === 1 ? "" : "s"}, unless you ask something or keep it.`;
  document.getElementById("expiry").textContent = words;
  document.getElementById("status").textContent = words;
}
