// What the last changes did to names, files, exports and imports: the texts before, compared with those of now.
import { differing } from "./edits.mjs";
import { declarations, imports, parse } from "./tree.mjs";

const LIKENESS = 0.6;
const AROUND = 60; // characters on each side that make a place known again

function bare(text) {
  return text.replace(/\s+/g, "");
}

export class History {
  /** `before`: absolute path -> earlier texts, newest first; `moves`: [{was, path}]; `deleted`: path -> text. */
  constructor(project, before, moves, deleted) {
    this.project = project;
    this.before = before;
    this.moves = moves;
    this.deleted = deleted;
    this.known = new Map();
  }

  /** Whether what the patch makes stood so in the files before their last changes: git is for it. */
  supports(patch, newLinesOf) {
    let some = false;
    for (const [file, text] of patch) {
      if (this.stood(file, text)) {
        some = true;
        continue;
      }
      const lines = newLinesOf(this.project.read(file) ?? "", text ?? "");
      const olds = (this.before.get(file) ?? []).map((old) => new Set(old.split("\n").map((line) => line.trim())));
      if (!lines.length) continue;
      if (!olds.some((old) => lines.every((line) => old.has(line)))) return false;
      some = true;
    }
    return some;
  }

  /** Whether the place that differs, with what is around it, stood so in an earlier text and does not stand so now. */
  stood(file, text) {
    const now = this.project.read(file) ?? "";
    const [start, , end] = differing(now, text ?? "");
    const place = bare((text ?? "").slice(Math.max(0, start - AROUND), end + AROUND));
    return !bare(now).includes(place) && (this.before.get(file) ?? []).some((old) => bare(old).includes(place));
  }

  /** The earlier texts of a file as syntax trees, newest first. */
  trees(file) {
    if (!this.known.has(file)) {
      this.known.set(file, (this.before.get(file) ?? []).map((text) => parse(this.project.ts, file, text)));
    }
    return this.known.get(file);
  }

  files() {
    return [...this.before.keys()].filter((file) => this.project.source(file));
  }

  /** Definitions that were renamed: {old, now, file, at, container}; the newest change first. */
  renames() {
    const found = [];
    for (const file of this.files()) {
      const now = declarations(this.project.ts, this.project.source(file));
      for (const tree of this.trees(file)) {
        for (const rename of paired(declarations(this.project.ts, tree), now, tree, this.project.source(file))) {
          if (!found.some((one) => one.file === file && one.old === rename.old && one.now === rename.now)) found.push({ ...rename, file });
        }
      }
    }
    return found;
  }

  /** Names whose definition is still there but no longer exported, and export statements that are gone. */
  lostExports(file) {
    const { ts } = this.project;
    const now = this.project.source(file);
    const hidden = [];
    const statements = [];
    for (const tree of this.trees(file)) {
      const shown = new Map(declarations(ts, now).filter((one) => !one.container).map((one) => [one.name, one]));
      for (const one of declarations(ts, tree)) {
        const still = shown.get(one.name);
        if (!one.container && one.exported && still && !still.exported) hidden.push(still);
      }
      statements.push(...lostStatements(tree, now, (node) => ts.isExportDeclaration(node) || ts.isExportAssignment(node)));
    }
    return { hidden: [...new Map(hidden.map((one) => [one.name, one])).values()], statements };
  }

  /** The import by which a file once got `name`: {node, tree, ...} as `imports` gives it, with the tree; or undefined. */
  formerImport(file, name) {
    for (const tree of this.trees(file)) {
      const one = imports(this.project.ts, tree).find((binding) => binding.local === name);
      if (one) return { ...one, tree };
    }
    return undefined;
  }

  /** Top-level statements that defined `name` and are gone: [{file, text, after}], newest first. */
  lostDefinitions(name) {
    const { ts } = this.project;
    const found = [];
    for (const file of this.files()) {
      const now = this.project.source(file);
      if (declarations(ts, now).some((one) => !one.container && one.name === name)) continue;
      for (const tree of this.trees(file)) {
        const had = declarations(ts, tree).find((one) => !one.container && one.name === name);
        if (had) {
          found.push({ file, ...lostStatements(tree, now, (node) => node.pos <= had.at && had.at < node.end)[0] });
          break;
        }
      }
    }
    return found.filter((one) => one.text);
  }
}

function lostStatements(tree, now, wanted) {
  const plain = (node, file) => node.getText(file).replace(/\s+/g, "");
  const here = new Map(now.statements.map((node) => [plain(node, now), node]));
  return tree.statements.flatMap((node, index) => {
    if (!wanted(node) || here.has(plain(node, tree))) return [];
    const ahead = tree.statements.slice(0, index).reverse().map((other) => here.get(plain(other, tree))).find(Boolean);
    const text = tree.text.slice(node.getFullStart(), node.end).replace(/^[\r\n]+/, "");
    return [{ text, after: ahead ? ahead.end : 0, node }];
  });
}

function paired(before, now, oldTree, newTree) {
  const names = (list) => new Set(list.map((one) => `${one.container}/${one.name}`));
  const [had, has] = [names(before), names(now)];
  const gone = before.filter((one) => !has.has(`${one.container}/${one.name}`));
  const fresh = now.filter((one) => !had.has(`${one.container}/${one.name}`));
  const found = [];
  for (const old of gone) {
    const like = fresh.filter((one) => one.kind === old.kind && one.container === old.container);
    const rated = like.map((one) => ({ one, like: likeness(old, one, oldTree, newTree), near: Math.abs(one.index - old.index) }));
    rated.sort((a, b) => b.like - a.like || a.near - b.near);
    const best = rated[0];
    if (best && best.like >= LIKENESS && (best.like === 1 || gone.length < 20)) {
      found.push({ old: old.name, now: best.one.name, at: best.one.at, container: old.container, kind: old.kind });
      fresh.splice(fresh.indexOf(best.one), 1);
    }
  }
  return found;
}

function likeness(old, one, oldTree, newTree) {
  const words = (item, tree) => (item.node.getText(tree).match(/[\w$]+|[^\s\w$]/g) ?? []).map((word) => (word === item.name ? "\0" : word));
  const [first, second] = [words(old, oldTree), words(one, newTree)];
  if (first.join(" ") === second.join(" ")) return 1;
  const counts = new Map();
  for (const word of first) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of second) {
    const left = counts.get(word) ?? 0;
    if (left) common += 1;
    counts.set(word, left - 1);
  }
  // Short definitions are alike by their punctuation: those must be the same, name apart.
  return first.length < 8 ? 0 : (0.99 * 2 * common) / (first.length + second.length);
}
