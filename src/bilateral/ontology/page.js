"use strict";
(() => {
  const root = document.documentElement;
  const find = document.getElementById("find");
  const nothing = document.querySelector(".nothing");
  // Letters without their marks, so that "isci" finds "İşçi".
  const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i").replace(/ə/g, "e");
  const cards = [...document.querySelectorAll(".term")].map((card) => ({
    card, text: folded([...card.querySelectorAll("h3, h4, .note code, .definition")].map((part) => part.textContent).join(" ")),
  }));

  const filter = () => {
    const words = folded(find.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { card, text } of cards) {
      card.hidden = !words.every((word) => text.includes(word));
      shown += card.hidden ? 0 : 1;
    }
    for (const section of document.querySelectorAll("main section")) {
      section.hidden = !section.querySelector(".term:not([hidden])");
    }
    document.getElementById("count").textContent = shown;
    nothing.hidden = shown > 0;
  };

  const speak = (lang) => {
    root.lang = lang;
    for (const link of document.querySelectorAll("[data-lang]")) {
      if (link.dataset.lang === lang) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const link of document.querySelectorAll("header a.name, header nav:not(.languages) a")) {
      link.search = `?lang=${lang}`;
    }
    document.title = `${document.querySelector(`h1 [lang="${lang}"]`).textContent} – Bilateral`;
  };

  const goTo = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (target && target.closest("[hidden]")) {
      find.value = "";
      filter();
      target.scrollIntoView();
    }
  };

  find.addEventListener("input", filter);
  find.form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".languages").addEventListener("click", (event) => {
    const lang = event.target.dataset.lang;
    if (!lang || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    speak(lang);
    try { history.replaceState(null, "", `?lang=${lang}${location.hash}`); } catch { /* a file may have no history of its own */ }
  });
  addEventListener("hashchange", goTo);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== find && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape" && document.activeElement === find) {
      find.value = "";
      filter();
    }
  });

  const asked = new URLSearchParams(location.search).get("lang");
  if (asked !== root.lang && document.querySelector(`[data-lang="${CSS.escape(asked ?? "")}"]`)) speak(asked);
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector(".toc details").open = false;
  goTo();
})();
