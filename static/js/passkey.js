/* Passkeys: forms with data-passkey="get" (prove who is there) or "create" (make a new one) ask the device before they are
   sent, and carry its answer. What is asked stands in data-question, or comes from data-question-url. Where the browser
   knows no passkeys the forms stay hidden. No text lives here: words stand in the page. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) {
      return sign.charCodeAt(0);
    });
  }
  function text(buffer) {
    var plain = Array.from(new Uint8Array(buffer), function (byte) {
      return String.fromCharCode(byte);
    }).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function listed(credentials) {
    return (credentials || []).map(function (one) {
      return Object.assign({}, one, { id: bytes(one.id) });
    });
  }

  function ask(kind, question) {
    var asked = Object.assign({}, question.publicKey);
    asked.challenge = bytes(asked.challenge);
    if (kind === "create") {
      asked.user = Object.assign({}, asked.user, { id: bytes(asked.user.id) });
      asked.excludeCredentials = listed(asked.excludeCredentials);
      return navigator.credentials.create({ publicKey: asked });
    }
    asked.allowCredentials = listed(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked });
  }

  function answer(credential) {
    var said = { clientDataJSON: text(credential.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) said[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: said,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  function questionOf(form) {
    if (form.dataset.question) return Promise.resolve(JSON.parse(form.dataset.question));
    return fetch(form.dataset.questionUrl, { headers: { Accept: "application/json" } }).then(function (response) {
      if (!response.ok) throw new Error(String(response.status));
      return response.json();
    });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var field = form.querySelector("[data-passkey-answer]");
    var failed = form.querySelector("[data-passkey-failed]");
    var asking = false;
    form.hidden = false;
    form.addEventListener(
      "submit",
      function (event) {
        if (field.value) return;
        event.preventDefault();
        /* the guard against sending twice (app.js) must not count what was not sent */
        event.stopPropagation();
        if (asking) return;
        asking = true;
        failed.hidden = true;
        questionOf(form)
          .then(function (question) {
            return ask(form.dataset.passkey, question);
          })
          .then(function (credential) {
            field.value = answer(credential);
            form.requestSubmit();
          })
          .catch(function () {
            failed.hidden = false;
          })
          .finally(function () {
            asking = false;
          });
      },
      true,
    );
  });
  document.querySelectorAll("[data-passkey-missing]").forEach(function (note) {
    note.hidden = true;
  });
})();
