/* Draw the layers of a report from its data. Every text enters the page as text, never as markup. */
const reportPage = (() => {
  "use strict";

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  };

  const escaped = (text) => element("i", "", text).innerHTML;

  /* A title and lines of "label value"; a line without a value is left out. */
  const card = (title, lines) => {
    const made = element("div", "card");
    made.append(element("strong", "", title));
    const list = element("dl");
    for (const [label, value] of lines) {
      if (value === "" || value === null || value === undefined) continue;
      list.append(element("dt", "", label), element("dd", "", value));
    }
    if (list.childNodes.length) made.append(list);
    return made;
  };

  const cells = (data, look) =>
    L.geoJSON(data, {
      style: {
        color: look.ink,
        weight: look.weight,
        opacity: look.opacity,
        dashArray: look.dashes || null,
        fillColor: look.ink,
        fillOpacity: 0.01,
      },
      onEachFeature: (feature, layer) => {
        const told = () => card(feature.properties.name, [[look.words.code, feature.properties.code]]);
        layer.bindTooltip(told, { sticky: true });
      },
    });

  const roads = (data, look) =>
    L.geoJSON(data, {
      interactive: false,
      style: (feature) => ({ color: "#90a4ae", opacity: 0.8, weight: look.weights[feature.properties.class] || 1 }),
    });

  const badge = (risk, letter) => `<span class="risk risk-${risk}">${escaped(letter)}</span>`;

  const clusterIcon = (look) => (cluster) => {
    const children = cluster.getAllChildMarkers();
    const counts = look.risks.map(() => 0);
    for (const marker of children) counts[marker.options.risk] += 1;
    const worst = look.risks[counts.findIndex((count) => count > 0)];
    let from = 0;
    const slices = counts.map((count, place) => {
      const until = from + (100 * count) / children.length;
      const slice = `${look.risks[place].fill} ${from.toFixed(1)}% ${until.toFixed(1)}%`;
      from = until;
      return slice;
    });
    const size = 32 + 4 * Math.min(4, Math.floor(Math.log10(children.length) * 2));
    return L.divIcon({
      className: "cluster",
      html:
        `<div style="background:conic-gradient(${slices.join(",")})"><span><b>${children.length}</b>` +
        `<small>${escaped(worst.letter)}</small></span></div>`,
      iconSize: [size, size],
    });
  };

  const enterprises = (data, look) => {
    const group = L.markerClusterGroup({
      maxClusterRadius: 48,
      disableClusteringAtZoom: 17,
      showCoverageOnHover: false,
      iconCreateFunction: clusterIcon(look),
    });
    const icons = look.risks.map((risk) =>
      L.divIcon({ className: "site", html: badge(risk.code, risk.letter), iconSize: [20, 20] }),
    );
    const markers = look.risks.map(() => []);
    for (const feature of data.features) {
      const [lon, lat] = feature.geometry.coordinates;
      const { n: name, r: risk, d: told } = feature.properties;
      const marker = L.marker([lat, lon], { icon: icons[risk], risk, title: name, alt: name });
      marker.bindPopup(() =>
        card(name, [
          [look.words.risk, look.risks[risk].name],
          ...(told || []).map((text, place) => [look.words.details[place], text === 0 ? "" : data.texts[text]]),
        ]),
      );
      markers[risk].push(marker);
    }
    markers.forEach((some) => group.addLayers(some));
    group.riskMarkers = markers;
    return group;
  };

  const teams = (data, look) =>
    L.geoJSON(data, {
      pointToLayer: (feature, place) => {
        const { name, shape, chosen, off } = feature.properties;
        const className = `team${chosen ? " chosen" : ""}${off ? " off" : ""}`;
        const icon = L.divIcon({ className, html: `<span>${escaped(shape)}</span>`, iconSize: [22, 22] });
        return L.marker(place, { icon, title: name, alt: name, zIndexOffset: chosen ? 1500 : 1000 });
      },
      onEachFeature: (feature, layer) =>
        layer.bindPopup(() =>
          card(
            feature.properties.name,
            look.words.map((label, place) => [label, feature.properties.told[place]]),
          ),
        ),
    });

  const routes = (data, look) =>
    L.geoJSON(data, {
      style: (feature) => ({
        color: look.ink,
        weight: 5,
        opacity: 0.85,
        dashArray: feature.properties.estimated ? "2 10" : null,
      }),
      onEachFeature: (feature, layer) =>
        layer.bindTooltip(() => card(feature.properties.name, [[look.words.eta, feature.properties.eta]]), {
          sticky: true,
        }),
    });

  const alarm = (place, look) =>
    L.marker([place.lat, place.lon], {
      icon: L.divIcon({ className: "alarm", html: "<span></span>", iconSize: [34, 34] }),
      title: look.words.alarm,
      alt: look.words.alarm,
      zIndexOffset: 2000,
    });

  /* Which risk colours are shown, each with its letter and its count. */
  const riskLegend = (map, group, look) => {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const box = element("fieldset", "legend leaflet-bar");
      box.append(element("legend", "", look.words.title));
      look.risks.forEach((risk, place) => {
        const label = element("label");
        const tick = element("input");
        tick.type = "checkbox";
        tick.checked = true;
        tick.addEventListener("change", () =>
          tick.checked ? group.addLayers(group.riskMarkers[place]) : group.removeLayers(group.riskMarkers[place]),
        );
        label.append(tick, element("span", `risk risk-${risk.code}`, risk.letter), ` ${risk.name} ${risk.count}`);
        box.append(label);
      });
      for (const { shape, name } of look.shapes) {
        const line = element("label", "shape");
        line.append(element("span", "team", shape), ` ${name}`);
        box.append(line);
      }
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  };

  const sources = (map, text) => {
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => element("div", "sources leaflet-control-attribution", text);
    control.addTo(map);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  };

  const table = (headings, rows, onPick) => {
    const made = element("table");
    const head = element("tr");
    headings.forEach((heading) => head.append(element("th", "", heading)));
    const top = element("thead");
    top.append(head);
    const body = element("tbody");
    rows.forEach((row, place) => {
      const line = element("tr");
      row.forEach((text) => line.append(element("td", "", text)));
      if (onPick) {
        line.tabIndex = 0;
        line.addEventListener("click", () => onPick(place));
        line.addEventListener("keydown", (event) => event.key === "Enter" && onPick(place));
      }
      body.append(line);
    });
    made.append(top, body);
    return made;
  };

  /* The answer to an alarm: who goes, what is short, who was passed over and why. */
  const answer = (map, drawn, told) => {
    const panel = document.getElementById("answer");
    panel.append(element("h1", "", told.title), element("p", "", told.place));
    const pick = (place) => {
      const line = drawn.getLayers().find((layer) => layer.feature.properties.rank === place);
      if (line) map.fitBounds(line.getBounds(), { padding: [40, 40], maxZoom: 16 });
      else if (told.bases[place]) map.setView(told.bases[place], 14);
    };
    panel.append(table(told.chosen.headings, told.chosen.rows, pick));
    for (const shortfall of told.shortfalls) panel.append(element("p", "shortfall", shortfall));
    if (told.passed.rows.length) {
      const more = element("details");
      more.append(element("summary", "", told.passed.title), table(told.passed.headings, told.passed.rows));
      panel.append(more);
    }
  };

  const FAULT = "#c62828";
  const DOUBT = "#ef6c00";

  /* Parts of the road network that nobody can drive to. */
  const islands = (data) =>
    L.geoJSON(data, {
      style: { color: FAULT, weight: 4, opacity: 0.9 },
      onEachFeature: (feature, layer) => layer.bindTooltip(() => element("span", "", feature.properties.text)),
    });

  /* Ends of roads that may be mistakes. */
  const roadEnds = (data) =>
    L.geoJSON(data, {
      pointToLayer: (feature, at) =>
        L.circleMarker(at, {
          radius: 6,
          weight: 2,
          color: feature.properties.kind === "gap" ? FAULT : DOUBT,
          fillColor: "#ffffff",
          fillOpacity: 1,
        }),
      onEachFeature: (feature, layer) => layer.bindTooltip(() => element("span", "", feature.properties.text)),
    });

  /* Figures of the road file, and lists whose rows show their place. */
  const roadFaults = (map, told) => {
    const panel = document.getElementById("answer");
    panel.append(element("h1", "", told.title));
    panel.append(table([], told.figures));
    for (const list of told.lists) {
      panel.append(element("h2", "", list.title), table([], list.rows, (place) => map.setView(list.places[place], 17)));
    }
    if (told.bad.rows.length) {
      const more = element("details");
      more.append(element("summary", "", told.bad.title), table([], told.bad.rows));
      panel.append(more);
    }
  };

  return { islands, roadEnds, roadFaults, cells, roads, enterprises, teams, routes, alarm, riskLegend, sources, answer };
})();
