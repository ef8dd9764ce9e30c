// Follows a rename that git shows into the users that were left behind, or takes it back.
import { add, patchOf } from "./edits.mjs";
import { declarations, enclosing, isName, nodeAt, statementOf, walk, wordAt } from "./tree.mjs";

const VALUE_MISSING = new Set([2304, 2552, 2503, 18004, 2663, 2662]);

/** Alternatives for a rename {old, now, file, at}: first follow it, then take it back. */
export function followed(climb, rename) {
  const { project } = climb;
  const errors = climb.errors.filter((error) => concerns(project, error, rename));
  if (!errors.length) return [];
  const where = `'${rename.old}' is '${rename.now}' since the last changes`;
  return [
    { patch: follow(climb, rename, errors), label: `follow the rename: ${where}`, word: "git" },
    { patch: back(project, rename), label: `take the rename of '${rename.old}' back, which its users did not follow`, word: "git" },
  ];
}

function concerns(project, error, rename) {
  if (error.syntactic) return false;
  const file = project.source(error.file);
  if (file && wordAt(project.ts, file, error) === rename.old) return true;
  return missingMember(error) === rename.now;
}

function missingMember(error) {
  return /[Pp]roperty '([\w$]+)' is missing in type/.exec(error.message)?.[1] ?? "";
}

function follow(climb, rename, errors) {
  const { project } = climb;
  const byFile = new Map();
  for (const error of errors) {
    const file = project.source(error.file);
    const node = nodeAt(project.ts, file, error.start, error.length);
    if (wordAt(project.ts, file, error) === rename.old) replaceAt(project, file, node, error, rename, byFile);
    else renameMember(project, file, node, rename, byFile);
  }
  overriding(project, rename, byFile);
  return patchOf(project, byFile);
}

function replaceAt(project, file, node, error, rename, byFile) {
  const { ts } = project;
  const put = (at, text) => add(byFile, file.fileName, { start: at.getStart(file), end: at.end, text });
  const name = ts.isQualifiedName(node) ? node.right : node;
  const parent = name.parent;
  if (ts.isStringLiteralLike(name)) {
    const quote = file.text[name.getStart(file)];
    put(name, `${quote}${rename.now}${quote}`);
  } else if (ts.isImportSpecifier(parent) && !parent.propertyName) {
    importedAs(project, file, parent, rename, byFile);
  } else if (ts.isExportSpecifier(parent) && !parent.propertyName) {
    put(name, `${rename.now} as ${rename.old}`);
  } else if (ts.isShorthandPropertyAssignment(parent)) {
    put(name, VALUE_MISSING.has(error.code) ? `${rename.old}: ${rename.now}` : `${rename.now}: ${rename.old}`);
  } else if (ts.isBindingElement(parent) && parent.name === name && !parent.propertyName) {
    put(name, `${rename.now}: ${rename.old}`);
  } else if (isName(ts, name)) {
    put(name, rename.now);
  }
}

/** The import takes the new name, and so do its uses in the file, unless that name means something else there. */
function importedAs(project, file, specifier, rename, byFile) {
  const { ts } = project;
  const uses = [];
  let taken = false;
  const symbol = project.checker.getSymbolAtLocation(specifier.name);
  walk(ts, file, (node) => {
    if (!ts.isIdentifier(node)) return;
    taken ||= node.text === rename.now && !ts.isPropertyAccessExpression(node.parent);
    if (node.text !== rename.old || node === specifier.name) return;
    const parent = node.parent;
    const shorthand = ts.isShorthandPropertyAssignment(parent);
    const found = shorthand ? project.checker.getShorthandAssignmentValueSymbol(parent) : project.checker.getSymbolAtLocation(node);
    const exported = ts.isExportSpecifier(parent) && !parent.parent.parent.moduleSpecifier;
    if (found !== symbol && !(exported && (parent.propertyName ?? parent.name) === node)) return;
    const text = shorthand ? `${rename.old}: ${rename.now}` : exported && !parent.propertyName ? `${rename.now} as ${rename.old}` : rename.now;
    uses.push({ start: node.getStart(file), end: node.end, text });
  });
  const own = specifier.name;
  add(byFile, file.fileName, { start: own.getStart(file), end: own.end, text: taken ? `${rename.now} as ${rename.old}` : rename.now });
  if (!taken) for (const use of uses) add(byFile, file.fileName, use);
}

/** A literal or class that still has the old member although its type asks for the new one. */
function renameMember(project, file, node, rename, byFile) {
  const { ts } = project;
  const holder = enclosing(node, (at) => ts.isClassLike(at) || ts.isObjectLiteralExpression(at) || ts.isVariableDeclaration(at));
  const body = holder && ts.isVariableDeclaration(holder) ? holder.initializer : holder;
  const member = (body?.members ?? body?.properties)?.find((one) => one.name && isName(ts, one.name) && one.name.text === rename.old);
  if (!member) return;
  if (ts.isShorthandPropertyAssignment(member)) {
    add(byFile, file.fileName, { start: member.name.getStart(file), end: member.name.end, text: `${rename.now}: ${rename.old}` });
  } else {
    renamed(project, file.fileName, member.name.getStart(file), rename.now, byFile);
  }
}

/** Members of the same name in classes below the one whose member was renamed: nothing tells of those that override. */
function overriding(project, rename, byFile) {
  const { ts } = project;
  const owner = rename.container.split("/").pop();
  if (rename.kind !== ts.SyntaxKind.MethodDeclaration || !owner) return;
  for (const name of project.own()) {
    const text = project.read(name) ?? "";
    if (!text.includes(rename.old) || !text.includes("extends")) continue;
    const file = project.source(name);
    for (const one of declarations(ts, file)) {
      const inside = ts.isMethodDeclaration(one.node) && one.name === rename.old && ts.isClassLike(one.node.parent);
      if (inside && bases(project, one.node.parent).includes(owner)) renamed(project, name, one.at, rename.now, byFile);
    }
  }
}

function bases(project, declared) {
  const { checker } = project;
  const names = [];
  let queue = [checker.getTypeAtLocation(declared)];
  for (let depth = 0; depth < 8 && queue.length; depth += 1) {
    queue = queue.flatMap((type) => (type.isClassOrInterface?.() ? checker.getBaseTypes(type) : []));
    names.push(...queue.map((type) => type.symbol?.name ?? ""));
  }
  return names;
}

function renamed(project, file, at, text, byFile) {
  const found = project.service.findRenameLocations(file, at, false, false, { providePrefixAndSuffixTextForRename: true });
  for (const one of found ?? []) {
    const { start, length } = one.textSpan;
    const whole = `${one.prefixText ?? ""}${text}${one.suffixText ?? ""}`;
    if (project.isOwn(one.fileName)) add(byFile, one.fileName, { start, end: start + length, text: whole });
  }
}

function back(project, rename) {
  const file = project.source(rename.file);
  const now = file && declarations(project.ts, file).find((one) => one.name === rename.now && one.container === rename.container);
  if (!now || !statementOf(project.ts, now.node)) return null;
  const byFile = new Map();
  const found = project.service.findRenameLocations(rename.file, now.at, false, false, { providePrefixAndSuffixTextForRename: false });
  for (const one of found ?? []) {
    const { start, length } = one.textSpan;
    if (project.isOwn(one.fileName)) add(byFile, one.fileName, { start, end: start + length, text: rename.old });
  }
  return patchOf(project, byFile);
}
