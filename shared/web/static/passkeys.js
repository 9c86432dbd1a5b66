// Passkeys: each form with data-passkey asks the browser for one and sends what it made.
const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const listed = (credentials = []) => credentials.map((each) => ({ ...each, id: bytesOf(each.id) }));

async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return plain(made, {
    attestationObject: textOf(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function find(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey });
  return plain(found, {
    authenticatorData: textOf(found.response.authenticatorData),
    signature: textOf(found.response.signature),
    userHandle: found.response.userHandle ? textOf(found.response.userHandle) : null,
  });
}

const plain = (credential, response) => ({
  id: credential.id,
  rawId: textOf(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: {},
  response: { clientDataJSON: textOf(credential.response.clientDataJSON), ...response },
});

async function ask(form) {
  const answer = await fetch(form.dataset.options, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const options = await answer.json();
  return form.dataset.passkey === "create" ? make(options) : find(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.namedItem("credential").value = JSON.stringify(await ask(form));
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      failed.hidden = false;
    }
  });
}
