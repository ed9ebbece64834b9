/* What has to happen in the browser: the address bar, the language. No text, no numbers. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.page = {
  /* The address says what is shown, without a new page in the history for every choice. */
  remember: function (query) {
    if (query !== undefined && query !== null) {
      const address = window.location.pathname + (query ? "?" + query : "");
      window.history.replaceState(window.history.state, "", address);
      window.dash_clientside.page.carry(query);
    }
    return window.dash_clientside.no_update;
  },
  /* Links of the head go on with what is shown. */
  carry: function (query) {
    const now = new URLSearchParams(query);
    document.querySelectorAll(".head a[href]").forEach(function (link) {
      const asked = new URL(link.href);
      ["scenario", "against"].forEach(function (name) {
        asked.searchParams.delete(name);
        if (now.get(name)) {
          asked.searchParams.set(name, now.get(name));
        }
      });
      link.href = asked.pathname + asked.search.replaceAll("%3A", ":");
    });
  },
  /* The next page is drawn for the right ground from the start. */
  keepScheme: function (scheme) {
    if (scheme) {
      document.cookie = "scheme=" + scheme + "; path=/; max-age=31536000; SameSite=Strict";
    }
    return window.dash_clientside.no_update;
  },
  /* Another language is another page: the document says which it is in. */
  speak: function (clicks, language) {
    if (clicks) {
      const query = new URLSearchParams(window.location.search);
      query.set("lang", language);
      window.location.search = query.toString();
    }
    return window.dash_clientside.no_update;
  },
};

(function () {
  /* Once there is such an element, something is done to it. */
  const once = function (selector, act) {
    new MutationObserver(function (_, looking) {
      const found = document.querySelector(selector);
      if (found) {
        looking.disconnect();
        act(found);
      }
    }).observe(document, { childList: true, subtree: true });
  };
  /* Where the names of pages do not fit beside each other, the one at hand is scrolled into sight. */
  once(".head nav a[aria-current]", function (here) {
    here.parentElement.scrollLeft = here.offsetLeft + here.offsetWidth / 2
      - here.parentElement.offsetLeft - here.parentElement.clientWidth / 2;
  });
  /* Dash's upload has a field without a name: it gets that of its button. */
  once("input[type=file]", function (field) {
    field.setAttribute("aria-label", field.parentElement.innerText.trim());
  });
})();

/* Every few seconds the page asks whether its server is there. While it is not, a banner says so; if
   another one answers (it was started again), the page is loaded anew: its address says what it shows. */
(function () {
  const EVERY = 4000;
  let known = null;
  let lost = false;
  const tell = function (gone) {
    lost = gone;
    document.documentElement.toggleAttribute("data-offline", gone);
    const banner = document.getElementById("offline");
    if (banner) {
      banner.hidden = !gone;
    }
  };
  const look = async function () {
    if (document.hidden) {
      return;
    }
    try {
      const answer = await fetch("/alive", { cache: "no-store" });
      const now = await answer.text();
      if (!answer.ok) {
        throw new Error(answer.status);
      }
      if (known !== null && now !== known) {
        window.location.reload();
        return;
      }
      known = now;
      if (lost) {
        tell(false);
      }
    } catch (error) {
      tell(true);
    }
  };
  window.setInterval(look, EVERY);
  window.addEventListener("load", look);
})();
