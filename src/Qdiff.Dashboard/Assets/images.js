// Images of samples, a slider over their steps; of several runs side by side, each at that step or the last before it.
(() => {
  'use strict';
  const make = (name, kind, text) => {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const words = { frames: 'Some samples, the same noise in each image', sheets: 'Sheets of samples' };
  let number = 0;

  class Strip {
    constructor(place, group) {
      const name = 'slider-' + number++;
      this.box = make('div', 'strip');
      this.title = make('h3', '', words[group] || group);
      this.row = make('div', 'slider');
      this.label = make('label', '', 'Step');
      this.range = document.createElement('input');
      Object.assign(this.range, { type: 'range', min: 0, id: name });
      this.label.htmlFor = name;
      this.said = make('output');
      this.said.htmlFor = name;
      this.row.append(this.label, this.range, this.said);
      this.images = make('div', 'images');
      this.box.append(this.title, this.row, this.images);
      place.append(this.box);
      this.figures = new Map();
      this.range.addEventListener('input', () => this.show());
    }

    take(series) {
      const atEnd = !this.steps || Number(this.range.value) === this.steps.length - 1, step = this.steps && this.steps[this.range.value];
      this.series = series;
      this.steps = [...new Set(series.flatMap(one => one.steps))].sort((a, b) => a - b);
      this.range.max = this.steps.length - 1;
      const place = this.steps.findIndex(other => other >= step);
      this.range.value = atEnd || place < 0 ? this.steps.length - 1 : place;
      this.row.hidden = this.steps.length < 2;
      for (const [name, figure] of this.figures)
        if (!series.some(one => one.name === name)) {
          figure.remove();
          this.figures.delete(name);
        }
      this.show();
    }

    show() {
      const step = this.steps[this.range.value], title = 'step ' + step.toLocaleString('en');
      this.said.textContent = title;
      this.range.setAttribute('aria-valuetext', title);
      for (const one of this.series) {
        let figure = this.figures.get(one.name);
        if (!figure) {
          figure = make('figure');
          figure.append(make('img'), make('figcaption'));
          this.figures.set(one.name, figure);
          this.images.append(figure);
        }
        const own = one.steps.filter(other => other <= step).pop();
        const image = figure.firstChild, caption = figure.lastChild;
        figure.classList.toggle('none', own === undefined);
        if (own === undefined) {
          image.removeAttribute('src');
          image.alt = '';
        } else {
          const address = `${one.address}&step=${own}`;
          if (image.getAttribute('src') !== address) image.src = address;
          image.alt = `Samples of ${one.name} after step ${own.toLocaleString('en')}`;
        }
        if (this.series.length > 1) {
          const link = make('a', '', one.name);
          link.href = one.link;
          caption.replaceChildren(link, own === undefined ? ': none yet' : `, step ${own.toLocaleString('en')}`);
        } else caption.textContent = own === undefined ? '' : `After step ${own.toLocaleString('en')}.`;
      }
    }
  }

  for (const place of document.querySelectorAll('.shots[data-images]')) {
    const strips = new Map();
    const load = async () => {
      try {
        const answer = await fetch(place.dataset.images);
        if (!answer.ok) return;
        const all = await answer.json(), groups = new Map();
        for (const one of all) groups.set(one.group, [...(groups.get(one.group) || []), one]);
        place.querySelector('.missing')?.remove();
        if (!groups.size) place.prepend(make('p', 'missing', 'There are no images yet.'));
        for (const [group, series] of groups) {
          if (!strips.has(group)) strips.set(group, new Strip(place, group));
          strips.get(group).take(series);
        }
        for (const [group, strip] of strips)
          if (!groups.has(group)) {
            strip.box.remove();
            strips.delete(group);
          }
        place.dataset.loaded = String(Number(place.dataset.loaded || 0) + 1);
      } catch {
        // The server is gone; the stream of news says so.
      }
    };
    load();
    document.addEventListener('qdiff:news', event => {
      if ((place.dataset.news || 'samples').split(' ').some(word => event.detail.has(word))) load();
    });
  }
})();
