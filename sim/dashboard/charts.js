"use strict";
// Draws one snapshot. Every chart is made anew from it: the page keeps nothing that grows.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const DECODERS = {
  core: "core, as the loop drives it",
  static: "weights never changed",
  oracle: "weights of the true noise",
  matching: "PyMatching, true noise",
};
const ORDER = ["core", "static", "oracle", "matching"];
const DASHES = ["solid", "dash", "dot", "dashdot"];
const SYMBOLS = ["circle", "square", "diamond", "x"];
const CONFIG = { displayModeBar: false, responsive: true };

function layout(xTitle, yTitle, more) {
  const axis = {
    gridcolor: css("--grid"), linecolor: css("--line"), zeroline: false, automargin: true,
    title: { standoff: 4 }, exponentformat: "power", tickfont: { size: 10.5 }, ticks: "outside", tickcolor: css("--line"), ticklen: 3,
  };
  const made = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: css("--ink"), size: 11, family: getComputedStyle(document.body).fontFamily },
    margin: { l: 46, r: 8, t: 6, b: 34 }, showlegend: false, hovermode: "closest",
    hoverlabel: { font: { size: 12 } },
    xaxis: { ...axis, ...(more?.xaxis) }, yaxis: { ...axis, ...(more?.yaxis) },
  };
  made.xaxis.title = { text: xTitle, standoff: 4 };
  made.yaxis.title = { text: yTitle, standoff: 4 };
  for (const [name, value] of Object.entries(more ?? {})) {
    if (name !== "xaxis" && name !== "yaxis") made[name] = value;
  }
  return made;
}

// Draws, or says why there is nothing to draw.
function draw(name, traces, made, nothing) {
  const place = document.getElementById(`chart-${name}`);
  let words = place.querySelector(".empty");
  if (!words) {
    words = document.createElement("p");
    words.className = "empty";
    place.appendChild(words);
  }
  words.hidden = !nothing;
  words.textContent = nothing || "";
  if (nothing) {
    if (place.drawn) Plotly.purge(place.drawn);
    place.drawn?.remove();
    place.drawn = null;
    return;
  }
  if (!place.drawn) {
    place.drawn = document.createElement("div");
    place.drawn.style.cssText = "position:absolute;inset:0";
    place.appendChild(place.drawn);
  }
  Plotly.react(place.drawn, traces, made, CONFIG);
}

function drawLattice(lattice) {
  const { places, rates } = lattice;
  if (!rates) return draw("lattice", [], null, "no data yet");
  if (!rates.length) return draw("lattice", [], null, "no detection events in this log");
  const x = places.map((place, slot) => place[0] ?? slot);
  const y = places.map((place) => place[1] ?? 0);
  const span = Math.max(Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y), 2);
  const size = Math.max(5, Math.min(34, 300 / (span + 3)));
  const trace = {
    type: "scatter", mode: "markers", x, y, customdata: rates,
    text: places.map((place, slot) => `slot ${slot} at (${place.join(", ")})`),
    hovertemplate: "%{text}<br>%{customdata:.4f} detection events per round<extra></extra>",
    marker: {
      symbol: "diamond", size, color: rates, colorscale: "Cividis", cmin: 0, cmax: Math.max(...rates, 1e-9),
      line: { color: css("--line"), width: 1 },
      colorbar: { title: { text: "events per round", side: "right", font: { size: 11 } }, thickness: 10, len: 1, tickfont: { size: 10 }, outlinewidth: 0 },
    },
  };
  const pad = span * 0.1 + 0.4;
  draw("lattice", [trace], layout("x of the detector", "y of the detector", {
    plot_bgcolor: css("--plot"),
    xaxis: { range: [Math.min(...x) - pad, Math.max(...x) + pad], constrain: "domain" },
    yaxis: { range: [Math.max(...y) + pad, Math.min(...y) - pad], scaleanchor: "x", constrain: "domain" },
  }));
}

