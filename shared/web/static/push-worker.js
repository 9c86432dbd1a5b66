// Shows what comes by push, and opens what it leads to.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  if (!event.data) return;
  const told = event.data.json();
  const shown = { body: told.text, lang: told.lang, tag: told.tag, icon: "/notifications/static/icon.svg", data: { link: told.link } };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.link));
});

async function open(link) {
  const path = new URL(link, self.location.origin);
  // Nothing but this site is opened, whoever sent it.
  if (path.origin !== self.location.origin) return;
  for (const page of await self.clients.matchAll({ type: "window" })) {
    if (page.url === path.href) return page.focus();
  }
  return self.clients.openWindow(path.href);
}
