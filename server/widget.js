// Puts the chat into another page: <script src="https://…/widget.js" async></script>
// The operator decides which origins may do so; in any other page the frame stays empty.
(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = new URL("/embed", script.src).href;
  frame.title = "Plumbline: questions about hip, back and sciatica problems";
  frame.referrerPolicy = "no-referrer";
  frame.style.width = "100%";
  frame.style.height = script.dataset.height || "44rem";
  frame.style.border = "0";
  const target = script.dataset.target && document.querySelector(script.dataset.target);
  if (target) target.append(frame);
  else script.after(frame);
})();
