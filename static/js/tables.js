/* A decision table in its form: keys to walk and move in it, and what the check found, said at the cells. Without this file the
   page works by its buttons. */
(function () {
  "use strict";

  var PLACE = /^f-(rule|sample)-(\d+)-(.+)$/;

  function sibling(cell, by) {
    var place = PLACE.exec(cell.id);
    if (!place) return null;
    return document.getElementById("f-" + place[1] + "-" + (Number(place[2]) + by) + "-" + place[3]);
  }

  /* the cell beside it, in the same row; what is folded away is passed over */
  function beside(cell, by) {
    var row = cell.closest("tr");
    if (!row) return null;
    var cells = Array.from(row.querySelectorAll("textarea, input.form-control")).filter(function (one) {
      return one.getClientRects().length > 0;
    });
    return cells[cells.indexOf(cell) + by] || null;
  }

  function go(cell) {
    if (!cell) return false;
    cell.focus();
    cell.select();
    return true;
  }

  function act(name) {
    var button = document.querySelector('#grid button[value="' + name + '"]');
    if (button && !button.disabled) button.click();
  }

  function atEdge(cell, back) {
    if (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length) return true;
    if (cell.selectionStart !== cell.selectionEnd) return false;
    return back ? cell.selectionStart === 0 : cell.selectionEnd === cell.value.length;
  }

  function onLine(cell, first) {
    var rest = first ? cell.value.slice(0, cell.selectionStart) : cell.value.slice(cell.selectionEnd);
    return rest.indexOf("\n") < 0;
  }

  document.addEventListener("keydown", function (event) {
    var cell = event.target;
    if (!(cell instanceof HTMLTextAreaElement) || !cell.closest("[data-grid]") || event.isComposing) return;
    var place = PLACE.exec(cell.id);
    var up = event.key === "ArrowUp";
    if (event.altKey && (up || event.key === "ArrowDown")) {
      if (place && place[1] === "rule") {
        event.preventDefault();
        act("rules." + (up ? "up." : "down.") + place[2]);
      }
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      go(sibling(cell, 1));
    } else if (!event.shiftKey && (up || event.key === "ArrowDown")) {
      if (onLine(cell, up) && go(sibling(cell, up ? -1 : 1))) event.preventDefault();
    } else if (!event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      var back = event.key === "ArrowLeft";
      if (atEdge(cell, back) && go(beside(cell, back ? -1 : 1))) event.preventDefault();
    }
  });

  /* what the check found is said at the cells as well */
  function mark() {
    document.querySelectorAll("#grid [aria-invalid]").forEach(function (cell) {
      cell.removeAttribute("aria-invalid");
    });
    document.querySelectorAll("#grid .pg-why").forEach(function (why) {
      why.textContent = "";
    });
    document.querySelectorAll("#found [data-cell]").forEach(function (found) {
      var cell = document.getElementById("f-" + found.dataset.cell);
      var why = document.getElementById("why-" + found.dataset.cell);
      if (!cell || !why || found.dataset.cell.indexOf("sample-") === 0) return;
      cell.setAttribute("aria-invalid", "true");
      why.textContent = found.dataset.why;
    });
    document.querySelectorAll("#found [data-outcome]").forEach(function (outcome) {
      var place = document.getElementById(outcome.dataset.outcome);
      if (place) place.replaceChildren.apply(place, Array.from(outcome.cloneNode(true).childNodes));
    });
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "found") mark();
    var grid = document.getElementById("grid");
    if (event.detail.target.id === "grid" && grid && grid.dataset.focus) go(document.getElementById(grid.dataset.focus));
  });
})();
