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
// Brings the room that one is in before the eyes, where a phone shows a part of the row alone.
for (const here of document.querySelectorAll(".tabs [aria-current], header.site nav [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
}
