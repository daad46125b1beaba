// What htmx does not do: "/" for search, copy buttons, the theme at once, menus, messages. Everything else is HTML.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const say = (message) => {
    document.querySelector(".toast")?.remove();
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.textContent = message;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 4000);
  };

  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const input = document.getElementById("q");
    if (event.key === "/" && plain && input && !typing(event.target)) {
      event.preventDefault();
      input.focus();
      input.select();
    }
    if (event.key === "Escape") closeMenus();
  });

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };

  document.addEventListener("click", async (event) => {
    closeMenus(event.target.closest("details.menu"));
    const button = event.target.closest("[data-copy], [data-copy-link]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? location.href);
      say("Copied");
    } catch {
      say("The browser did not allow copying");
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-switch]") || !event.submitter) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target, event.submitter));
    root.dataset.theme = body.get("theme");
    fetch(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => say("Not saved: no connection"));
  });

  // An address holds only what is not default: no empty "q=".
  document.addEventListener("htmx:configRequest", (event) => {
    const sent = event.detail.parameters;
    if (event.detail.verb === "get" && sent.q === "") delete sent.q;
  });

  // What is being loaded is dimmed by htmx's class; this says it to who can't see that.
  for (const [moment, busy] of [["htmx:beforeRequest", "true"], ["htmx:afterRequest", "false"]]) {
    document.addEventListener(moment, (event) => {
      if (event.detail.target?.id !== "results") return;
      document.getElementById("results")?.setAttribute("aria-busy", busy);
    });
  }

  document.addEventListener("htmx:afterSettle", () => {
    const results = document.getElementById("results");
    if (!results) return;
    document.getElementById("live").textContent = results.dataset.count;
    if (document.activeElement === document.body) results.focus({ preventScroll: true }); // what had it is gone
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, (event) => {
      const answer = event.detail.xhr;
      const page = new DOMParser().parseFromString(answer?.responseText ?? "", "text/html");
      const problem = [".problem-detail", ".way-out"].map((part) => page.querySelector(part)?.textContent).filter(Boolean);
      if (problem.length) say(problem.join(". "));
      else say(answer?.status ? `The server answered ${answer.status}. Reload the page.` : "No connection to the server. Try again.");
    });
  }
})();
