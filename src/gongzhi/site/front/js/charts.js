// Charts, loaded only on pages that hold one. <div data-chart='{"kind":"bar", …}'> beside its table; the table stays the truth.
import { BarChart, LineChart, PieChart, ScatterChart, HeatmapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, PieChart, ScatterChart, HeatmapChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shapes = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];

const hatch = (rotation) => ({ symbol: "rect", color: "rgba(255,255,255,.28)", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation });
const hatches = [{ color: "none", symbol: "none" }, hatch(-Math.PI / 4), hatch(0), hatch(Math.PI / 4), hatch(Math.PI / 2), { color: "none", symbol: "none" }];

function options(spec) {
  const large = document.documentElement.classList.contains("large");
  const text = { color: token("--ink-2"), fontFamily: token("--sans"), fontSize: large ? 22 : 13 };
  const side = { a: token("--a"), b: token("--b") };
  const axis = { axisLine: { lineStyle: { color: token("--line-strong") } }, axisTick: { show: false }, axisLabel: text, splitLine: { lineStyle: { color: token("--line") } } };
  const kind = spec.kind === "area" ? "line" : spec.kind;
  const series = spec.series.map((one, i) => ({
    name: one.name, type: kind, data: one.data, stack: spec.stack ? "all" : undefined,
    itemStyle: one.side ? { color: side[one.side] } : undefined, lineStyle: one.side ? { color: side[one.side] } : undefined,
    symbol: shapes[i % shapes.length], symbolSize: kind === "scatter" ? 9 : 8, barMaxWidth: 28, areaStyle: spec.kind === "area" ? { opacity: .12 } : undefined,
    label: spec.labels ? { show: true, ...text, position: kind === "bar" ? (spec.across ? "right" : "top") : "top" } : undefined,
  }));
  const names = { type: "category", data: spec.names, ...axis };
  const values = { type: "value", min: spec.min, max: spec.max, name: spec.unit, nameTextStyle: text, ...axis };
  const base = {
    color: [1, 2, 3, 4, 5, 6].map((n) => token(`--chart-${n}`)), textStyle: text, animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300, aria: { enabled: true, label: { description: spec.title }, decal: { show: kind === "bar" && spec.series.length > 1, decals: hatches } },
    tooltip: { trigger: kind === "pie" || kind === "scatter" || kind === "heatmap" ? "item" : "axis", confine: true, textStyle: { ...text, color: token("--ink") }, borderColor: token("--line-strong") },
    legend: spec.series.length > 1 ? { bottom: 0, textStyle: text, icon: undefined } : undefined,
  };
  if (kind === "pie") return { ...base, series };
  if (kind === "heatmap") {
    return {
      ...base, grid: { left: 8, right: 16, top: 16, bottom: 48, containLabel: true }, xAxis: names, yAxis: { ...names, data: spec.rows }, series,
      visualMap: { min: spec.min, max: spec.max, orient: "horizontal", left: "center", bottom: 0, textStyle: text, inRange: { color: [2, 3, 4, 5].map((n) => token(`--step-${n}`)) } },
    };
  }
  const [xAxis, yAxis] = kind === "scatter" ? [{ ...values, name: spec.xUnit, min: spec.xMin, max: spec.xMax }, values] : spec.across ? [values, { ...names, inverse: true }] : [names, values];
  return { ...base, grid: { left: 8, right: spec.across && spec.labels ? 48 : 16, top: spec.unit ? 36 : 20, bottom: spec.series.length > 1 ? 40 : 8, containLabel: true }, xAxis, yAxis, series };
}

function draw(box) {
  if (box.dataset.drawn) return;
  box.dataset.drawn = "1";
  const spec = JSON.parse(box.dataset.chart);
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(options(spec));
  if (spec.links) chart.on("click", (event) => { if (spec.links[event.dataIndex]) location.assign(spec.links[event.dataIndex]); });
  new ResizeObserver(() => chart.resize()).observe(box);
}

const all = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
all(document);
window.htmx?.onLoad((root) => all(root));
