// Puts back what the last changes took away and others still use: exports, imports, files, definitions.
import path from "node:path";

import { edited } from "./edits.mjs";
import { imports, nodeAt, statementOf, wordAt } from "./tree.mjs";

const NOT_EXPORTED = new Set([2305, 2306, 2459, 2460, 2614, 2724, 2339, 2551, 2694, 1192, 2613, 4023, 4025]);
const NOT_FOUND = new Set([2304, 2552, 2503, 2686, 18004, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593]);
const NO_MODULE = new Set([2307, 2306, 2792, 2834, 2835, 7016, 6053]);

/** Exports that a changed file lost, if some error may come from that. */
export function exportsBack(climb) {
  const { project, history } = climb;
  if (!climb.errors.some((error) => NOT_EXPORTED.has(error.code))) return [];
  const words = new Set(climb.errors.map((error) => wordAt(project.ts, project.source(error.file), error)));
  return history.files().flatMap((file) => {
    const { hidden, statements } = history.lostExports(file);
    const text = project.read(file);
    const shown = hidden.filter((one) => words.has(one.name)).map((one) => {
      const at = statementOf(project.ts, one.node).getStart(project.source(file));
      const patch = new Map([[file, edited(text, [{ start: at, end: at, text: "export " }])]]);
      return { patch, label: `export '${one.name}' again, which others use`, word: "git" };
    });
    const again = statements.map((one) => {
      const patch = new Map([[file, edited(text, [lineAfter(text, one)])]]);
      return { patch, label: `put '${brief(one.text)}' back, which others use`, word: "git" };
    });
    return [...shown, ...again];
  });
}

function lineAfter(text, { text: statement, after }) {
  if (!after) return { start: 0, end: 0, text: `${statement}\n` };
  return { start: after, end: after, text: `\n${statement}` };
}

function brief(text) {
  const line = text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "").trim().replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}

/** The import that the file had when it last used this name. */
export function importBack(climb, error) {
  const { project, history } = climb;
  if (!NOT_FOUND.has(error.code)) return [];
  const file = project.source(error.file);
  const name = wordAt(project.ts, file, error);
  const former = name && history.formerImport(error.file, name);
  if (!former || imports(project.ts, file).some((one) => one.local === name)) return [];
  const edit = former.specifier ? besides(project.ts, file, former) : null;
  const after = edited(file.text, [edit ?? ownLine(project.ts, file, former)]);
  const label = `import '${name}' from '${former.from}', as before the last changes`;
  return [{ patch: new Map([[error.file, after]]), label, word: "git" }];
}

const KEYWORDS = ["await ", "async ", "type ", "new ", "this.", "override "];

/** A word that a line of the erring file lost in the last changes, and nothing else of it. */
export function wordBack(climb, error) {
  const { project, history } = climb;
  const text = project.read(error.file) ?? "";
  const here = new Set(text.split("\n").map((line) => line.trim()));
  const lost = new Map();
  for (const old of history.before.get(error.file) ?? []) {
    for (const line of old.split("\n").map((one) => one.trim())) {
      for (const word of KEYWORDS) {
        const without = line.replace(word, "");
        if (without !== line && !here.has(line) && here.has(without)) lost.set(without, [line, word]);
      }
    }
  }
  return [...lost].slice(0, 8).map(([without, [line, word]]) => {
    const start = text.indexOf(without);
    const unique = text.indexOf(without, start + 1) === -1;
    const after = unique ? edited(text, [{ start, end: start + without.length, text: line }]) : null;
    return { patch: after && new Map([[error.file, after]]), label: `'${word.trim()}' again, as before the last changes`, word: "git" };
  });
}

/** Into an import of the same module that is there. */
function besides(ts, file, former) {
  for (const node of file.statements) {
    if (!ts.isImportDeclaration(node) || node.moduleSpecifier.text !== former.from) continue;
    const named = node.importClause?.namedBindings;
    if (!named || !ts.isNamedImports(named) || (node.importClause.isTypeOnly && !former.typeOnly)) continue;
    const text = former.specifier.getText(former.tree);
    const last = named.elements[named.elements.length - 1];
    const at = last ? last.end : named.getStart(file) + 1;
    return { start: at, end: at, text: last ? `, ${text}` : ` ${text} ` };
  }
  return null;
}

/** A line of its own, where it stood: after the import that stood before it. */
function ownLine(ts, file, former) {
  const whole = former.node.getText(former.tree);
  const here = new Map(file.statements.filter(ts.isImportDeclaration).map((node) => [node.moduleSpecifier.text, node]));
  const ahead = former.tree.statements.filter((node) => ts.isImportDeclaration(node) && node.end <= former.node.pos).reverse();
  const before = ahead.map((node) => here.get(node.moduleSpecifier.text)).find(Boolean);
  if (before) return { start: before.end, end: before.end, text: `\n${whole}` };
  const first = file.statements[0];
  const start = first ? first.getStart(file) : file.text.length;
  const at = file.text.slice(0, start).trim() ? start : 0;
  return { start: at, end: at, text: `${whole}\n` };
}

export function nameOf(file) {
  const name = path.basename(stem(file));
  return name === "index" ? path.basename(path.dirname(file)) : name;
}

