// The climb: repairs are tried in memory one after the other, and one stays only if the errors strictly shrink.
import { essence, newLines, shortDiff } from "./edits.mjs";
import { counted, errorsOf, key, lineOf, lineText, shrinks } from "./errors.mjs";

const MOST_STEPS = 80;
const MOST_OFFERS = 12;
const ENOUGH_OFFERS = 3;

export class Climb {
  /** `judge` says (asynchronously) whether the guard allows what is changed so far; `deadline` in ms since 1970. */
  constructor(project, history, judge, deadline) {
    this.project = project;
    this.history = history;
    this.judge = judge;
    this.deadline = deadline;
    this.focus = new Set();
    this.errors = [];
    this.steps = [];
    this.offers = [];
    this.places = new Set();
    this.changed = new Set();
    this.outside = new Set(); // files of no project that speak of a name that changed
  }

  get late() {
    return Date.now() > this.deadline;
  }

  /** Count the errors of these files too. */
  extend(files) {
    const fresh = [...new Set(files)].filter((file) => !this.focus.has(file) && this.project.source(file));
    for (const file of fresh) this.focus.add(file);
    this.errors.push(...errorsOf(this.project, fresh));
  }

  /** The errors that would be left, or null unless they are strictly fewer. `alternative.also`: more files to look at. */
  trial(alternative) {
    const { patch } = alternative;
    this.extend([...patch.keys()].filter((file) => this.project.exists(file)));
    this.extend(alternative.also ?? []);
    const involved = new Set([...patch.keys(), ...(alternative.also ?? []), ...this.errors.map((error) => error.file)]);
    const before = this.errors.filter((error) => involved.has(error.file));
    const after = this.project.during(patch, () => errorsOf(this.project, [...involved]));
    return shrinks(before, after) ? after : null;
  }

  /** Make the step, if the guard allows it. */
  async accept(alternative, left, error) {
    const before = new Map([...alternative.patch.keys()].map((file) => [file, this.project.overlay.get(file)]));
    const place = error ? placeOf(this.project, error) : "";
    const line = error ? lineOf(this.project.read(error.file) ?? "", error.start) : 0;
    const file = error?.file ?? [...alternative.patch.keys()][0];
    this.project.put(alternative.patch);
    const names = new Set([...this.changed, ...alternative.patch.keys()]);
    if (!(await this.judge(names))) {
      this.undo(before);
      this.offer(alternative, error);
      return false;
    }
    this.changed = names;
    this.errors = left;
    for (const name of alternative.patch.keys()) this.focus.add(name);
    this.steps.push({ file, line, text: alternative.label, word: alternative.word });
    if (place) this.places.add(place);
    return true;
  }

  undo(before) {
    for (const [file, text] of before) {
      if (text === undefined) {
        this.project.overlay.delete(file);
        this.project.touch(file);
      } else {
        this.project.put(new Map([[file, text]]));
      }
    }
  }

  /** Nothing stays: what was done is offered instead. */
  takeBack() {
    const patch = new Map([...this.changed].map((file) => [file, this.project.read(file) ?? null]));
    const label = this.steps.map((step) => step.text).join("; ");
    this.project.renew(this.project.deadline);
    for (const file of patch.keys()) this.project.touch(file);
    [this.changed, this.steps] = [new Set(), []];
    this.offer({ patch, label, word: "it breaks others" });
  }

  /** A repair that nothing proves right: for a model to weigh. */
  offer(alternative, error) {
    if (this.offers.length >= MOST_OFFERS) return;
    const [file, text] = [...alternative.patch][0];
    const before = this.project.read(file) ?? "";
    const line = lineOf(before, error && error.file === file ? error.start : 0);
    const diff = text === null || alternative.patch.size > 1 ? "" : shortDiff(this.project.relative(file), before, text);
    const said = `${alternative.label} (${alternative.word})`;
    if (!this.offers.some((one) => one.text === said && one.file === file && one.line === line)) {
      this.offers.push({ file, line, text: said, diff });
    }
  }

  /** The first of these that goes well is made: for what git knows, where the order is that of trust. */
  async first(alternatives, error) {
    for (const alternative of alternatives) {
      if (this.late) return false;
      if (!alternative?.patch) continue;
      const left = this.trial(alternative);
      if (left && gone(left, this.errors, error) && (await this.accept(alternative, left, error))) return true;
    }
    return false;
  }

  /** The only one that goes well is made; several are offered, unless git is for one or they mean the same. */
  async only(alternatives, error) {
    const good = new Map();
    for (const alternative of alternatives) {
      if (this.late) return false;
      if (!alternative?.patch) continue;
      const left = this.trial(alternative);
      const name = left && gone(left, this.errors, error) ? essence(alternative.patch) : "";
      if (name && !good.has(name)) good.set(name, { alternative, left });
    }
    const found = [...good.values()];
    const chosen = this.chosen(found);
    if (chosen) return this.accept(chosen.alternative, chosen.left, error);
    for (const { alternative } of found.slice(0, ENOUGH_OFFERS)) this.offer(alternative, error);
    return false;
  }

  chosen(found) {
    const sure = found.filter(({ alternative }) => !alternative.unsure);
    if (found.length === 1 && sure.length === 1) return sure[0];
    const backed = found.filter(({ alternative }) => this.history.supports(alternative.patch, newLines));
    if (backed.length === 1) return backed[0];
    const meanings = new Set(found.map(({ alternative }) => alternative.meaning ?? Symbol("its own")));
    return meanings.size === 1 && sure.length === found.length ? found[0] : undefined;
  }

  /** Whether this very place was mended before: it is not mended twice. */
  mended(error) {
    return this.places.has(placeOf(this.project, error));
  }

  get full() {
    return this.steps.length >= MOST_STEPS;
  }
}

/** Whether the error is one of those that went. */
function gone(left, errors, error) {
  if (!error) return true;
  const name = key(error);
  return (counted(left).get(name) ?? 0) < (counted(errors).get(name) ?? 0);
}

function placeOf(project, error) {
  return `${error.file}\0${error.code}\0${lineText(project.read(error.file) ?? "", error.start).trim()}`;
}
