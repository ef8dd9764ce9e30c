// The compiler's own code fixes: those that mend are tried, those that guess are offered.
import { edited } from "./edits.mjs";
import { isSlip } from "./slip.mjs";
import { enclosing, nodeAt } from "./tree.mjs";

const MENDING = new Set([
  "import", "fixMissingImport", "fixImportNonExportedMember", "spelling", "addMissingAwait", "addMissingAsync",
  "convertToTypeOnlyImport", "convertToTypeOnlyExport", "splitTypeOnlyImport", "addMissingNewOperator",
  "forgottenThisPropertyAccess", "fixOverrideModifier", "extendsInterfaceBecomesImplements", "addMissingConst",
  "correctQualifiedNameToIndexedAccessType", "fixExpectedComma", "addNameToNamelessParameter", "invalidJsxCharacters",
  "fixIncorrectNamedTupleSyntax", "importWithExtension", "convertConstToLet", "rewriteRelativeImportExtension",
]);
// What declares, loosens, deletes or silences in order to be green is never made by itself.
const OFFERED = new Set([
  "fixMissingProperties", "fixMissingMember", "fixMissingFunctionDeclaration", "fixReturnTypeInAsyncFunction", "returnValueCorrect",
  "fixClassIncorrectlyImplementsInterface", "fixClassDoesntImplementInheritedAbstractMember", "addOptionalPropertyUndefined", "constructorForDerivedNeedSuperCall",
]);

/** The alternatives of the compiler for an error, and by the way its guesses, which are offered. */
export function codeFixes(climb, error) {
  const { project } = climb;
  const end = error.start + error.length;
  let found = [];
  try {
    found = project.service.getCodeFixesAtPosition(error.file, error.start, end, [error.code], formats(project, error.file), preferences(project, error.file));
  } catch (failure) {
    if (failure instanceof project.ts.OperationCanceledException) throw failure;
  }
  const mending = [];
  const guesses = [];
  for (const fix of found) {
    const patch = patchOfFix(project, fix);
    if (!patch) continue;
    const alternative = { patch, label: fix.description, word: "TypeScript", name: fix.fixName };
    if (MENDING.has(fix.fixName)) mending.push({ ...alternative, ...traits(climb, error, fix, patch) });
    else if (OFFERED.has(fix.fixName)) guesses.push(alternative);
  }
  return { mending, guesses };
}

function traits(climb, error, fix, patch) {
  if (fix.fixName === "spelling") return { unsure: !spelledAlike(climb, fix) };
  if (fix.fixName !== "import") return {};
  return { meaning: imported(climb, error, fix, patch) };
}

/** Whether each name that the fix changes reads as a slip for the one that it puts there. */
function spelledAlike(climb, fix) {
  return fix.changes.every((change) => {
    const text = climb.project.read(change.fileName) ?? "";
    return change.textChanges.every(({ span, newText }) => {
      const [was, now] = [text.slice(span.start, span.start + span.length), newText].map((one) => one.replace(/\W/g, ""));
      return isSlip(was, now);
    });
  });
}

/** What the imported name stands for: two ways to import the same thing are one repair. */
function imported(climb, error, fix, patch) {
  const { project } = climb;
  const name = project.read(error.file).slice(error.start, error.start + error.length);
  return project.during(patch, () => {
    const { ts } = project;
    const file = project.source(error.file);
    for (const node of file.statements.filter(ts.isImportDeclaration)) {
      const named = node.importClause?.namedBindings;
      const bound = [node.importClause, ...(named && ts.isNamedImports(named) ? named.elements : named ? [named] : [])];
      const one = bound.find((binding) => binding?.name?.text === name);
      const symbol = one && project.checker.getSymbolAtLocation(one.name);
      const real = symbol && symbol.flags & ts.SymbolFlags.Alias ? project.checker.getAliasedSymbol(symbol) : symbol;
      const declared = real?.declarations?.[0];
      if (declared) return `${declared.getSourceFile().fileName}:${declared.pos}`;
    }
    return undefined;
  });
}

