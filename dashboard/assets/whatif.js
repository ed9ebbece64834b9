/* What the page What-if does in the browser. Words come from the page. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.whatif = {
  /* A lever's controls are there while it is on. */
  open: function (on) {
    return !on;
  },
  /* How a lever is set: its level, and from which month. */
  echo: function (on, level, place, words) {
    if (!on) {
      return "";
    }
    const month = String((place % 12) + 1).padStart(2, "0");
    const start = words.from.replace("{month}", 2024 + Math.floor(place / 12) + "-" + month);
    return words.level ? words.level.replace("{level}", level) + " " + start : start;
  },
  /* Another base is another page: an upload leads to its address. */
  go: function (address) {
    if (address) {
      window.location.assign(address);
    }
    return window.dash_clientside.no_update;
  },
  /* Whoever leaves the page waits for nothing any more. */
  leave: function (asker) {
    window.addEventListener("pagehide", function () {
      navigator.sendBeacon("/left/" + asker);
    });
    return window.dash_clientside.no_update;
  },
};
