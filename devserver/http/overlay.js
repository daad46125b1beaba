// Lays what is wrong with the last save over the page, until the next good one.
"use strict";
(() => {
  const source = new URL(document.currentScript.src);
  const address = `ws://${source.searchParams.get("host")}:${source.searchParams.get("port")}/problem`;

  const element = (name, text) => {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  };

  const show = (problem) => {
    document.getElementById("polo-problem")?.remove();
    if (!problem) return;
    const box = document.createElement("section");
    box.id = "polo-problem";
    box.setAttribute("role", "alert");
    const place = problem.line ? `${problem.file}:${problem.line}` : problem.file;
    const hide = element("button", "Hide");
    hide.type = "button";
    hide.addEventListener("click", () => box.remove());
    box.append(
      element("h2", problem.message),
      element("p", place),
      element("pre", problem.text),
      element("p", (problem.serving ? "The code before this save still answers. " : "") + "The next good save takes this away."),
      hide,
    );
    document.body.append(box);
  };

  const listen = () => {
    const socket = new WebSocket(address);
    socket.addEventListener("message", (message) => show(JSON.parse(message.data)));
    socket.addEventListener("close", () => setTimeout(listen, 1000));
  };

  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = new URL("overlay.css", source).pathname;
  document.head.append(styles);
  listen();
})();
