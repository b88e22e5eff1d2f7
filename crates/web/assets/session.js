// Warns two minutes before the session ends for want of use, and keeps it alive at the person's wish.
// Without script the session just ends; a form that was being written is asked for again with its values kept.
const dialog = document.getElementById("session-warning");
const seconds = Number(dialog?.dataset.seconds);

if (dialog instanceof HTMLDialogElement && seconds > 180) {
  let timer;
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dialog.showModal(), (seconds - 120) * 1000);
  };
  // Whatever else told the server that the session is in use, such as a draft that was kept.
  document.addEventListener("samlad:in-use", () => {
    if (!dialog.open) arm();
  });
  dialog.addEventListener("close", async () => {
    const body = new URLSearchParams({ _csrf: dialog.dataset.token });
    const answer = await fetch("/ui/session", { method: "POST", body, redirect: "error" }).catch(() => null);
    if (answer?.ok) {
      arm();
    } else {
      location.assign("/ui");
    }
  });
  arm();
}
