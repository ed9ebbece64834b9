/* Draws a tree of HTML that the server sent as plain data (plain_html.py). */
window.loansim = window.loansim || {};
window.loansim.PlainHtml = (function () {
  const drawn = function (node, place) {
    if (!Array.isArray(node)) {
      return node;
    }
    const [tag, attributes, inside] = node;
    return React.createElement(tag, { ...attributes, key: place }, ...inside.map(drawn));
  };
  return function PlainHtml(props) {
    return drawn(props.tree, 0);
  };
})();
