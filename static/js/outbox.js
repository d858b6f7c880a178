/* Forms that are filled in outdoors (<form data-outbox="what it is" data-user="whose">): what is typed is kept on this device, and a
   form that finds no network waits here and is sent once when there is one again. Its own key (`once`, or data-once) makes sure of
   the once: the server answers the second arrival with what the first has made. Nothing is sent for somebody else's account. No text
   lives here: words stand in the page. */
(function () {
  "use strict";

  var HEADER = "Sangong-Outbox";
  var PATIENCE = 20000;
  var AGAIN = 30000;
  var PAUSE = 400;
  var box = document.getElementById("sg-outbox");
  if (!box || !window.indexedDB || !window.fetch) return;
  var user = box.dataset.user;

  var opened = new Promise(function (resolve, reject) {
    var asked = indexedDB.open("sangong", 1);
    asked.onupgradeneeded = function () {
      asked.result.createObjectStore("drafts");
      asked.result.createObjectStore("queue");
    };
    asked.onsuccess = function () {
      resolve(asked.result);
    };
    asked.onerror = reject;
  });
  function store(name, mode, work) {
    return opened.then(function (db) {
      return new Promise(function (resolve, reject) {
        var change = db.transaction(name, mode);
        var asked = work(change.objectStore(name));
        change.oncomplete = function () {
          resolve(asked.result);
        };
        change.onerror = change.onabort = reject;
      });
    });
  }
  function put(name, key, value) {
    return store(name, "readwrite", function (rows) {
      return rows.put(value, key);
    });
  }
  function get(name, key) {
    return store(name, "readonly", function (rows) {
      return rows.get(key);
    });
  }
  function drop(name, key) {
    return store(name, "readwrite", function (rows) {
      return rows.delete(key);
    });
  }
  function waiting() {
    return store("queue", "readonly", function (rows) {
      return rows.getAll();
    }).then(function (rows) {
      return rows
        .filter(function (entry) {
          return entry.user === user;
        })
        .sort(function (one, other) {
          return one.at - other.at;
        });
    });
  }

  /* one form's content, without what belongs to the page it stood in */
  function content(form) {
    return Array.from(new FormData(form)).filter(function (pair) {
      var empty = pair[1] instanceof File && !pair[1].name;
      return !empty && pair[0] !== "csrfmiddlewaretoken" && pair[0] !== "do";
    });
  }
  function keyOf(form) {
    return form.dataset.once || form.elements.namedItem("once").value;
  }
  function draftOf(form) {
    return user + "|" + new URL(form.action, location.href).pathname;
  }
  function restore(form, pairs) {
    var files = {};
    var given = {};
    pairs.forEach(function (pair) {
      var into = pair[1] instanceof File ? files : given;
      (into[pair[0]] = into[pair[0]] || []).push(pair[1]);
    });
    Array.from(form.elements).forEach(function (one) {
      if (!one.name || one.name === "csrfmiddlewaretoken" || one.type === "submit" || one.type === "button") return;
      if (one.type === "file") {
        if (!files[one.name]) return;
        var held = new DataTransfer();
        files[one.name].forEach(function (file) {
          held.items.add(file);
        });
        one.files = held.files;
      } else if (one.type === "checkbox" || one.type === "radio") {
        one.checked = (given[one.name] || []).indexOf(one.value) >= 0;
      } else if (given[one.name] && one.name !== "version" && one.name !== "kept") {
        one.value = given[one.name].shift();
      }
    });
  }

  /* "sent" with where to go on, "refused" by an answer of the server, "unsent" where nothing came back */
  function post(entry, token) {
    var body = new FormData();
    entry.pairs.forEach(function (pair) {
      body.append(pair[0], pair[1]);
    });
    body.append("do", "complete");
    body.append("csrfmiddlewaretoken", token);
    var stop = new AbortController();
    var timer = window.setTimeout(function () {
      stop.abort();
    }, PATIENCE);
    var headers = {};
    headers[HEADER] = "1";
    return fetch(entry.url, { method: "POST", body: body, headers: headers, credentials: "same-origin", signal: stop.signal })
      .then(function (answer) {
        if (answer.status >= 500) return { is: "unsent" };
        var data = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        if (!answer.ok || !data) return { is: "refused" };
        return answer.json().then(function (said) {
          return { is: "sent", url: said.url };
        });
      })
      .catch(function () {
        return { is: "unsent" };
      })
      .finally(function () {
        window.clearTimeout(timer);
      });
  }

  document.querySelectorAll("form[data-outbox]").forEach(function (form) {
    var timer = 0;
    var busy = false;
    var kept = document.querySelector("[data-outbox-kept]");
    function keep() {
      /* a step's answers are kept by the server as they are typed */
      if (!kept) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(function () {
        put("drafts", draftOf(form), { pairs: content(form) }).then(function () {
          kept.hidden = false;
        });
      }, PAUSE);
    }
    var asked = location.hash.indexOf("#outbox-") === 0 ? location.hash.slice(8) : "";
    if (form.dataset.fresh !== undefined) {
      var begun = asked ? get("queue", asked) : get("drafts", draftOf(form));
      begun.then(function (found) {
        if (!found || (found.user && found.user !== user)) return;
        restore(form, found.pairs);
        var told = document.querySelector("[data-outbox-restored]");
        if (told) told.hidden = false;
        form.dispatchEvent(new Event("change", { bubbles: true }));
        if (asked) {
          keep();
          drop("queue", asked).then(draw);
        }
      });
    }
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    document.addEventListener("click", function (event) {
      if (!(event.target instanceof Element) || !event.target.closest("[data-outbox-forget]")) return;
      event.preventDefault();
      window.clearTimeout(timer);
      drop("drafts", draftOf(form)).then(function () {
        location.assign(location.pathname + location.search);
      });
    });
    /* before the guard against sending twice: what waits here is not on its way */
    document.addEventListener(
      "submit",
      function (event) {
        if (event.target !== form) return;
        var pressed = event.submitter;
        if (pressed && pressed.value !== "complete") return;
        event.preventDefault();
        if (busy) return;
        busy = true;
        window.clearTimeout(timer);
        form.setAttribute("aria-busy", "true");
        if (pressed) pressed.classList.add("is-busy");
        var entry = {
          key: keyOf(form),
          user: user,
          url: form.action,
          title: form.dataset.outbox,
          pairs: content(form),
          at: Date.now(),
        };
        put("queue", entry.key, entry)
          .then(function () {
            return post(entry, form.elements.namedItem("csrfmiddlewaretoken").value);
          })
          .catch(function () {
            /* a device that keeps nothing still sends as every page does */
            return { is: "refused" };
          })
          .then(function (found) {
            if (found.is === "unsent") {
              drop("drafts", draftOf(form));
              form.hidden = true;
              draw();
              box.scrollIntoView();
              box.querySelector("h2, h3, b, strong, p").focus();
              return;
            }
            drop("queue", entry.key)
              .catch(function () {})
              .then(function () {
                if (found.is === "sent") {
                  drop("drafts", draftOf(form)).then(function () {
                    location.assign(found.url);
                  });
                  return;
                }
                /* the server's own page says what is wrong, with everything still in it */
                var done = document.createElement("input");
                done.type = "hidden";
                done.name = "do";
                done.value = "complete";
                form.appendChild(done);
                form.submit();
              });
          });
      },
      true,
    );
  });

  function draw() {
    return waiting().then(function (rows) {
      var list = box.querySelector("ul");
      list.textContent = "";
      rows.forEach(function (entry) {
        var line = box.querySelector("template").content.cloneNode(true);
        var link = line.querySelector("a");
        link.textContent = entry.title;
        link.href = entry.url + "#outbox-" + entry.key;
        line.querySelector("time").textContent = new Date(entry.at).toLocaleString(document.documentElement.lang);
        line.querySelector("[data-refused]").hidden = !entry.refused;
        list.appendChild(line);
      });
      box.hidden = !rows.length;
      return rows;
    });
  }

  function send(entry) {
    return fetch(entry.url, { credentials: "same-origin" })
      .then(function (answer) {
        if (answer.redirected || !answer.ok) return null;
        return answer.text();
      })
      .then(function (page) {
        if (page === null) return;
        var form = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-outbox]");
        /* a step that is done has no form any more: what was on its way has arrived */
        if (!form) return drop("queue", entry.key);
        return post(entry, form.querySelector("[name=csrfmiddlewaretoken]").value).then(function (found) {
          if (found.is === "sent") return drop("queue", entry.key);
          if (found.is === "refused") return put("queue", entry.key, Object.assign(entry, { refused: true }));
        });
      })
      .catch(function () {});
  }
  function flush() {
    function all() {
      return waiting().then(function (rows) {
        return rows
          .filter(function (entry) {
            return !entry.refused;
          })
          .reduce(function (before, entry) {
            return before.then(function () {
              return send(entry);
            });
          }, Promise.resolve());
      });
    }
    var work = navigator.locks ? navigator.locks.request("sangong-outbox", { ifAvailable: true }, function (lock) {
      return lock ? all() : undefined;
    }) : all();
    return Promise.resolve(work).then(draw);
  }
  box.querySelector("[data-outbox-send]").addEventListener("click", flush);
  window.addEventListener("online", flush);
  window.setInterval(function () {
    if (!box.hidden) flush();
  }, AGAIN);
  draw().then(function (rows) {
    if (rows.length) flush();
  });

  /* <button data-locate="id of the field">: where the device is, as latitude and longitude */
  if (navigator.geolocation) {
    document.querySelectorAll("[data-locate]").forEach(function (button) {
      button.hidden = false;
    });
    document.addEventListener("click", function (event) {
      var button = event.target instanceof Element && event.target.closest("[data-locate]");
      if (!button) return;
      var field = document.getElementById(button.dataset.locate);
      var failed = button.parentElement.querySelector("[data-locate-failed]");
      button.classList.add("is-busy");
      navigator.geolocation.getCurrentPosition(
        function (found) {
          button.classList.remove("is-busy");
          if (failed) failed.hidden = true;
          field.value = found.coords.latitude.toFixed(6) + "," + found.coords.longitude.toFixed(6);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        },
        function () {
          button.classList.remove("is-busy");
          if (failed) failed.hidden = false;
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }
})();
