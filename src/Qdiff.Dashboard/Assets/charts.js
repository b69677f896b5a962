// Draws the charts that the server describes: lines, means with bands, measurements with bars. Their data are asked for again when
// the stream of news says so.
(() => {
  'use strict';
  const make = (name, kind, text) => {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value, digits = 4) => value === null || value === undefined ? 'no number'
    : Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? Number(value.toPrecision(digits)).toExponential() : String(Number(value.toPrecision(digits)));
  // Of a tick as many digits as tell it from the next.
  const tick = (value, step) => Math.abs(value) < step / 2 ? '0'
    : short(value, Math.min(15, Math.max(4, 2 + Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)))));
  const count = value => Math.round(value * 10) / 10 === Math.round(value) ? Math.round(value).toLocaleString('en') : value.toLocaleString('en');
  const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
  const height = 280;

  class Chart {
    constructor(place, data) {
      this.figure = make('figure', 'plot');
      this.title = make('h3', '', data.title);
      this.area = make('div', 'draw');
      this.area.tabIndex = 0;
      this.area.setAttribute('role', 'application');
      this.area.setAttribute('aria-roledescription', 'chart');
      this.said = make('p', 'readout');
      this.said.setAttribute('aria-live', 'polite');
      this.legend = make('div', 'legend');
      this.note = make('figcaption');
      this.hidden = new Set();
      this.focused = null;
      this.log = null;
      const tools = make('div', 'tools');
      this.logButton = make('button', '', 'Logarithmic');
      this.logButton.type = 'button';
      this.logButton.addEventListener('click', () => { this.log = !this.isLog(); this.build(); });
      this.wholeButton = make('button', '', 'Whole');
      this.wholeButton.type = 'button';
      this.wholeButton.title = 'Show the whole length again after a part was chosen with the mouse';
      this.wholeButton.hidden = true;
      this.wholeButton.addEventListener('click', () => { this.zoom = null; this.build(); });
      tools.append(this.wholeButton, this.logButton);
      const head = make('div', 'plothead');
      head.append(this.title, tools);
      this.figure.append(head, this.area, this.said, this.legend, this.note);
      place.append(this.figure);
      this.area.addEventListener('keydown', event => this.key(event));
      this.area.addEventListener('click', () => this.pick());
      new ResizeObserver(() => {
        if (this.plot && this.area.clientWidth !== this.plot.width) this.plot.setSize({ width: this.area.clientWidth, height });
      }).observe(this.area);
      this.take(data);
    }

    isLog() { return this.log === null ? this.data.log : this.log; }

    take(data) {
      const was = this.data && this.data.series.map(s => s.name).join('\n');
      const log = this.data && this.isLog();
      this.data = data;
      this.note.textContent = data.note;
      const last = data.series.filter(s => !s.faint).slice(0, 4).map(s => {
        let i = s.y.length - 1;
        while (i > 0 && s.y[i] === null) i--;
        return i < 0 ? '' : `${s.name || data.title} ${short(s.y[i])} at ${count(s.x[i])}`;
      });
      this.area.setAttribute('aria-label', `${data.title} over ${data.x}: ${last.join('; ')}`
        + `${data.series.length > 4 ? '; and more' : ''}. Arrow keys read values.`);
      if (this.plot && was === data.series.map(s => s.name).join('\n') && log === this.isLog()) {
        const zoom = this.zoom;
        this.plot.setData(this.joined(), !zoom);
        if (zoom) this.plot.setScale('x', zoom);
        this.tell();
      } else this.build();
    }

    // A column for every line, and two more for one with intervals.
    joined() {
      let column = 1;
      // What is drawn first lies behind.
      this.columns = [...this.data.series].sort((a, b) => b.faint - a.faint).map(series => {
        const line = { series, column };
        column += series.low ? 3 : 1;
        return line;
      });
      this.lines = this.data.series.map(series => this.columns.find(line => line.series === series));
      // The same lines are picked and pointed at, with the values of now.
      const again = line => line && this.lines.find(l => (l.series.run || l.series.name) === (line.series.run || line.series.name)) || null;
      [this.picked, this.focused] = [again(this.picked), again(this.focused)];
      const drawn = values => values.map(v => this.isLog() && v !== null && v <= 0 ? null : v);
      // As in reports an interval that reaches below zero goes to the lower end: without one end uPlot fills nothing.
      let least = Infinity;
      for (const s of this.data.series)
        for (const values of [s.y, s.low || [], s.high || []])
          for (const v of values) if (v !== null && v > 0 && v < least) least = v;
      const lows = s => s.low.map((v, i) => this.isLog() && v !== null && v <= 0 ? s.high[i] > 0 ? least : null : v);
      const tables = this.columns.map(({ series: s }) => [s.x, drawn(s.y), ...(s.low ? [lows(s), drawn(s.high)] : [])]);
      return tables.length ? uPlot.join(tables) : [[]];
    }

    build() {
      if (this.plot) this.plot.destroy();
      const data = this.joined(), ink = style('--soft'), grid = style('--line');
      const series = [{}], bands = [];
      for (const line of this.columns) {
        const s = line.series;
        const few = s.x.length < 40 && this.lines.length < 6;
        series.push({
          label: s.name, stroke: s.colour + (s.faint ? '66' : ''), width: s.faint ? 1 : 2, dash: dashes[s.round % dashes.length],
          show: !this.hidden.has(s.name), points: { show: few || s.x.length === 1, size: 6, fill: s.colour }, spanGaps: false,
        });
        if (s.low) {
          series.push({ stroke: 'transparent', width: 0, points: { show: false }, show: !this.hidden.has(s.name) },
            { stroke: 'transparent', width: 0, points: { show: false }, show: !this.hidden.has(s.name) });
          if (!s.bars) bands.push({ series: [line.column + 2, line.column + 1], fill: s.colour + '2e' });
        }
      }
      const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui, sans-serif' };
      this.area.replaceChildren();
      this.plot = new uPlot({
        width: Math.max(200, this.area.clientWidth), height, legend: { show: false },
        scales: { x: { time: false }, y: { distr: this.isLog() ? 3 : 1 } },
        cursor: { focus: { prox: 30 }, drag: { x: true, y: false, setScale: true }, points: { size: 7 }, hover: { skip: [undefined, null] } },
        focus: { alpha: 0.25 },
        series, bands,
        axes: [
          { ...axis, space: 70, size: 34, values: (_, all) => all.map(count) },
          // Of a logarithmic axis the powers of ten.
          { ...axis, size: 74, values: (_, all, _axis, _space, step) => all.map(v => v === null ? '' : this.isLog() || !step ? short(v) : tick(v, step)),
            grid: { ...axis.grid, filter: (_, all) => all.map(v => !this.isLog() || Number.isInteger(Math.log10(v)) ? v : null) } },
        ],
        hooks: {
          draw: [u => this.bars(u)],
          setCursor: [() => this.tell()],
          setSeries: [(u, i) => {
            const line = this.lines.find(l => i !== null && l.column === i);
            if (line || i === null) this.focused = line || null;
          }],
          setSelect: [() => { this.wasDragged = this.plot && this.plot.select.width > 0; }],
          setScale: [(u, key) => {
            if (key !== 'x' || !u.data[0].length) return;
            const all = u.data[0], whole = u.scales.x.min <= all[0] && u.scales.x.max >= all[all.length - 1];
            this.zoom = whole ? null : { min: u.scales.x.min, max: u.scales.x.max };
            this.wholeButton.hidden = whole;
          }],
        },
      }, data, this.area);
      if (this.picked) this.plot.setSeries(this.picked.column, { focus: true });
      this.logButton.setAttribute('aria-pressed', String(this.isLog()));
      this.names();
      this.tell();
    }

    // Measurements with their intervals as upright bars.
    bars(u) {
      for (const line of this.lines || []) {
        const s = line.series;
        if (!s.bars || this.hidden.has(s.name)) continue;
        u.ctx.save();
        u.ctx.strokeStyle = s.colour;
        u.ctx.lineWidth = 1.5 * devicePixelRatio;
        for (let i = 0; i < s.x.length; i++) {
          if (s.low[i] === null || s.high[i] === null) continue;
          const x = u.valToPos(s.x[i], 'x', true);
          u.ctx.beginPath();
          u.ctx.moveTo(x, u.valToPos(s.low[i], 'y', true));
          u.ctx.lineTo(x, u.valToPos(s.high[i], 'y', true));
          u.ctx.stroke();
        }
        u.ctx.restore();
      }
    }

    names() {
      const shown = this.lines.filter(l => l.series.name);
      const focus = this.legend.contains(document.activeElement) ? document.activeElement.textContent : null;
      this.legend.replaceChildren(...shown.map(line => {
        const s = line.series, button = make('button', 'key'), mark = make('span', 'mark');
        button.type = 'button';
        mark.style.background = s.colour;
        mark.style.opacity = s.faint ? 0.4 : 1;
        if (s.round % dashes.length) mark.classList.add('dashed');
        button.append(mark, make('span', '', s.name));
        button.setAttribute('aria-pressed', String(!this.hidden.has(s.name)));
        button.title = 'Show or hide this line';
        button.addEventListener('click', () => {
          if (!this.hidden.delete(s.name)) this.hidden.add(s.name);
          this.build();
        });
        button.addEventListener('mouseenter', () => this.plot.setSeries(line.column, { focus: true }));
        button.addEventListener('mouseleave', () => this.plot.setSeries(null, { focus: true }));
        return button;
      }));
      this.legend.hidden = shown.length === 0;
      if (focus !== null) [...this.legend.children].find(button => button.textContent === focus)?.focus();
    }

    near(line, at) {
      const s = line.series;
      let best = -1;
      for (let i = 0; i < s.x.length; i++)
        if (s.y[i] !== null && (best < 0 || Math.abs(s.x[i] - at) < Math.abs(s.x[best] - at))) best = i;
      return best;
    }

    // What is under the pointer, or where the keys led: the step, and the values of the lines.
    tell() {
      const u = this.plot;
      if (!u || u.cursor.idx === null || u.cursor.idx === undefined || !u.data[0].length) {
        this.said.replaceChildren(make('span', '', this.data.series.length ? '\u00a0' : 'There is nothing to draw yet.'));
        return;
      }
      const at = u.data[0][u.cursor.idx];
      const lines = this.picked ? [this.picked] : this.focused ? [this.focused]
        : this.lines.filter(l => !this.hidden.has(l.series.name) && !l.series.faint).slice(0, 3);
      const parts = [make('span', '', `${this.data.x} ${count(at)}`)];
      for (const line of lines) {
        const i = this.near(line, at), s = line.series;
        if (i < 0) continue;
        const from = s.low && s.low[i] !== null ? ` (${short(s.low[i])} to ${short(s.high[i])})` : '';
        parts.push(make('span', '', `${s.name ? s.name + ' ' : ''}${short(s.y[i])}${from}`));
        if (lines.length === 1 && s.run) {
          const link = make('a', '', 'Open this run');
          link.href = '/run?name=' + encodeURIComponent(s.run);
          parts.push(link);
        }
      }
      const text = parts.map(part => part.textContent).join(' ');
      if (text !== this.said.textContent) this.said.replaceChildren(...parts.flatMap((part, i) => i ? [' · ', part] : [part]));
    }

    // A click on a line picks its run, here and wherever else the page shows it.
    pick(line = this.focused) {
      if (this.wasDragged) {
        this.wasDragged = false;
        return;
      }
      this.picked = line && this.picked !== line ? line : null;
      document.dispatchEvent(new CustomEvent('qdiff:picked', { detail: this.picked && this.picked.series.run || null }));
      this.tell();
    }

    key(event) {
      const u = this.plot, xs = u && u.data[0];
      if (!u || !xs.length) return;
      const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -xs.length, End: xs.length }[event.key];
      if (move !== undefined) {
        const from = u.cursor.idx === null || u.cursor.idx === undefined || u.cursor.left < 0 ? (move > 0 ? -1 : xs.length) : u.cursor.idx;
        const to = Math.min(xs.length - 1, Math.max(0, from + move * (event.shiftKey ? 10 : 1)));
        u.setCursor({ left: u.valToPos(xs[to], 'x'), top: u.cursor.top < 0 ? 10 : u.cursor.top });
        this.tell();
      } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
        const all = this.lines.filter(l => !this.hidden.has(l.series.name));
        if (!all.length) return;
        const i = all.indexOf(this.picked), next = all[(i + (event.key === 'ArrowDown' ? 1 : all.length - 1) + (i < 0 && event.key === 'ArrowUp' ? 1 : 0)) % all.length];
        u.setSeries(next.column, { focus: true });
        this.pick(next);
      } else if (event.key === 'Enter' && this.picked && this.picked.series.run) {
        location.href = '/run?name=' + encodeURIComponent(this.picked.series.run);
      } else if (event.key === 'Escape') {
        this.picked = null;
        u.setSeries(null, { focus: true });
        this.tell();
      } else return;
      event.preventDefault();
    }
  }

  for (const place of document.querySelectorAll('.plots[data-curves]')) {
    const charts = new Map();
    let busy = false, again = false;
    const load = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      try {
        const answer = await fetch(place.dataset.curves);
        if (answer.ok) {
          const data = await answer.json();
          place.querySelector('.missing')?.remove();
          if (!data.charts.length) place.prepend(make('p', 'missing', 'There are no curves yet.'));
          for (const one of data.charts) {
            if (charts.has(one.id)) charts.get(one.id).take(one);
            else charts.set(one.id, new Chart(place, one));
          }
          for (const [id, chart] of charts)
            if (!data.charts.some(one => one.id === id)) {
              chart.figure.remove();
              charts.delete(id);
            }
          place.dataset.loaded = String(Number(place.dataset.loaded || 0) + 1);
        }
      } catch {
        // The server is gone; the stream of news says so.
      }
      busy = false;
      if (again) {
        again = false;
        setTimeout(load, 1000);
      }
    };
    load();
    document.addEventListener('qdiff:news', event => {
      if (place.dataset.news.split(' ').some(word => event.detail.has(word))) load();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => charts.forEach(chart => chart.build()));
    document.addEventListener('qdiff:picked', event => charts.forEach(chart => {
      const line = chart.lines.find(l => event.detail !== null && l.series.run === event.detail) || null;
      if (chart.picked !== line) {
        chart.picked = line;
        chart.plot.setSeries(line ? line.column : null, { focus: true });
        chart.tell();
      }
    }));
  }

  // The row of a run that was picked from its curve.
  document.addEventListener('qdiff:picked', event => {
    for (const link of document.querySelectorAll('tbody th a'))
      link.closest('tr').classList.toggle('picked', event.detail !== null && link.textContent === event.detail);
  });
})();
