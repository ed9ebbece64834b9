/* What has to happen in the browser: the address bar, the language. No text, no numbers. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.page = {
  /* The address says what is shown, without a new page in the history for every choice. */
  remember: function (query) {
    if (query !== undefined && query !== null) {
      const address = window.location.pathname + (query ? "?" + query : "");
      window.history.replaceState(window.history.state, "", address);
    }
    return window.dash_clientside.no_update;
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
