// Names and paths that are nearly right: the unique best of what is really there.
import path from "node:path";

import { edited } from "./edits.mjs";
import { isSlip } from "./slip.mjs";
import { relativeTo, specifierAt, stem } from "./putback.mjs";
import { isName, nodeAt } from "./tree.mjs";

const NAMES = new Set([2304, 2552, 2503, 2305, 2724, 2614, 2339, 2551, 2353, 2561, 2694, 2833, 18004, 2820, 2568, 2459, 2570, 2663, 2728]);
const NO_MODULE = new Set([2307, 2792, 2834, 2835, 1261, 1149, 7016]);
const MOST = 6;

/** How many letters differ (insert, delete, replace, swap); `limit` + 1 when more than that. */
export function distance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let [older, old] = [[], [...Array(other.length + 1).keys()]];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const swap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? older[j - 2] + 1 : Infinity;
      row.push(Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1), swap));
    }
    if (Math.min(...row) > limit) return limit + 1;
    [older, old] = [old, row];
  }
  return old[other.length];
}

/** How far a name is from one that is there; Infinity = too far to be a slip of the finger. */
export function slip(wrong, right) {
  if (wrong === right || right.length < 2) return Infinity;
  const bare = (text) => text.replace(/[_$-]/g, "").toLowerCase();
  if (bare(wrong) === bare(right)) return 0.5;
  const limit = wrong.length <= 4 ? 1 : wrong.length <= 11 ? 2 : 3;
  const far = distance(wrong, right, limit);
  return far > limit ? Infinity : far;
}

export function nearest(wrong, names) {
  const rated = [...new Set(names)].map((name) => [slip(wrong, name), name]).filter(([far]) => far < Infinity);
  rated.sort((one, other) => one[0] - other[0] || (one[1] < other[1] ? -1 : 1));
  return rated;
}

/** Names near the one at the error. A second one nearly as near makes both unsure. */
export function nearNames(climb, error) {
  const { project } = climb;
  const { ts } = project;
  if (!NAMES.has(error.code)) return [];
  const file = project.source(error.file);
  const found = nodeAt(ts, file, error.start, error.length);
  const node = ts.isQualifiedName(found) ? found.right : found;
  if (!isName(ts, node) && !ts.isStringLiteralLike(node)) return [];
  const rated = nearest(node.text, candidates(project, file, node));
  const best = rated.filter(([far]) => far <= (rated[0]?.[0] ?? 0) + 0.5).slice(0, MOST);
  return best.map(([, name]) => {
    const patch = new Map([[error.file, edited(file.text, placed(ts, file, node, name))]]);
    return { patch, label: `change '${node.text}' to '${name}'`, word: "near name", unsure: !isSlip(node.text, name) };
  });
}

function placed(ts, file, node, name) {
  const start = node.getStart(file);
  if (ts.isStringLiteralLike(node)) return [{ start: start + 1, end: node.end - 1, text: name }];
  const parent = node.parent;
  // Only the exported name was wrong: inside the file it goes by the name it has there.
  const bound = (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) && !parent.propertyName;
  if (bound && ts.isImportSpecifier(parent)) return usedAs(ts, file, node.text, name) ? [{ start, end: node.end, text: name }] : [{ start, end: node.end, text: `${name} as ${node.text}` }];
  if (ts.isShorthandPropertyAssignment(parent)) return [{ start, end: node.end, text: name }];
  return [{ start, end: node.end, text: name }];
}

/** Whether the file speaks of `right` rather than of `wrong` outside its imports. */
function usedAs(ts, file, wrong, right) {
  const last = file.statements.filter(ts.isImportDeclaration).at(-1)?.end ?? 0;
  const rest = file.text.slice(last);
  const count = (name) => rest.split(new RegExp(`(?<![\\w$])${name.replace(/\$/g, "\\$&")}(?![\\w$])`)).length - 1;
  return count(right) > 0 && count(wrong) === 0;
}

