/* What a page does beyond HTML: dialogs, a guard against sending twice, unsaved words, copying a link, and clear words
   when a request of htmx fails. Every page works without this file. No text lives here: words stand in the page. */
(function () {
  "use strict";

  var sending = new Set();
  var dirty = new Set();

  /* dialogs: <a href="/the/page" data-dialog="id"> opens <dialog id>; the href works where scripts do not */
  function openDialog(dialog) {
    if (!dialog || typeof dialog.showModal !== "function" || dialog.open) return false;
    dialog.showModal();
    history.pushState({ dialog: dialog.id }, "");
    return true;
  }
  document.addEventListener(
    "close",
    function (event) {
      if (history.state && history.state.dialog === event.target.id) history.back();
    },
    true,
  );
  window.addEventListener("popstate", function () {
    document.querySelectorAll("dialog[open]").forEach(function (dialog) {
      dialog.close();
    });
  });

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest('[aria-disabled="true"]')) {
      event.preventDefault();
      return;
    }
    var opener = target.closest("[data-dialog]");
    if (opener && openDialog(document.getElementById(opener.dataset.dialog))) event.preventDefault();
    var closer = target.closest("[data-close]");
    if (closer) {
      var box = closer.closest("dialog, .sg-toast, .sg-notice");
      if (box) {
        event.preventDefault();
        if (box.tagName === "DIALOG") box.close();
        else box.remove();
      }
    }
    if (target.tagName === "DIALOG") {
      var edge = target.getBoundingClientRect();
      var inside =
        event.clientX >= edge.left &&
        event.clientX <= edge.right &&
        event.clientY >= edge.top &&
        event.clientY <= edge.bottom;
      if (!inside && event.detail > 0) target.close();
    }
    var copier = target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      navigator.clipboard.writeText(copier.dataset.copy).then(function () {
        toast(copier.dataset.copied || copier.textContent.trim());
      });
    }
  });

  function toast(words) {
    var list = document.getElementById("sg-toasts");
    var shape = document.getElementById("sg-toast-shape");
    if (!list || !shape || !words) return;
    var one = shape.content.cloneNode(true);
    one.querySelector(".grow").textContent = words;
    list.appendChild(one);
  }
  document.addEventListener("animationend", function (event) {
    if (event.animationName === "sg-away") event.target.remove();
  });

  /* a second click on the same button does nothing until the answer is there, or is plainly not coming */
  var PATIENCE = 15000;
  function release(form) {
    sending.delete(form);
    form.removeAttribute("aria-busy");
    Array.from(form.elements).forEach(function (one) {
      one.classList.remove("is-busy");
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.hasAttribute("hx-post") || form.getAttribute("method") === "dialog") return;
    if (sending.has(form)) {
      event.preventDefault();
      return;
    }
    sending.add(form);
    dirty.delete(form);
    form.setAttribute("aria-busy", "true");
    if (event.submitter) event.submitter.classList.add("is-busy");
    window.setTimeout(release, PATIENCE, form);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[aria-busy]").forEach(release);
  });

  /* a page that keeps itself up to date may be told to draw itself anew (HX-Refresh): not while somebody is on the way to
     another page, or has the finger on a button. The reload would take their click away; a later poll says it again. */
  var PRESSED = 1000;
  var UNDERWAY = 5000;
  var heldUntil = 0;
  function hold(milliseconds) {
    heldUntil = Math.max(heldUntil, Date.now() + milliseconds);
  }
  document.addEventListener("pointerdown", function () {
    hold(PRESSED);
  });
  /* on window, so that whoever prevents the click or the form has had their say */
  window.addEventListener("click", function (event) {
    var link = event.target instanceof Element && event.target.closest("a[href]");
    if (link && !event.defaultPrevented && !link.target) hold(UNDERWAY);
  });
  window.addEventListener("submit", function (event) {
    if (!event.defaultPrevented) hold(UNDERWAY);
  });
  window.addEventListener("beforeunload", function () {
    hold(UNDERWAY);
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.requestConfig.verb !== "get") hold(UNDERWAY);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.requestConfig.verb !== "get") heldUntil = 0;
  });
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    var asked = event.detail.requestConfig.verb === "get" && event.detail.xhr.getResponseHeader("HX-Refresh") === "true";
    if (asked && Date.now() < heldUntil) event.preventDefault();
  });
  window.addEventListener("pageshow", function () {
    heldUntil = 0;
  });

  /* <form data-unsaved>: the browser asks before words typed into it are left behind */
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-unsaved")) dirty.add(form);
  });
  window.addEventListener("beforeunload", function (event) {
    dirty.forEach(function (form) {
      if (!form.isConnected) dirty.delete(form);
    });
    if (dirty.size) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  /* what only makes sense with scripts is hidden in the page and shown here */
  function reveal(root) {
    root.querySelectorAll("[data-needs-js]").forEach(function (node) {
      if (node.hasAttribute("data-copy") && !navigator.clipboard) return;
      node.hidden = false;
    });
  }
  reveal(document);

  /* the list of errors takes the focus, so that it is read and its links are the next stop */
  function focusErrors(root) {
    var summary = root.querySelector(".sg-errsum");
    if (summary) summary.focus({ preventScroll: false });
  }
  focusErrors(document);

  document.addEventListener("htmx:afterSwap", function (event) {
    reveal(event.detail.elt);
    focusErrors(event.detail.elt);
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status >= 400) return;
    clearNote();
  });
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      showNote("sg-offline");
    });
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status >= 500) showNote("sg-failed");
  });
  function showNote(id) {
    var note = document.getElementById("sg-note");
    var shape = document.getElementById(id);
    if (note && shape) note.replaceChildren(shape.content.cloneNode(true));
  }
  function clearNote() {
    var note = document.getElementById("sg-note");
    if (note && note.querySelector("[data-passing]")) note.replaceChildren();
  }
})();
