// The door: checks a ticket at once against the list that the phone holds, keeps every scan until
// the server has it, and works without a connection in between.
const door = document.getElementById("door");
const words = door.dataset;
const verdict = document.getElementById("verdict");
const form = document.getElementById("scan");
const line = document.getElementById("line");
const KEPT_PEOPLE = `door:${words.list}:people`;
const KEPT_SCANS = `door:${words.list}:scans`;
const API = "/events/api/v1";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SIGNED_BYTES = 36;
const REFRESH_MS = 20_000;
const SHOWN = 8;

const read = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? "null") ?? otherwise;
const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));

let list = read(KEPT_PEOPLE, { people: [], keys: [] });
let sending = false;
let latest = null; // the scan whose verdict is shown

async function ask(path, options = {}) {
  const headers = { Authorization: `Bearer ${words.token}`, "Content-Type": "application/json" };
  const answer = await fetch(`${API}${path}`, { ...options, headers, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function bytesOf(text) {
  const bytes = [];
  let value = 0, bits = 0;
  for (const letter of text) {
    const digit = LETTERS.indexOf(letter);
    if (digit < 0) return null;
    value = ((value << 5) | digit) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

const idOf = (bytes) =>
  [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("")
    .replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");

async function isSigned(raw) {
  const said = raw.slice(0, SIGNED_BYTES), signature = raw.slice(SIGNED_BYTES);
  for (const jwk of list.keys) {
    try {
      const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
      if (await crypto.subtle.verify("Ed25519", key, signature, said)) return true;
    } catch {
      return true; // this browser can't verify; the server does
    }
  }
  return list.keys.length === 0;
}

async function whose(code) {
  const typed = code.replace(/\s/g, "").toUpperCase();
  if (!typed.startsWith("P1.")) {
    const short = typed.replace(/[^A-Z0-9]/g, "").replace(/0/g, "O").replace(/1/g, "I").replace(/8/g, "B");
    return { person: list.people.find((each) => each.short_code.replace("-", "") === short) };
  }
  const raw = bytesOf(typed.slice(3));
  if (raw === null || raw.length <= SIGNED_BYTES || !(await isSigned(raw))) return { fault: words.forged };
  if (idOf(raw.slice(20, 36)) !== words.workshop) return { fault: words.elsewhere };
  const id = idOf(raw.slice(4, 20));
  return { person: list.people.find((each) => each.registration_id === id) };
}

function show(kind, name, text) {
  const said = document.createElement("p");
  said.className = `said ${kind}`;
  const strong = document.createElement("strong");
  strong.textContent = name;
  said.append(strong, " ", text);
  verdict.replaceChildren(said);
  navigator.vibrate?.(kind === "good" ? 60 : [60, 60, 160]);
}

const direction = () => new FormData(form).get("direction") ?? "in";

async function scan(code) {
  const way = direction();
  const { person, fault } = await whose(code);
  if (fault) show("bad", "", fault);
  else if (!person) show("warn", "", words.unknown);
  else if (person.is_in === (way === "in")) show("warn", person.name, way === "in" ? words.again : words.gone);
  else show("good", person.name, way === "in" ? words.in : words.out);
  if (person) person.is_in = way === "in";
  const kept = { scan_id: crypto.randomUUID(), code, direction: way, scanned_at: new Date().toISOString() };
  latest = kept.scan_id;
  write(KEPT_SCANS, [...read(KEPT_SCANS, []), kept]);
  write(KEPT_PEOPLE, list);
  status();
  await send();
}

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let scans = read(KEPT_SCANS, []); scans.length; scans = read(KEPT_SCANS, [])) {
      const part = scans.slice(0, 200);
      const body = JSON.stringify({ scans: part });
      const { items } = await ask(`/workshops/${words.workshop}/scans`, { method: "POST", body });
      const done = new Set(items.map((each) => each.scan_id));
      write(KEPT_SCANS, read(KEPT_SCANS, []).filter((each) => !done.has(each.scan_id)));
      tell(items.find((each) => each.scan_id === latest));
    }
  } catch {
    // kept; sent when there is a connection
  } finally {
    sending = false;
    status();
  }
}

function tell(answer) {
  if (!answer) return;
  const name = answer.registration?.name ?? "";
  const comes = answer.direction === "in";
  if (answer.verdict === "refused") show("bad", name, `${words.refused}: ${answer.reason}`);
  else if (answer.verdict === "accepted") show("good", name, comes ? words.in : words.out);
  else show("warn", name, comes ? words.again : words.gone);
}

function status() {
  const waiting = read(KEPT_SCANS, []).length;
  line.textContent = waiting ? `${words.kept} ${waiting}` : words.sent;
}

async function refresh() {
  await send();
  const before = latest;
  try {
    const asked = await ask("/door");
    if (latest === before) { // else it may not know of the newest scans; the next one does
      list = asked;
      write(KEPT_PEOPLE, list);
    }
  } catch {
    // the kept list serves on
  }
  find();
}

const people = document.getElementById("people");
const who = document.getElementById("who");

function find() {
  const typed = who.value.trim().toLocaleLowerCase();
  const named = typed ? list.people.filter((each) => each.name.toLocaleLowerCase().includes(typed)) : [];
  people.querySelector("ul").replaceChildren(...named.slice(0, SHOWN).map((each) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = each.organisation ? `${each.name} · ${each.organisation}` : each.name;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = words.found;
    button.addEventListener("click", () => { who.value = ""; find(); scan(each.short_code); });
    item.append(name, " ", button);
    return item;
  }));
}

async function watch(camera) {
  const video = camera.querySelector("video");
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  await video.play();
  let last = "", at = 0;
  setInterval(async () => {
    const [seen] = await detector.detect(video);
    if (!seen || (seen.rawValue === last && Date.now() - at < 4000)) return;
    last = seen.rawValue;
    at = Date.now();
    scan(seen.rawValue);
  }, 250);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const code = form.elements.code.value.trim();
  form.elements.code.value = "";
  form.elements.code.focus();
  if (code) scan(code);
});
who.addEventListener("input", find);
people.hidden = false;
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  const camera = document.getElementById("camera");
  camera.hidden = false;
  camera.querySelector("button").addEventListener("click", () => watch(camera));
}
navigator.serviceWorker?.register("/events/door/worker.js", { scope: "/events/door/" });
window.addEventListener("online", () => refresh());
setInterval(refresh, REFRESH_MS);
status();
refresh();
