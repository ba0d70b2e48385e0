// A network with a digit going in, and on every neuron what comes back to it of the digit's error.

const FORTH = 600, PAUSE = 150, BACK = 1400; // milliseconds: the digit's way, and that of its gradient
const SETTLING = 1500, REST = 250; // until nothing glows any more; from the last move to the wave
const SVG = 'http://www.w3.org/2000/svg';
const screens = new WeakMap();

export default function ({ data: [data], parentElement, setStateValue }) {
  let screen = screens.get(parentElement);
  if (!screen) {
    screen = new Screen(parentElement.querySelector('.vg-first'));
    screens.set(parentElement, screen);
  }
  screen.take(data, shown => setStateValue('shown', shown));
  return () => screen.close();
}

class Screen {
  constructor(root) {
    this.root = root;
    this.been = new Set();
    this.told = [];
    this.svg = root.querySelector('.vg-drawing');
    this.slider = root.querySelector('input[type=range]');
    this.slider.oninput = () => this.move({ hidden: +this.slider.value });
    this.still = matchMedia('(prefers-reduced-motion: reduce)');
    this.watch = new ResizeObserver(() => {
      this.size = [this.svg.clientWidth, this.svg.clientHeight];
      if (this.network) this.draw();
    });
    this.watch.observe(this.svg);
  }

  close() {
    this.watch.disconnect();
    clearTimeout(this.soon);
    cancelAnimationFrame(this.frame);
  }

  take(data, tell) {
    const before = this.data, asked = JSON.stringify(data.shown), echo = this.told.indexOf(asked);
    this.data = data;
    this.tell = tell;
    this.told.splice(0, echo + 1); // what the server has heard; it may answer when the slider is elsewhere
    if (!before) this.build();
    this.root.classList.toggle('vg-waiting', Object.values(data.networks).flat().some(({ right }) => right === null));
    this.say();
    if (!before || echo < 0 && asked !== JSON.stringify(before.shown)) return this.move(data.shown);
    this.network = data.networks[this.shown.activation][this.shown.hidden - 1];
    this.tellNumbers();
  }

  // What does not change with the network: the switch, the digit, room for ten layers.
  build() {
    const { data, root } = this;
    const colours = Object.entries(data.colours);
    for (const [name, colour] of colours) root.style.setProperty(`--${name}`, colour);
    const fieldset = root.querySelector('fieldset');
    for (const name of Object.keys(data.networks)) {
      const label = fieldset.appendChild(document.createElement('label'));
      const radio = label.appendChild(document.createElement('input'));
      Object.assign(radio, { type: 'radio', name: 'vg-activation', value: name });
      radio.onchange = () => this.move({ activation: name });
      label.append(document.createElement('span'));
    }
    const ink = bytes(data.pixels);
    this.ink = [...ink.keys()].filter(index => ink[index]);
    this.digit = make(this.svg, 'g');
    for (const index of this.ink)
      make(this.digit, 'rect', { x: index % 28, y: Math.floor(index / 28), width: 1.02, height: 1.02,
        fill: 'currentColor', 'fill-opacity': ink[index] / 255 });
    make(this.digit, 'rect', { width: 28, height: 28, fill: 'none', stroke: 'currentColor',
      'stroke-opacity': .35, 'stroke-width': .2 });
    const most = Math.max(...Object.values(data.networks).map(networks => networks.length));
    const rows = count => [...Array(count)].map(() => ({}));
    this.gaps = rows(most + 1);
    this.layers = rows(most);
    for (const gap of this.gaps) gap.lines = make(this.svg, 'path', { fill: 'none', 'stroke-width': .8 });
    this.rings = make(this.svg, 'path', { fill: 'none', stroke: 'currentColor', 'stroke-opacity': .38 });
    for (const layer of this.layers) {
      layer.forth = make(this.svg, 'path', { fill: data.colours.read });
      layer.halo = make(this.svg, 'path', { fill: data.colours.factor });
      layer.dots = make(this.svg, 'path', { fill: data.colours.factor });
      layer.name = make(this.svg, 'text', { class: 'vg-faint' });
    }
    this.answers = make(this.svg, 'path', { fill: data.colours.read });
    this.names = rows(10).map((_, digit) => {
      const name = make(this.svg, 'text');
      name.textContent = digit;
      if (digit === data.label) name.setAttribute('font-weight', 700);
      else name.setAttribute('class', 'vg-faint');
      return name;
    });
  }

