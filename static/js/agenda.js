// The agenda in preparation: entries dragged into another order. Without scripts, and on the keyboard, the buttons do the same.
"use strict";
(function () {
  const list = document.querySelector("ol[data-order]");
  if (!list) return;
  let dragged = null;
  const ids = () => [...list.querySelectorAll("li[data-entry]")].map((one) => one.dataset.entry);
  const before = ids().join();
  list.querySelectorAll("li[data-entry]").forEach((one) => {
    one.draggable = true;
    one.addEventListener("dragstart", (event) => {
      // Text is selected in a field, not dragged away with its row.
      if (event.target.closest && event.target.closest("input")) return;
      dragged = one;
      one.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    one.addEventListener("dragover", (event) => {
      if (!dragged || dragged === one) return;
      event.preventDefault();
      const box = one.getBoundingClientRect();
      const after = event.clientY > box.top + box.height / 2;
      list.insertBefore(dragged, after ? one.nextSibling : one);
    });
    one.addEventListener("dragend", () => {
      one.classList.remove("dragged");
      dragged = null;
      if (ids().join() !== before) send();
    });
  });
  list.addEventListener("drop", (event) => event.preventDefault());

  function send() {
    const form = document.createElement("form");
    form.method = "post";
    form.action = list.dataset.order;
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").cloneNode();
    form.append(token);
    ids().forEach((id) => {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "entry";
      field.value = id;
      form.append(field);
    });
    document.body.append(form);
    form.submit();
  }
})();
