// Keeps the door's pages and what they are made of, so that they open without a connection.
const STORE = "plenary-door-1";
const PARTS = ["/events/static/plenary.css", "/events/static/door.js", "/events/static/icon.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(PARTS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  if (new URL(event.request.url).pathname.includes("/api/")) return;
  event.respondWith(newestOf(event.request));
});

async function newestOf(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await store.put(request, answer.clone());
    return answer;
  } catch (failure) {
    const kept = await store.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw failure;
  }
}
