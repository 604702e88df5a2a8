/* What the pages do beyond links and forms. Everything here is an addition: pages work without it where they can. */
"use strict";

document.documentElement.classList.add("xz-js");

/* --- Frame: menu, search key, theme, open menus ------------------------------------------------------------------- */

function setUpFrame() {
  const button = document.querySelector("[data-xz-menu]");
  const menu = document.getElementById("menu");
  if (button && menu) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      button.setAttribute("aria-expanded", String(menu.classList.toggle("xz-open")));
    });
  }
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector("[data-xz-details][open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const field = document.getElementById("xz-search");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && field && field.offsetParent) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("[data-xz-details][open]").forEach((open) => {
      if (!open.contains(event.target)) open.open = false;
    });
  });
  const theme = document.querySelector("[data-xz-theme]");
  if (theme) theme.addEventListener("submit", (event) => { event.preventDefault(); switchTheme(); });
}

function isDark() {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.bsTheme = theme;
  document.cookie = `xz_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  document.querySelectorAll("[data-xz-chart], [data-xz-map]").forEach((place) => draw(place));
}

/* --- Forms: the error summary takes focus, "select all", copying ---------------------------------------------------- */

function setUpForms(root) {
  const errors = root.querySelector(".xz-errors");
  if (errors) errors.focus();
  root.querySelectorAll("[data-xz-select-all]").forEach((all) => {
    all.addEventListener("change", () => {
      all.closest("table").querySelectorAll("tbody input[type=checkbox]").forEach((box) => {
        if (box.checked !== all.checked) box.click();
      });
    });
  });
  root.querySelectorAll("[data-xz-submit-on-change]").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
  });
  root.querySelectorAll("[data-xz-copy]").forEach((button) => {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.xzCopy);
      const word = button.querySelector("span");
      const before = word.textContent;
      word.textContent = button.dataset.xzCopied;
      setTimeout(() => { word.textContent = before; }, 1500);
    });
  });
  root.querySelectorAll("[data-xz-print]").forEach((button) => button.addEventListener("click", () => print()));
}

/* --- Charts and maps: the numbers come from a json_script beside the table ------------------------------------------ */

function colour(name) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  probe.style.color = `var(--xz-${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function base(data) {
  return {
    animation: false,
    aria: { enabled: true, label: { description: data.title || "" } },
    color: ["accent", "no_data", "at_risk", "met", "late", "on_track"].map(colour),
    textStyle: { color: colour("ink"), fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: { renderMode: "richText", confine: true, backgroundColor: colour("raised"), borderColor: colour("line"), textStyle: { color: colour("ink") } },
  };
}

/* data: {kind: "bar"|"line"|"hbar", unit, categories: [...], series: [{name, values, kind?, dashed?}], band?: {low, high}} */
function chartOption(data) {
  const soft = { color: colour("ink-soft") };
  const lines = { lineStyle: { color: colour("line") } };
  const categories = { type: "category", data: data.categories, axisLabel: soft, axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false } };
  const values = { type: "value", name: data.unit || "", nameTextStyle: soft, axisLabel: soft, splitLine: lines, scale: data.kind === "line" && !data.from_zero };
  const sideways = data.kind === "hbar";
  if (sideways) categories.inverse = true;
  const series = data.series.map((one) => ({
    name: one.name,
    type: one.kind || (data.kind === "line" ? "line" : "bar"),
    data: one.values,
    barMaxWidth: 28,
    symbolSize: 5,
    connectNulls: false,
    lineStyle: one.dashed ? { type: "dashed", width: 1.5 } : { width: 2 },
    endLabel: data.kind === "line" && data.series.length > 1 ? { show: true, formatter: "{a}", color: colour("ink") } : undefined,
    label: data.kind !== "line" && data.series.length === 1 ? { show: true, position: sideways ? "right" : "top", color: colour("ink") } : undefined,
  }));
  return Object.assign(base(data), {
    grid: { left: 8, right: data.series.length > 1 && data.kind === "line" ? 90 : 40, top: data.unit ? 34 : 14, bottom: 8, containLabel: true },
    legend: data.series.length > 1 && data.kind !== "line" ? { bottom: 0, textStyle: soft } : undefined,
    xAxis: sideways ? values : categories,
    yAxis: sideways ? categories : values,
    series,
  });
}

/* data: {map: url of GeoJSON, unit, values: [{code, name, value, state?, url?}], low?, high?} */
function mapOption(data) {
  const states = data.values.some((one) => one.state);
  const numbers = data.values.map((one) => one.value).filter((value) => value !== null && value !== undefined);
  const items = data.values.map((one) => Object.assign({ name: one.code, value: one.value ?? "-", shown: one.name, text: one.text, url: one.url },
    one.state ? { itemStyle: { areaColor: colour(`${one.state}-soft`), borderColor: colour(one.state) } } : {}));
  const option = Object.assign(base(data), {
    series: [{
      type: "map", map: data.map, nameProperty: "code", roam: false, data: items, selectedMode: false,
      label: { show: true, fontSize: 11, color: colour("ink"), formatter: (item) => item.data?.shown || "" },
      labelLayout: { hideOverlap: true },
      itemStyle: { areaColor: colour("sunk"), borderColor: colour("line-strong") },
      emphasis: { itemStyle: { areaColor: colour("accent-soft") }, label: { color: colour("ink") } },
    }],
  });
  option.tooltip.formatter = (item) => `${item.data?.shown || item.name}  ${item.data?.text ?? item.value}${item.data?.text ? "" : data.unit || ""}`;
  if (!states) {
    option.visualMap = {
      min: data.low ?? Math.min(...numbers, 0), max: data.high ?? Math.max(...numbers, 1), left: 8, bottom: 8, itemHeight: 90, text: [data.unit || "", ""],
      textStyle: { color: colour("ink-soft") }, inRange: { color: isDark() ? ["#1e2c40", "#4f86c9"] : ["#eef3fa", "#6f9bd1"] }, calculable: false,
    };
  }
  return option;
}

async function draw(place) {
  if (!window.echarts) return;
  const source = document.getElementById(place.dataset.xzChart || place.dataset.xzMap);
  if (!source) return;
  const data = JSON.parse(source.textContent);
  if (place.dataset.xzMap && !echarts.getMap(data.map)) {
    place.setAttribute("aria-busy", "true");
    const answer = await fetch(data.map);
    if (!answer.ok) return;
    echarts.registerMap(data.map, await answer.json());
    place.removeAttribute("aria-busy");
  }
  const chart = echarts.getInstanceByDom(place) || echarts.init(place);
  chart.setOption(place.dataset.xzMap ? mapOption(data) : chartOption(data), true);
  if (!place.dataset.xzReady) {
    place.dataset.xzReady = "yes";
    chart.on("click", (item) => { if (item.data && item.data.url) location.assign(item.data.url); });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

function setUp(root) {
  setUpForms(root);
  root.querySelectorAll("[data-xz-chart], [data-xz-map]").forEach((place) => draw(place));
}

setUpFrame();
setUp(document);
document.body.addEventListener("htmx:afterSwap", (event) => setUp(event.detail.target));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.querySelectorAll("[data-xz-chart], [data-xz-map]").forEach((place) => draw(place)));