function drawErrors(errors, events) {
  const names = Object.keys(errors.decoders).sort((a, b) => (ORDER.indexOf(a) + 99) % 99 - ((ORDER.indexOf(b) + 99) % 99));
  if (!names.length) return draw("errors", [], null, errors.total_shots ? "no errors told" : "no data yet");
  const middles = errors.first_shot.map((first, k) => first + errors.shots[k] / 2);
  const traces = names.map((name, k) => {
    const rates = errors.decoders[name];
    return {
      type: "scatter", mode: rates.length > 60 ? "lines" : "lines+markers", name: DECODERS[name] ?? name, x: middles, y: rates.map((r) => r[0]),
      customdata: rates.map((r) => [r[1], r[2]]),
      hovertemplate: "%{y:.5f} [%{customdata[0]:.5f}, %{customdata[1]:.5f}]<extra>%{fullData.name}</extra>",
      error_y: {
        type: "data", symmetric: false, array: rates.map((r) => r[2] - r[0]), arrayminus: rates.map((r) => r[0] - r[1]),
        thickness: 1, width: 0, color: css(`--series-${k % 5}`),
      },
      line: { color: css(`--series-${k % 5}`), dash: DASHES[k % 4], width: 1.6 },
      marker: { symbol: SYMBOLS[k % 4], size: 6 },
    };
  });
  // Marks above the curves: when images and codes came into force, when the noise changed.
  const last = errors.first_shot.at(-1) + errors.shots.at(-1);
  for (const [what, symbol, colour, label] of [
    ["image", "triangle-down", "--blue", "new image"], ["code", "star-triangle-up", "--green", "code switch"],
    ["noise", "line-ns-open", "--orange", "noise changed"], ["fault", "x-thin-open", "--red", "fault"],
  ]) {
    const at = events.filter((event) => event.what === what && event.shot <= last);
    if (at.length) {
      traces.push({
        type: "scatter", mode: "markers", name: label, x: at.map((e) => e.shot), y: at.map(() => 1), yaxis: "y2",
        text: at.map((e) => e.text), hovertemplate: "%{text}<extra></extra>",
        marker: { symbol, size: 9, color: css(colour), line: { width: 2, color: css(colour) } }, cliponaxis: false,
      });
    }
  }
  draw("errors", traces, layout("shots decoded", "logical errors per shot", {
    showlegend: true, legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, font: { size: 10.5 } },
    margin: { l: 52, r: 10, t: 30, b: 34 },
    xaxis: { rangemode: "tozero", exponentformat: "SI" }, yaxis: { rangemode: "tozero" },
    yaxis2: { overlaying: "y", range: [0, 1.03], visible: false, fixedrange: true },
  }));
}

// Of few decades, also 2 and 5 of each: one label alone says nothing.
function logAxis([least, most]) {
  return { type: "log", dtick: most / least > 300 ? 1 : "D2", tickformat: ".1~g" };
}

function drawPriors(weights) {
  if (!weights?.priors) return draw("priors", [], null, weights === null ? "no data yet, or none in this log" : "no priors in this log");
  if (!weights.true_priors) {
    const x = weights.priors.map((_, k) => k);
    const trace = { type: "scatter", mode: "markers", x, y: weights.priors, marker: { color: css("--blue"), size: 5 } };
    const ends = [Math.min(...weights.priors), Math.max(...weights.priors)];
    return draw("priors", [trace], layout("entry of the image (truth not known)", "prior", { yaxis: logAxis(ends) }));
  }
  const all = weights.priors.concat(weights.true_priors);
  const ends = [Math.min(...all) / 1.5, Math.min(1, Math.max(...all) * 1.5)];
  draw("priors", [
    { type: "scatter", mode: "lines", x: ends, y: ends, line: { color: css("--quiet"), width: 1, dash: "dot" }, hoverinfo: "skip" },
    {
      type: "scatter", mode: "markers", x: weights.true_priors, y: weights.priors,
      marker: { color: css("--blue"), size: 6, opacity: 0.65, line: { width: 0.5, color: css("--card") } },
      hovertemplate: "truth %{x:.3g}<br>in force %{y:.3g}<extra></extra>",
    },
  ], layout("prior of the true noise", "prior in force", {
    xaxis: { ...logAxis(ends), tickfont: { size: 9 }, range: ends.map(Math.log10) }, yaxis: { ...logAxis(ends), range: ends.map(Math.log10) },
  }));
}

