"use strict";
// Hears the server and shows the newest snapshot. It never sends anything but GET.

const RETRY_MS = 2000;
const SILENCE_MS = 8000; // the server beats every 2 s
const STALE_S = 30;
const byId = (id) => document.getElementById(id);
const set = (id, text) => { const place = byId(id); if (place.textContent !== text) place.textContent = text; };
const thousands = (number) => number.toLocaleString("en-GB").replaceAll(",", "\u2009");

let newest = null; // the only snapshot that is kept
let drawing = false;
let lost = false;
let heardAt = Date.now();
let idle = null; // seconds since the log's last line, when last heard
let source = null;

function ago(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function showStatus() {
  const status = newest?.status;
  let phase = status?.phase ?? "connecting";
  let text = {
    connecting: "connecting", waiting: "no data yet", following: "following the log",
    replaying: `replay${status?.speed ? `, ${status.speed} \u00d7` : ""}`, ended: "log ended", gone: "log is gone, waiting for it",
  }[phase];
  if (phase === "ended" && status.end_text) text += `: ${status.end_text}`;
  const quiet = idle === null ? 0 : idle + (Date.now() - heardAt) / 1000;
  if (phase === "following" && quiet > STALE_S) text += `; nothing new for ${ago(quiet)}`;
  if (lost) { phase = "lost"; text = "connection lost, retrying"; }
  const pill = byId("status");
  pill.dataset.phase = phase;
  set("status", text);
}

// How full the buffer is in words, too: a full one means that the decoder is too slow for the rounds.
function showBuffer(buffer) {
  const peaks = buffer?.peaks ?? [];
  const full = peaks.length > 0 && buffer.depth > 0 && buffer.last >= buffer.full_from;
  set("buffer", peaks.length ? `${buffer.last} / ${Math.max(...peaks)}${buffer.depth ? ` of ${buffer.depth}` : ""}` : "\u2013");
  let words = "most rounds waiting, last look / ever";
  if (full) words = `FULL in ${thousands(buffer.full_looks)} looks: the decoder falls behind`;
  else if (buffer?.full_looks) words += `; was full in ${thousands(buffer.full_looks)} looks`;
  set("buffer-label", words);
  byId("buffer").parentElement.classList.toggle("alarm", full);
}

function showFigures(data) {
  set("shots", data ? thousands(data.shots) : "\u2013");
  const totals = data?.errors.totals ?? {};
  const name = "core" in totals ? "core" : Object.keys(totals)[0];
  const digits = (rate) => rate.map((r) => r < 1e-4 && r > 0 ? r.toExponential(1) : r.toFixed(5));
  if (name) {
    const [value, low, high] = digits(totals[name].rate);
    set("rate", `${value} [${low}, ${high}]`);
    set("rate-label", `logical errors per shot [95 %], ${name}, ${thousands(totals[name].errors)} errors`);
  } else {
    set("rate", "\u2013");
  }
  const cycles = data?.cycles;
  set("cycles", cycles?.total ? [cycles.p50, cycles.p99, cycles.p999, cycles.max].join(" / ") : "\u2013");
  showBuffer(data?.buffer);
  const totalsOf = data?.event_totals ?? {};
  set("images", data?.records ? thousands(totalsOf.image ?? 0) : "\u2013");
  set("codes", data?.records ? thousands(totalsOf.code ?? 0) : "\u2013");
  const faults = Object.entries(data?.faults ?? {});
  const sum = faults.reduce((all, [, n]) => all + n, 0) || totalsOf.fault || 0;
  set("faults", data?.records ? thousands(sum) : "\u2013");
  byId("faults").title = faults.map(([fault, n]) => `${fault}: ${n}`).join("\n");
}

function showEvents(data) {
  const events = data?.events ?? [];
  const lines = events.slice().reverse().map((event) => {
    const line = document.createElement("li");
    const what = document.createElement("span");
    what.className = `what what-${["fault", "image", "code", "noise"].includes(event.what) ? event.what : "note"}`;
    what.textContent = event.what;
    const text = document.createElement("span");
    text.textContent = event.text;
    const when = document.createElement("small");
    when.textContent = ` shot ${thousands(event.shot)}`;
    text.appendChild(when);
    line.append(what, text);
    return line;
  });
  byId("events").replaceChildren(...lines);
  byId("no-events").hidden = events.length > 0;
  set("no-events", data?.records ? "no events so far" : "no data yet");
}

function show() {
  drawing = false;
  const { status, data } = newest ?? {};
  set("title", data?.title ?? "QuantaCore");
  document.title = data ? `${data.title} \u2013 QuantaCore live` : "QuantaCore live";
  set("log", status ? `${status.log}, ${thousands(status.lines)} lines${status.restarts ? "; it was begun anew" : ""}` : "");
  set("note", status?.note ?? "");
  byId("note").hidden = !status?.note;
  set("settings", data ? Object.entries(data.settings).map(([k, v]) => `${k} ${v}`).join("  \u00b7  ") : "");
  const records = data?.records ? data : null;
  showFigures(data);
  showEvents(data);
  drawAll(records);
  showStatus();
}

// At most one drawing waits, and none while nobody looks.
function showSoon() {
  if (drawing || document.hidden) return;
  drawing = true;
  requestAnimationFrame(show);
}

function heard(data) {
  heardAt = Date.now();
  lost = false;
  idle = data.idle_s;
}

function connect() {
  source?.close();
  source = new EventSource("stream");
  source.addEventListener("snapshot", (event) => {
    newest = JSON.parse(event.data);
    heard(newest.status);
    showSoon();
  });
  source.addEventListener("beat", (event) => { heard(JSON.parse(event.data)); showStatus(); });
  source.onerror = () => {
    lost = true;
    showStatus();
    // The browser tries again by itself, unless the answer was none that it understands.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  };
}

document.addEventListener("visibilitychange", showSoon);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showSoon);
setInterval(() => {
  if (Date.now() - heardAt > SILENCE_MS && !lost) { lost = true; heardAt = Date.now(); connect(); lost = true; }
  showStatus();
}, 1000);
show();
connect();