function candidates(project, file, node) {
  const { ts, checker } = project;
  const parent = node.parent;
  const names = (symbols) => symbols.map((symbol) => symbol.name).filter((name) => /^[\w$]+$/.test(name));
  const declaration = ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) ? parent.parent.parent : undefined;
  const specifier = (declaration && ts.isImportClause(declaration) ? declaration.parent : declaration)?.moduleSpecifier;
  if (specifier) {
    const module = checker.getSymbolAtLocation(specifier);
    return module ? names(checker.getExportsOfModule(module)) : [];
  }
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return members(project, parent.expression);
  if (ts.isQualifiedName(parent) && parent.right === node) {
    const space = checker.getSymbolAtLocation(parent.left);
    const real = space && space.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(space) : space;
    return real ? names(checker.getExportsOfModule(real)) : [];
  }
  if (ts.isStringLiteralLike(node)) return literals(project, node);
  const literal = ts.isObjectLiteralElementLike(parent) && parent.name === node ? parent.parent : undefined;
  if (literal && ts.isObjectLiteralExpression(literal) && !ts.isShorthandPropertyAssignment(parent)) {
    const type = checker.getContextualType(literal);
    return type ? names(checker.getPropertiesOfType(checker.getNonNullableType(type))) : [];
  }
  if (ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === node) {
    return names(checker.getPropertiesOfType(checker.getTypeAtLocation(parent.parent)));
  }
  if (ts.isJsxAttribute(parent)) return names(checker.getContextualType(parent.parent)?.getProperties() ?? []);
  const kinds = ts.SymbolFlags.Value | ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
  return names(checker.getSymbolsInScope(node, kinds));
}

function members(project, expression) {
  const { checker } = project;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  return checker.getPropertiesOfType(checker.getApparentType(type)).map((symbol) => symbol.name).filter((name) => /^#?[\w$]+$/.test(name));
}

function literals(project, node) {
  const type = project.checker.getContextualType(node);
  const parts = type?.isUnion?.() ? type.types : type ? [type] : [];
  return parts.filter((part) => part.isStringLiteral?.()).map((part) => part.value);
}

/** Files that a wrong specifier may mean: of the same name elsewhere, or of nearly the same name in the same place. */
export function nearPaths(climb, error) {
  const { project } = climb;
  const quoted = NO_MODULE.has(error.code) ? specifierAt(project, error) : "";
  const text = quoted.slice(1, -1);
  if (!text) return [];
  const alternatives = text.startsWith(".") ? relativePaths(project, error.file, text) : aliasedPaths(project, error.file, text);
  // What was at the path was deleted lately: a file of the same name elsewhere is another file, so this is a guess.
  const led = stem(path.resolve(path.dirname(error.file), text));
  const unsure = text.startsWith(".") && [...climb.history.deleted.keys()].some((name) => stem(name) === led);
  return alternatives.slice(0, MOST).map((specifier) => {
    const after = edited(project.read(error.file), [{ start: error.start + 1, end: error.start + error.length - 1, text: specifier }]);
    return { patch: new Map([[error.file, after]]), label: `change '${text}' to '${specifier}'`, word: "near path", unsure };
  });
}

function relativePaths(project, file, text) {
  const led = stem(path.resolve(path.dirname(file), text));
  const wanted = path.basename(led);
  const bare = (name) => stem(name).replace(/\/index$/, "");
  const places = project.own().filter((name) => name !== file).map((name) => [name, bare(name)]);
  const [folder, above] = [path.dirname(file), path.dirname(path.dirname(led))];
  const reach = new Set([folder, path.dirname(folder), above]);
  const named = places.filter(([name, place]) =>
    wanted === "index" ? stem(path.basename(name)) === "index" && reach.has(path.dirname(name)) : path.basename(place) === wanted,
  );
  const near = nearest(wanted, places.filter(([, place]) => path.dirname(place) === path.dirname(led)).map(([, place]) => path.basename(place)));
  const beside = places.filter(([, place]) => near.some(([far, name]) => far === near[0][0] && place === path.join(path.dirname(led), name)));
  const like = /\.[cm]?[jt]sx?$/.test(text) ? text : extensionless(project, file) ? text : `${text}${commonExtension(project, file)}`;
  return [...new Set([...named, ...beside].map(([name]) => relativeTo(file, name, like)))].filter((one) => one !== text);
}


function extensionless(project, file) {
  return !commonExtension(project, file);
}

function commonExtension(project, file) {
  const own = (project.source(file)?.imports ?? []).map((one) => one.text).filter((one) => one?.startsWith("."));
  const endings = own.map((one) => /\.[cm]?[jt]sx?$/.exec(one)?.[0] ?? "").filter(Boolean);
  return endings.length * 2 > own.length ? endings[0] : "";
}

/** Non-relative specifiers that nearly are one that others of the project use. */
function aliasedPaths(project, file, text) {
  const used = new Set();
  for (const name of project.own()) {
    for (const one of project.source(name).imports ?? []) if (one.text && !one.text.startsWith(".") && one.text !== text) used.add(one.text);
  }
  const last = path.posix.basename(text);
  const same = [...used].filter((one) => one.includes("/") && path.posix.basename(one) === last);
  const near = nearest(text, used);
  return [...new Set([...same, ...near.filter(([far]) => far === near[0][0]).map(([, name]) => name)])];
}
