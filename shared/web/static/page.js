// All pages work without this.
// Fills what other services draw of a page; where one does not answer, its link stays.
for (const place of document.querySelectorAll("[data-fragment]")) {
  fetch(place.dataset.fragment, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null))
    .then((text) => { if (text !== null) place.innerHTML = text; })
    .catch(() => {});
}
// Counts what is unread in the inbox: now, every half a minute, and when the reader comes back.
for (const place of document.querySelectorAll("[data-unread]")) {
  const count = () => {
    if (document.hidden) return;
    fetch(place.dataset.unread, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : null))
      .then((found) => {
        if (found === null) return;
        place.firstElementChild.textContent = found.unread > 99 ? "99+" : found.unread;
        place.hidden = !found.unread;
      })
      .catch(() => {});
  };
  count();
  setInterval(count, 30000);
  document.addEventListener("visibilitychange", count);
}
// Follows what goes on by itself, and shows the page anew at its end.
for (const place of document.querySelectorAll("[data-under-way]")) {
  const look = () => fetch(location.href, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null))
    .then((text) => {
      if (text === null) return;
      const found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-under-way]");
      if (found === null) { location.reload(); return; }
      place.innerHTML = found.innerHTML;
      setTimeout(look, 2000);
    })
    .catch(() => setTimeout(look, 10000));
  setTimeout(look, 1000);
}
// Says a time as the reader's own clock has it, where that is another than the venue's.
for (const place of document.querySelectorAll("[data-own-time]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === place.dataset.zone) continue;
  const lang = document.documentElement.lang;
  const form = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  const shown = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, form).format(new Date(place.dataset.ownTime));
  place.textContent = `${place.dataset.words} ${shown} (${zone.replaceAll("_", " ")})`;
  place.hidden = false;
}
// Says beside each fault of a form which field it is of.
for (const link of document.querySelectorAll("#faults a")) {
  const label = document.querySelector(`label[for="${CSS.escape(link.hash.slice(1))}"]`);
  if (label) link.prepend(label.firstChild.textContent.trim(), document.documentElement.lang === "zh-Hant" ? "：" : ": ");
}
// Lets a Chinese heading break between its words, which the browser's own dictionary tells apart.
if (document.documentElement.lang === "zh-Hant" && Intl.Segmenter) {
  const words = new Intl.Segmenter("zh-Hant", { granularity: "word" });
  for (const heading of document.querySelectorAll("h1, h2, h3")) {
    const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      let wasWord = false;
      for (const each of [...words.segment(text.data)]) {
        if (wasWord && each.isWordLike) text.before(document.createElement("wbr"));
        text.before(each.segment);
        wasWord = each.isWordLike;
      }
      text.remove();
    }
    heading.normalize();
    heading.classList.add("by-words");
  }
}
// Brings the room that one is in before the eyes, where a phone shows a part of the row alone.
for (const here of document.querySelectorAll(".tabs [aria-current], header.site nav [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
