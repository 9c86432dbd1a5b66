// Adds a row to those of a form when the last one is written in; without this, saving adds some.
for (const rows of document.querySelectorAll("[data-rows]")) {
  rows.addEventListener("input", () => {
    const last = rows.lastElementChild, number = rows.children.length;
    const isEmpty = [...last.querySelectorAll("input:not([type=hidden])")].every((each) => !each.value);
    if (isEmpty || number >= Number(rows.dataset.rows)) return;
    const next = last.cloneNode(true);
    for (const fault of next.querySelectorAll(".fault")) fault.remove();
    for (const each of next.querySelectorAll("input")) {
      each.value = "";
      each.name = each.name.replace(/\.\d+\./, `.${number}.`);
      if (each.id) each.id = each.id.replace(/-\d+-/, `-${number}-`);
      each.ariaLabel = each.ariaLabel?.replace(/\d+/, number + 1);
      each.removeAttribute("aria-invalid");
      each.removeAttribute("aria-describedby");
    }
    rows.append(next);
  });
}
