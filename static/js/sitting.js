/* The sitting room and the ballot: folds stay as they were when regions are replaced, the confirmation is a real dialog,
   printing. Every page works without this file. */
(function () {
  "use strict";

  /* a region that is replaced brings its folds as the server draws them; here they stay as the reader left them */
  var folds = {};
  function remember() {
    document.querySelectorAll("details[id]").forEach(function (fold) {
      folds[fold.id] = fold.open;
    });
  }
  function restore() {
    document.querySelectorAll("details[id]").forEach(function (fold) {
      if (fold.id in folds && fold.open !== folds[fold.id]) fold.open = folds[fold.id];
    });
    var room = document.querySelector(".pg-room");
    if (room) room.classList.toggle("two", document.querySelector("#room-entry[data-announced]") !== null);
  }
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("htmx:oobAfterSwap", restore);

  /* one answer that does not come is no reason to alarm anybody: the next poll is a moment away */
  var missed = 0;
  function isPoll(event) {
    var source = event.detail && event.detail.elt;
    return source && source.id === "room-poll";
  }
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(
      name,
      function (event) {
        if (!isPoll(event)) return;
        missed += 1;
        if (missed < 3) event.stopImmediatePropagation();
      },
      true,
    );
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!isPoll(event) || !event.detail.successful) return;
    missed = 0;
    var passing = document.querySelector("#sg-note [data-passing]");
    if (passing) passing.remove();
  });

  /* the room looks at once when one comes back to it */
  document.addEventListener("visibilitychange", function () {
    var poll = document.getElementById("room-poll");
    if (!document.hidden && poll && window.htmx) window.htmx.trigger(poll, "look");
  });

  /* how long the one who has the floor has spoken: the server says it with every change, in between the page counts on */
  var shown = null;
  var since = 0;
  function count() {
    var clock = document.querySelector("[data-count]");
    if (!clock) return;
    if (clock !== shown) {
      shown = clock;
      since = performance.now();
    }
    var seconds = Number(clock.dataset.count) + Math.floor((performance.now() - since) / 1000);
    var rest = seconds % 60;
    clock.textContent = Math.floor(seconds / 60) + ":" + (rest < 10 ? "0" : "") + rest;
    clock.classList.toggle("over", Number(clock.dataset.limit || 0) > 0 && seconds >= Number(clock.dataset.limit));
  }
  if (document.getElementById("room-entry")) window.setInterval(count, 1000);

  /* <dialog open data-modal>: drawn by the server; with scripts it holds the focus, and Esc leads back */
  document.querySelectorAll("dialog[data-modal][open]").forEach(function (dialog) {
    if (typeof dialog.showModal !== "function") return;
    dialog.close();
    dialog.showModal();
    dialog.addEventListener("cancel", function (event) {
      event.preventDefault();
      window.location.replace(dialog.dataset.back);
    });
    dialog.addEventListener("click", function (event) {
      if (event.target !== dialog) return;
      event.stopPropagation();
    });
  });

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element ? event.target.closest("[data-print]") : null;
    if (button) window.print();
  });
})();