/** Moves: the specifiers that lead to where the file was follow it, and its own; or the file goes back. */
export function moves(climb) {
  const { project, history } = climb;
  return history.moves.flatMap((move) => {
    const byFile = new Map();
    for (const error of climb.errors.filter((one) => NO_MODULE.has(one.code))) {
      const text = specifierAt(project, error);
      const to = text && target(project, error.file, text, move);
      if (to) byFile.set(error.file, [...(byFile.get(error.file) ?? []), { start: error.start, end: error.start + error.length, text: to }]);
    }
    const patch = new Map([...byFile].map(([file, edits]) => [file, edited(project.read(file), edits)]));
    const label = `'${project.relative(move.was)}' has moved to '${project.relative(move.path)}': follow it`;
    if (!patch.size || [...patch.values()].includes(null)) return [];
    const text = project.read(move.path);
    if (text === undefined || project.exists(move.was)) return [{ patch, label, word: "git" }];
    const home = new Map([[move.path, null], [move.was, text]]);
    const returned = `move '${project.relative(move.path)}' back, which its users did not follow`;
    return [{ patch, label, word: "git" }, { patch: home, label: returned, word: "git" }];
  });
}

export function specifierAt(project, error) {
  const node = nodeAt(project.ts, project.source(error.file), error.start, error.length);
  return project.ts.isStringLiteralLike(node) ? project.read(error.file).slice(error.start, error.start + error.length) : "";
}

/** The quoted specifier that leads where `quoted` led before the move; "" when that is not known. */
function target(project, file, quoted, move) {
  const [quote, text] = [quoted[0], quoted.slice(1, -1)];
  if (text.startsWith(".")) {
    const from = file === move.path ? move.was : file;
    const led = path.resolve(path.dirname(from), text);
    const meant = file === move.path ? existing(project, led) : same(led, move.was) ? move.path : "";
    return meant ? `${quote}${relativeTo(file, meant, text)}${quote}` : "";
  }
  const was = stem(move.was).split("/");
  const tail = stem(text).split("/");
  for (let cut = 1; cut < tail.length; cut += 1) {
    const ending = tail.slice(cut).join("/");
    const base = was.join("/").endsWith(`/${ending}`) ? was.join("/").slice(0, -ending.length) : "";
    if (base && move.path.startsWith(base)) {
      const extension = /\.[cm]?[jt]sx?$/.exec(text)?.[0] ?? "";
      return `${quote}${tail.slice(0, cut).join("/")}/${stem(move.path).slice(base.length)}${extension}${quote}`;
    }
  }
  return "";
}

export const EXTENSIONS = ["", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", "/index.ts", "/index.tsx", "/index.js", "/index.jsx"];

export function stem(name) {
  return name.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
}

function same(led, file) {
  const [one, other] = [stem(led), stem(file)];
  return one === other || `${one}/index` === other || led === file;
}

export function existing(project, led) {
  const bare = /\.[cm]?jsx?$/.test(led) ? stem(led) : led;
  const tries = [...EXTENSIONS.map((ending) => led + ending), ...EXTENSIONS.map((ending) => bare + ending)];
  return tries.find((name) => /\.\w+$/.test(name) && project.exists(name)) ?? "";
}

/** How `file` names `to`, in the manner of `like`: its extension, an omitted index. */
export function relativeTo(file, to, like) {
  let text = path.relative(path.dirname(file), to).split(path.sep).join("/");
  const extension = /\.[cm]?[jt]sx?$/.exec(like)?.[0] ?? "";
  text = stem(text);
  if (!extension && /(^|\/)index$/.test(text) && !/index$/.test(like)) text = text.replace(/\/?index$/, "") || ".";
  return `${text.startsWith(".") ? "" : "./"}${text}${extension}`;
}

/** Files that were deleted and that two or more others still import. */
export function filesBack(climb) {
  const { project, history } = climb;
  return [...history.deleted].flatMap(([name, text]) => {
    const users = climb.errors.filter((error) => NO_MODULE.has(error.code) && leads(project, error, name));
    if (!users.length) return [];
    const label = `put '${project.relative(name)}' back, which ${users.length} others import`;
    return [{ patch: new Map([[name, text]]), label, word: "git", users: new Set(users.map((error) => error.file)).size }];
  });
}

function leads(project, error, name) {
  const quoted = specifierAt(project, error);
  const text = quoted.slice(1, -1);
  return text.startsWith(".") && same(path.resolve(path.dirname(error.file), text), name);
}

/** Definitions that were removed although several others use them. */
export function definitionsBack(climb) {
  const { project, history } = climb;
  const users = new Map();
  for (const error of climb.errors) {
    if (!NOT_FOUND.has(error.code) && !NOT_EXPORTED.has(error.code)) continue;
    const name = wordAt(project.ts, project.source(error.file), error);
    if (name) users.set(name, (users.get(name) ?? 0) + 1);
  }
  return [...users].flatMap(([name, count]) =>
    history.lostDefinitions(name).map((one) => {
      const text = project.read(one.file);
      const label = `put the definition of '${name}' back, which ${count} ${count === 1 ? "place uses" : "places use"}`;
      return { patch: new Map([[one.file, edited(text, [lineAfter(text, one)])]]), label, word: "git", users: count };
    }),
  );
}

