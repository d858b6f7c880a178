/* The replay of a sitting: the slider says in words where it stands, and folds stay as the reader left them. Without this
   file the slider is a form with a button. */
(function () {
  "use strict";

  var slider = document.getElementById("replay-at");
  if (!slider) return;
  var send = document.querySelector("#replay-form [data-no-script]");
  if (send && window.htmx) send.hidden = true;

  function say() {
    var shown = document.getElementById("replay");
    if (shown) slider.setAttribute("aria-valuetext", shown.dataset.say);
  }
  var folds = {};
  document.addEventListener("htmx:beforeSwap", function () {
    document.querySelectorAll("#replay details[id]").forEach(function (fold) {
      folds[fold.id] = fold.open;
    });
  });
  document.addEventListener("htmx:afterSettle", function () {
    document.querySelectorAll("#replay details[id]").forEach(function (fold) {
      if (fold.id in folds) fold.open = folds[fold.id];
    });
    say();
  });
  say();
})();
