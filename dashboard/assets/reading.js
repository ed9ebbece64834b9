/* Where a detail stands above what it belongs to, as on a phone, choosing one shows it. */
(function () {
  document.addEventListener("click", function (event) {
    const name = event.target.closest ? event.target.closest(".check-name") : null;
    const detail = document.getElementById("validation-detail");
    if (name && detail && detail.getBoundingClientRect().bottom < 0) {
      detail.scrollIntoView({ block: "start" });
    }
  });
})();