  // The words, which are others when the reader changes the language.
  say() {
    const { words } = this.data, find = query => this.root.querySelector(query);
    find('.vg-label').textContent = words.hidden;
    find('legend').textContent = words.activation;
    find('.vg-key').textContent = words.key;
    for (const radio of this.root.querySelectorAll('[type=radio]'))
      radio.nextSibling.textContent = words[radio.value];
  }

  move(change) {
    this.shown = { ...this.shown, ...change };
    const { hidden, activation } = this.shown;
    this.network = this.data.networks[activation][hidden - 1];
    this.slider.value = hidden;
    this.slider.style.setProperty('--part', `${100 * (hidden - this.slider.min) / (this.slider.max - this.slider.min)}%`);
    this.root.querySelector('output').textContent = hidden;
    this.root.querySelector(`[value=${activation}]`).checked = true;
    clearTimeout(this.soon);
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.draw();
    this.tellNumbers();
    this.soon = setTimeout(() => this.rested(), REST);
  }

  rested() {
    const { activation, hidden } = this.shown, before = this.told.at(-1) ?? JSON.stringify(this.data.shown);
    if (JSON.stringify({ activation, hidden }) !== before) {
      this.told.push(JSON.stringify({ activation, hidden }));
      this.tell({ activation, hidden });
    }
    this.wave();
  }

  // The digit goes in, its gradient comes back: once, and not for those who ask for less motion.
  wave() {
    if (this.still.matches) return;
    const begun = performance.now();
    const step = now => {
      const over = now - begun > FORTH + PAUSE + BACK + SETTLING;
      this.frame = over ? undefined : requestAnimationFrame(step);
      this.at(over ? Infinity : now - begun);
    };
    this.frame = requestAnimationFrame(step);
  }

  // The two sentences, the bold part of each large; and for who hears the page, once the slider rests.
  tellNumbers() {
    const { network } = this, cards = this.root.querySelectorAll('.vg-cards p');
    network.sentences.forEach((sentence, index) => {
      const [before, large, after] = sentence.split('**');
      cards[index].replaceChildren(before, Object.assign(document.createElement('b'), { textContent: large }), after);
    });
    this.svg.setAttribute('aria-label', network.alt);
    this.drawRight();
    clearTimeout(this.spoken);
    this.spoken = setTimeout(() => {
      const live = this.root.querySelector('.vg-said');
      const said = network.sentences.join(' ').replaceAll('**', '');
      if (live.textContent !== said) live.textContent = said;
    }, 700);
  }

  // How many digits the networks have right that the reader has been to: a chart that he makes himself.
  drawRight() {
    const { activation, hidden } = this.shown, chart = this.root.querySelector('.vg-read svg');
    this.been.add(`${activation} ${hidden}`);
    const parts = this.data.networks[activation].flatMap(({ right }, index) => {
      const x = 11 * index, been = this.been.has(`${activation} ${index + 1}`);
      const name = make(null, 'text', { x: x + 4.5, y: 47 });
      name.textContent = index + 1;
      const room = make(null, 'rect', { x, y: 1, width: 9, height: 36, class: 'vg-room' });
      if (!been || right === null) return [name, room];
      const height = 36 * right, now = index + 1 === hidden ? 'vg-now' : '';
      return [name, room, make(null, 'rect', { x, y: 37 - height, width: 9, height, class: now })];
    });
    chart.replaceChildren(...parts);
  }

