// The button that has a browser show what comes. Without this the page has chat and SMS.
const place = document.getElementById("push");
const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (place && can) {
  place.hidden = false;
  const [button, said] = [place.querySelector("button"), place.querySelector(".fault")];
  button.addEventListener("click", async () => {
    said.hidden = button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say(said.dataset.refused);
      location.assign(await subscribe());
    } catch {
      say(said.dataset.failed);
    } finally {
      button.disabled = false;
    }
  });
  const say = (words) => {
    said.textContent = words;
    said.hidden = false;
  };
}

async function subscribe() {
  const scope = { scope: "/notifications/", updateViaCache: "none" };
  await navigator.serviceWorker.register(place.dataset.worker, scope);
  const worker = await ready(await navigator.serviceWorker.getRegistration(scope.scope));
  const key = await (await fetch(place.dataset.push)).json();
  const options = { userVisibleOnly: true, applicationServerKey: bytes(key.public_key) };
  const made = (await worker.pushManager.subscribe(options)).toJSON();
  const form = new FormData(place.querySelector("form"));
  form.set("endpoint", made.endpoint);
  form.set("p256dh", made.keys.p256dh);
  form.set("auth", made.keys.auth);
  const answer = await fetch(place.dataset.subscribe, { method: "POST", body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).next;
}

// A subscription needs a worker that is at work already.
function ready(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return registration;
  return new Promise((done) => worker.addEventListener("statechange", () => {
    if (worker.state === "activated") done(registration);
  }));
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
