// Copying, and "/" for search: all else works without scripts.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  const say = (message) => {
    document.querySelector(".toast")?.remove();
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.textContent = message;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 4000);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-from]");
    const source = button && document.getElementById(button.dataset.copyFrom);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent);
      say("Copied");
    } catch {
      say("The browser did not allow copying");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    document.getElementById("q").select();
  });
})();