function patchOfFix(project, fix) {
  const patch = new Map();
  for (const change of fix.changes) {
    if (change.isNewFile || !project.isOwn(change.fileName)) return null;
    const edits = change.textChanges.map((one) => ({ start: one.span.start, end: one.span.start + one.span.length, text: one.newText }));
    const text = edited(project.read(change.fileName) ?? "", edits);
    if (text === null) return null;
    patch.set(change.fileName, text);
  }
  return patch.size ? patch : null;
}

function formats(project, file) {
  const text = project.read(file) ?? "";
  const tabs = /^\t/m.test(text);
  const width = /^( {2,8})\S/m.exec(text)?.[1].length ?? 4;
  const settings = project.ts.getDefaultFormatCodeSettings(text.includes("\r\n") ? "\r\n" : "\n");
  return { ...settings, convertTabsToSpaces: !tabs, indentSize: width, tabSize: width };
}

function preferences(project, file) {
  const text = project.read(file) ?? "";
  const single = (text.match(/from '/g) ?? []).length;
  const double = (text.match(/from "/g) ?? []).length;
  return {
    quotePreference: single || double ? (single >= double ? "single" : "double") : "auto",
    includePackageJsonAutoImports: "off",
    providePrefixAndSuffixTextForRename: true,
    allowTextChangesInNewFiles: false,
    preferTypeOnlyAutoImports: Boolean(project.options.verbatimModuleSyntax),
  };
}

const NOT_PROMISED = new Set([2322, 2739, 2740, 2741, 2345, 2355, 1308, 1378, 2719, 2801, 1103, 1356]);

/** `async` for a function that says it returns a promise, or was asynchronous before the last changes. */
export function asyncAgain(climb, error) {
  const { project, history } = climb;
  const { ts } = project;
  if (!NOT_PROMISED.has(error.code)) return [];
  const file = project.source(error.file);
  const owner = enclosing(nodeAt(ts, file, error.start, error.length), (at) => ts.isFunctionLike(at) && at.body);
  if (!owner || ts.isConstructorDeclaration(owner) || ts.isAccessor(owner)) return [];
  if ((ts.getModifiers(owner) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword)) return [];
  const name = ts.isMethodDeclaration(owner) ? owner.name : owner;
  const declared = ts.isFunctionDeclaration(owner) || ts.isFunctionExpression(owner);
  const at = declared ? owner.getChildren(file).find((child) => child.kind === ts.SyntaxKind.FunctionKeyword).getStart(file) : name.getStart(file);
  const place = ts.isMethodDeclaration(owner) && owner.asteriskToken ? owner.asteriskToken.getStart(file) : at;
  const patch = new Map([[error.file, edited(file.text, [{ start: place, end: place, text: "async " }])]]);
  const line = lineWith(patch.get(error.file), place);
  const before = (history.before.get(error.file) ?? []).some((text) => text.split("\n").some((one) => one.trim() === line));
  const promised = owner.type ? /^(?:Promise|PromiseLike)\b/.test(owner.type.getText(file)) : false;
  const label = "add 'async' to the function that awaits or promises";
  return [{ patch, label, word: before ? "git and TypeScript" : "TypeScript", unsure: !before && !promised, also: importers(project, error.file) }];
}

function lineWith(text, at) {
  const end = text.indexOf("\n", at);
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, end === -1 ? undefined : end).trim();
}

/** The project's files that import this one. */
export function importers(project, name, most = 12) {
  const { ts } = project;
  const stemOf = name.replace(/\.[^./]+$/, "").split("/").pop();
  const wanted = stemOf === "index" ? name.split("/").slice(-2)[0] : stemOf;
  const uses = (file) => file.text.includes(wanted) && file.imports?.some((one) => ts.isStringLiteralLike(one) && one.text.includes(wanted));
  return project.own().filter((file) => file !== name && uses(project.source(file))).slice(0, most);
}
