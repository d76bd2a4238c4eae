// Set theme and language before the first paint, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var asked = new URLSearchParams(location.search);
  /** @param {string} name */
  var kept = function (name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // storage is switched off: the defaults serve
    }
  };
  var theme = asked.get("theme") || kept("gridgis.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if ((asked.get("lang") || kept("gridgis.lang")) === "en") root.lang = "en";
})();
