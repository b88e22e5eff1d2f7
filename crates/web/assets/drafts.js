// Keeps a draft of what is being written, on the server, sealed: a few seconds after the last key, at most three times a minute, and when the page is left.
// Without script the form works as ever; what has a fault in it comes back with its values.
const IDLE = 3_000;
const APART = 20_000;

const keep = (form) => {
  const said = form.querySelector(".draft-said");
  const draft = form.elements.namedItem("_draft");
  let timer = 0;
  let last = -APART;
  let changed = false;
  let sent = false;
  let saving = null;

  const own = (name) => name.startsWith("_");
  const written = () => [...form.querySelectorAll("textarea")].some((text) => !own(text.name) && text.value.trim() !== text.defaultValue.trim());

  // The hidden fields are the page's, not the writer's. The reason for a protected record goes with each access to it.
  const body = () => {
    const carried = new Set([...form.querySelectorAll("input[type=hidden]")].map((field) => field.name));
    const pairs = new URLSearchParams({
      _csrf: form.elements.namedItem("_csrf").value,
      _form: form.getAttribute("action"),
      _continued: draft.value,
    });
    for (const [name, value] of new FormData(form)) {
      if (name === "_reason" || (!own(name) && !carried.has(name))) pairs.append(name, value);
    }
    return pairs;
  };

  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(IDLE, last + APART - performance.now()));
  };

  const save = async (leaving = false) => {
    clearTimeout(timer);
    if (!changed || sent || saving || !written()) return;
    changed = false;
    let failed = false;
    last = performance.now();
    saving = fetch(form.dataset.draft, { method: "POST", body: body(), redirect: "error", keepalive: leaving === true })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
      .then((kept) => {
        draft.value = kept.id;
        said.textContent = kept.said;
        document.dispatchEvent(new Event("samlad:in-use"));
      })
      .catch(() => {
        failed = true;
        said.textContent = form.dataset.draftFailed;
      });
    await saving;
    saving = null;
    if (changed && !sent) arm();
    // What could not be kept is tried again with the next key, and when the page is left.
    changed ||= failed;
  };

  const write = () => {
    changed = true;
    sent = false;
    arm();
  };

  form.addEventListener("input", write);
  form.addEventListener("change", write);
  // A draft that is on its way arrives before the form, so that sending the form ends it.
  form.addEventListener("submit", (event) => {
    const waits = saving && sent;
    sent = true;
    if (!saving) return;
    event.preventDefault();
    if (waits) return;
    const { submitter } = event;
    saving.then(() => {
      saving = null;
      form.requestSubmit(submitter);
    });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
};

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
