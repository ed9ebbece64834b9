/* A click on a line, band or bar that stands for a lender or a group of people opens the page of it.
   A trace says so in its `meta`: {page, name, values}: the page, the name in its address, and one
   value for the whole trace or one for each of its points. */
(function () {
  const KEPT = ["scenario", "against", "seeds", "borrowers", "lang"];
  const target = function (event) {
    const point = event && event.points && event.points[0];
    const meta = point && point.data && point.data.meta;
    if (!meta || !meta.page) {
      return null;
    }
    const value = meta.values.length > 1 ? meta.values[point.pointNumber] : meta.values[0];
    if (!value) {
      return null;
    }
    const asked = new URLSearchParams(window.location.search);
    const query = new URLSearchParams();
    KEPT.forEach(function (name) {
      if (asked.get(name)) {
        query.set(name, asked.get(name));
      }
    });
    query.set(meta.name, value);
    return meta.page + "?" + query.toString().replaceAll("%3A", ":");
  };
  const bind = function (chart) {
    chart.dataset.opens = "true";
    chart.on("plotly_click", function (event) {
      const address = target(event);
      if (address) {
        window.location.assign(address);
      }
    });
    chart.on("plotly_hover", function (event) {
      chart.classList.toggle("opens", target(event) !== null);
    });
    chart.on("plotly_unhover", function () {
      chart.classList.remove("opens");
    });
  };
  document.addEventListener(
    "pointerover",
    function (event) {
      const chart = event.target.closest ? event.target.closest(".js-plotly-plot") : null;
      if (chart && chart.on && !chart.dataset.opens) {
        bind(chart);
      }
    },
    true
  );
})();