  draw() {
    const { network } = this, { hidden } = this.shown;
    if (!this.size) return; // not measured yet
    const [width, height] = this.size;
    const wide = width > 560, low = 20, step = (height - low) / 30;
    const size = wide ? 132 : 76, ring = step * .38;
    const top = (height - low - size) / 2, right = width - (wide ? 22 : 16);
    const x = layer => size + (right - size) * layer / (hidden + 1);
    const y = row => (row + .5) * step;
    const answer = row => (row + .5) * (height - low) / 10;
    this.digit.setAttribute('transform', `translate(0 ${top}) scale(${size / 28})`);
    const from = [];
    from[0] = index => { // a pixel with ink
      const pixel = this.ink[index];
      return [(pixel % 28 + .5) * size / 28, top + (Math.floor(pixel / 28) + .5) * size / 28];
    };
    for (let layer = 1; layer <= hidden; layer++) from[layer] = row => [x(layer), y(row)];
    from[hidden + 1] = row => [x(hidden + 1), answer(row)];
    this.gaps.forEach((gap, index) => {
      let path = '';
      if (index <= hidden) {
        const sources = bytes(network.lines[index]), fan = sources.length / (index < hidden ? 30 : 10);
        sources.forEach((source, place) => {
          const [x0, y0] = from[index](source), [x1, y1] = from[index + 1](Math.floor(place / fan));
          path += `M${f(x0)},${f(y0)}L${f(x1)},${f(y1)}`;
        });
      }
      gap.lines.setAttribute('d', path);
    });
    let rings = '';
    const discs = (levels, x, y, most) => [...levels].map((level, row) =>
      level ? disc(x, y(row), most * level / 255) : '').join('');
    this.layers.forEach((layer, index) => {
      const there = index < hidden;
      layer.name.textContent = there ? index + 1 : '';
      for (const name of ['forth', 'dots', 'halo']) layer[name].setAttribute('d', '');
      if (!there) return;
      const at = x(index + 1), deltas = bytes(network.deltas[index]);
      for (let row = 0; row < 30; row++) rings += disc(at, y(row), ring);
      layer.forth.setAttribute('d', discs(bytes(network.activations[index]), at, y, ring));
      layer.dots.setAttribute('d', discs(deltas, at, y, ring * 1.5));
      layer.halo.setAttribute('d', discs(deltas, at, y, ring * 3));
      layer.name.setAttribute('x', at);
      layer.name.setAttribute('y', height - 4);
    });
    const outputs = bytes(network.activations[hidden]);
    for (let row = 0; row < 10; row++) rings += disc(right, answer(row), ring * 1.6);
    this.answers.setAttribute('d', discs(outputs, right, answer, ring * 1.6));
    this.rings.setAttribute('d', rings);
    this.names.forEach((name, row) => {
      name.setAttribute('x', width - 6);
      name.setAttribute('y', answer(row) + 4);
    });
    if (!this.frame) this.at(Infinity);
  }

  // The picture so many milliseconds after the digit has gone in, and at rest.
  at(time) {
    const { hidden } = this.shown, { strengths } = this.network;
    const there = layer => FORTH * layer / (hidden + 1);
    const back = layer => FORTH + PAUSE + BACK * (hidden + 1 - layer) / (hidden + 1);
    this.layers.slice(0, hidden).forEach((layer, index) => {
      const since = time - back(index + 1);
      layer.forth.setAttribute('opacity', f(ease((time - there(index + 1)) / 150) * (1 - ease(since / 250)) * .9));
      layer.dots.setAttribute('opacity', f(ease(since / 200)));
      layer.halo.setAttribute('opacity', f(ease(since / 150) * (.16 + .5 * fading(since / 350))));
    });
    this.gaps.slice(0, hidden + 1).forEach((gap, index) => {
      const forth = time - there(index), since = time - back(index + 1);
      const plain = .13 + .3 * ease(forth / 100) * fading((forth - 100) / 250);
      const orange = strengths[index] * ease(since / 200) * (.34 + .5 * fading(since / 400));
      const part = Math.round(100 * orange / (plain + orange));
      gap.lines.setAttribute('style', `stroke: color-mix(in srgb, var(--factor) ${part}%, currentColor)`);
      gap.lines.setAttribute('opacity', f(plain + orange));
    });
    this.answers.setAttribute('opacity', f(ease((time - FORTH) / 150)));
  }
}

const f = value => Math.round(value * 100) / 100; // no more digits than a screen can show
const ease = part => part <= 0 ? 0 : part >= 1 ? 1 : part * part * (3 - 2 * part);
const fading = part => part <= 0 ? 1 : Math.exp(-part);
const disc = (x, y, r) => `M${f(x - r)},${f(y)}a${f(r)},${f(r)} 0 1,0 ${f(2 * r)},0a${f(r)},${f(r)} 0 1,0 ${f(-2 * r)},0`;
const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

function make(parent, name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  parent?.append(element);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
