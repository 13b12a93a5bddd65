// What a resident said without a network, kept in this phone's own database until it can be sent. Shared by the pages and
// the service worker. A parcel is {key, url, fields: [[name, text | {name, type, blob}]], account, at, problem}.
const STORE = "parcels";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("gongzhi", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function work(mode, act) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const store = base.transaction(STORE, mode).objectStore(STORE);
      const asked = act(store);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    base.close();
  }
}

const told = new BroadcastChannel("gongzhi-outbox");
const changed = () => { told.postMessage(""); told.onchange?.(); };

export const keep = (parcel) => work("readwrite", (store) => store.put(parcel)).then(changed);
export const drop = (key) => work("readwrite", (store) => store.delete(key)).then(changed);
export const all = () => work("readonly", (store) => store.getAll());

// Called when what waits has changed, here or in another page of this phone.
export function changes(act) {
  told.addEventListener("message", act);
  told.onchange = act;
}

// One sender at a time, pages and worker together: a parcel is never under way twice from one phone, and the server
// takes each key once in any case.
export function flush() {
  return navigator.locks.request("gongzhi-outbox", { ifAvailable: true }, async (lock) => {
    if (!lock) return { sent: 0, left: (await all()).length };
    let sent = 0;
    const waiting = (await all()).sort((a, b) => a.at - b.at);
    if (waiting.length) {
      const answer = await fetch("/resident/token", { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) return { sent, left: waiting.length };
      const { token, account } = await answer.json();
      for (const parcel of waiting) if (parcel.account === account && (await deliver(parcel, token))) sent += 1;
    }
    return { sent, left: (await all()).length };
  });
}

// True when the server has it. What it refuses stays, with its reason, to be mended and sent again by the person.
async function deliver(parcel, token) {
  const form = new FormData();
  for (const [name, value] of parcel.fields) {
    if (name === "csrfmiddlewaretoken") continue;
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new File([value.blob], value.name, { type: value.type }));
  }
  form.append("csrfmiddlewaretoken", token);
  const answer = await fetch(parcel.url, { method: "POST", body: form, credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.ok) {
    await drop(parcel.key);
    return true;
  }
  if (answer.status === 422) await keep({ ...parcel, problem: (await answer.json()).detail });
  return false;
}
