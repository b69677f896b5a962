(() => {
  'use strict';
  const make = (name, text, kind) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };

  // What was copied is said where it was asked for.
  const copier = (label, text) => {
    const button = make('button', 'Copy', 'copying');
    button.type = 'button';
    button.setAttribute('aria-label', 'Copy ' + label);
    button.addEventListener('click', async () => {
      let done = false;
      try {
        await navigator.clipboard.writeText(text());
        done = true;
      } catch {
        const area = make('textarea', text());
        document.body.append(area);
        area.select();
        done = document.execCommand('copy');
        area.remove();
        button.focus();
      }
      button.textContent = done ? 'Copied' : 'Not copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
    return button;
  };

  const key = cell => cell.dataset.v === '' || cell.dataset.v === undefined ? null : Number(cell.dataset.v);

  const sort = (table, column, up) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row, place) => ({ row, place, number: key(row.cells[column]), text: row.cells[column].textContent }));
    rows.sort((a, b) => {
      // What has no number comes last, whichever way.
      if (a.number !== null || b.number !== null) {
        if (a.number === null || Number.isNaN(a.number)) return 1;
        if (b.number === null || Number.isNaN(b.number)) return -1;
        return (up ? 1 : -1) * (a.number - b.number) || a.place - b.place;
      }
      return (up ? 1 : -1) * a.text.localeCompare(b.text, 'en', { numeric: true }) || a.place - b.place;
    });
    body.append(...rows.map(entry => entry.row));
  };

  const dressTables = place => place.querySelectorAll('table:not([data-served])').forEach(table => {
    const heads = [...table.tHead.rows[0].cells];
    if (table.tBodies[0].rows.length > 1) heads.forEach((head, column) => {
      const button = make('button', head.textContent);
      button.type = 'button';
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        sort(table, column, up);
      });
    });
    const label = table.caption.textContent;
    table.caption.append(copier('table: ' + label, () =>
      [...table.rows].map(row => [...row.cells].map(cell => cell.textContent.trim()).join('\t')).join('\n')));
  });

  const dressCode = place => place.querySelectorAll('pre.copy').forEach(code => {
    const box = make('div', '', 'withcopy');
    code.replaceWith(box);
    box.append(code, copier(code.getAttribute('aria-label'), () => code.textContent));
  });

  const dressFrames = place => place.querySelectorAll('.frames').forEach(frames => {
    const all = [...frames.querySelectorAll('.frame')];
    if (all.length < 2) return;
    const row = make('div', '', 'slider'), name = frames.id + '-slider';
    const label = make('label', frames.dataset.label), range = document.createElement('input'), said = document.createElement('output');
    label.htmlFor = range.id = name;
    said.htmlFor = name;
    Object.assign(range, { type: 'range', min: 0, max: all.length - 1, value: all.length - 1 });
    const show = () => {
      const title = all[range.value].dataset.title;
      all.forEach((frame, i) => frame.classList.toggle('shown', i === Number(range.value)));
      said.textContent = title;
      range.setAttribute('aria-valuetext', title);
    };
    range.addEventListener('input', show);
    row.append(label, range, said);
    frames.classList.add('live');
    frames.prepend(row);
    show();
  });

  const dress = place => {
    dressTables(place);
    dressCode(place);
    dressFrames(place);
  };
  dress(document);
  // A page that puts a part in the place of another one says so.
  document.addEventListener('qdiff:shown', event => dress(event.target));
})();