function drawLengths(weights) {
  if (!weights) return draw("lengths", [], null, "no data yet, or none in this log");
  if (!weights.length_pairs) {
    const trace = { type: "bar", x: weights.length_counts.map((_, k) => k), y: weights.length_counts, marker: { color: css("--blue") } };
    return draw("lengths", [trace], layout("length in growth steps (truth not known)", "entries of the image"));
  }
  const shown = weights.length_pairs.map((row) => row.map((count) => count || null));
  draw("lengths", [{
    type: "heatmap", z: shown, colorscale: "Cividis", xgap: 1, ygap: 1, zmin: 0,
    hovertemplate: "truth %{x}, in force %{y}: %{z} entries<extra></extra>",
    colorbar: { title: { text: "entries", side: "right", font: { size: 11 } }, thickness: 10, len: 1, tickfont: { size: 10 }, outlinewidth: 0 },
  }, {
    type: "scatter", mode: "lines", x: [-0.5, shown.length - 0.5], y: [-0.5, shown.length - 0.5],
    line: { color: css("--quiet"), width: 1, dash: "dot" }, hoverinfo: "skip",
  }], layout("right length, growth steps", "length in force, growth steps", {
    plot_bgcolor: css("--plot"),
    xaxis: { range: [-0.5, shown.length - 0.5] }, yaxis: { range: [-0.5, shown.length - 0.5] },
  }));
}

function drawCycles(cycles) {
  if (!cycles.total) return draw("cycles", [], null, "no data yet, or none in this log");
  const trace = {
    type: "bar", x: cycles.starts.map((start) => start + cycles.width / 2), y: cycles.counts, width: cycles.width,
    marker: { color: css("--blue"), line: { width: 0 } }, customdata: cycles.starts.map((s) => s + cycles.width - 1), text: cycles.starts,
    textposition: "none", hovertemplate: "%{text} to %{customdata} cycles: %{y} windows<extra></extra>",
  };
  const marks = [["p50", cycles.p50], ["p99", cycles.p99], ["p99.9", cycles.p999]];
  draw("cycles", [trace], layout("core cycles of a window", "windows", {
    yaxis: { type: "log", dtick: 1 }, bargap: 0,
    shapes: marks.map(([, at]) => ({ type: "line", x0: at, x1: at, yref: "paper", y0: 0, y1: 0.92, line: { color: css("--series-1"), width: 1.2, dash: "dash" } })),
    annotations: marks.map(([name, at], k) => ({ x: at, yref: "paper", y: 1.02, text: name, showarrow: false, xanchor: "left", xshift: 2, yshift: -k * 11, font: { size: 10, color: css("--red") } })),
  }));
}

function drawBuffer(buffer) {
  if (!buffer.shots.length) return draw("buffer", [], null, "no data yet, or none in this log");
  const most = Math.max(...buffer.peaks);
  // Where it is far from full, small levels are what there is to see.
  const limit = buffer.depth && most > buffer.depth / 3 ? buffer.depth : 0;
  draw("buffer", [{
    type: "scatter", mode: buffer.peaks.length > 60 ? "lines" : "lines+markers", x: buffer.shots, y: buffer.peaks,
    line: { color: css("--blue"), width: 1.8, shape: "vh" }, marker: { size: 5, color: css("--blue") },
    hovertemplate: "at most %{y} rounds waited<extra></extra>",
  }], layout("shots decoded", "most rounds waiting", {
    xaxis: { rangemode: "tozero", exponentformat: "SI" }, yaxis: { range: [0, Math.max(4, most, limit) * 1.12], ...(most < 9 && !limit ? { dtick: 1 } : {}) },
    shapes: limit ? [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: limit, y1: limit, line: { color: css("--series-1"), width: 1.4, dash: "dash" } }] : [],
    annotations: [{
      xref: "paper", x: 1, xanchor: "right", showarrow: false, font: { size: 10.5, color: limit ? css("--red") : css("--quiet") },
      ...(limit ? { y: limit, yanchor: "bottom" } : { yref: "paper", y: 1, yanchor: "top" }),
      text: buffer.depth ? (limit ? `full: ${buffer.depth}` : `room for ${buffer.depth}`) : "",
    }],
  }));
}

function drawAll(data) {
  drawLattice(data?.lattice ?? { places: [], rates: null });
  drawErrors(data?.errors ?? { decoders: {}, total_shots: 0 }, data?.events ?? []);
  drawPriors(data ? data.weights : null);
  drawLengths(data ? data.weights : null);
  drawCycles(data?.cycles ?? { total: 0 });
  drawBuffer(data?.buffer ?? { shots: [] });
}
