// Reading syntax trees: the node at a place, names and where they are declared.

export function children(ts, node) {
  const found = [...(node.jsDoc ?? [])];
  ts.forEachChild(node, (child) => void found.push(child));
  return found;
}

export function walk(ts, node, visit) {
  const stack = [node];
  while (stack.length) {
    const at = stack.pop();
    visit(at);
    stack.push(...children(ts, at).reverse());
  }
}

/** The smallest node that covers `start` up to `start + length`. */
export function nodeAt(ts, file, start, length = 0) {
  let best = file;
  for (;;) {
    const next = children(ts, best).find((child) => from(child, file) <= start && child.end >= start + Math.max(length, 1));
    if (!next) return best;
    best = next;
  }
}

function from(node, file) {
  return node.jsDoc?.length ? node.jsDoc[0].pos : node.getStart(file);
}

export function enclosing(node, test) {
  let at = node;
  while (at && !test(at)) at = at.parent;
  return at;
}

export function isName(ts, node) {
  return ts.isIdentifier(node) || ts.isPrivateIdentifier(node);
}

/** The name or literal text at an error; "" when there is neither. */
export function wordAt(ts, file, error) {
  const node = nodeAt(ts, file, error.start, error.length);
  if (isName(ts, node) || ts.isStringLiteralLike(node)) return node.text;
  if (ts.isQualifiedName(node)) return node.right.text;
  return "";
}

/** The declarations of a file, those within functions and classes too, in order. */
export function declarations(ts, file) {
  const found = [];
  const order = new Map();
  const visit = (node, container) => {
    const name = nameOf(ts, node);
    let inner = container;
    if (name) {
      const index = order.get(container) ?? 0;
      order.set(container, index + 1);
      const top = container === "";
      found.push({ name: name.text, container, index, kind: node.kind, node, at: name.getStart(file), exported: top && isExported(ts, node) });
      inner = `${container}/${name.text}`;
    } else if (ts.isConstructorDeclaration(node)) {
      inner = `${container}/constructor`;
    }
    for (const child of children(ts, node)) visit(child, inner);
  };
  visit(file, "");
  return found;
}

function nameOf(ts, node) {
  const declares =
    ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node) || ts.isEnumMember(node) || ts.isModuleDeclaration(node) ||
    ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) || ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) || ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) || ts.isGetAccessor(node) ||
    ts.isSetAccessor(node) || ts.isPropertyAssignment(node) || ts.isJSDocTypedefTag(node) || ts.isJSDocPropertyTag(node);
  return declares && node.name && isName(ts, node.name) ? node.name : null;
}

export function statementOf(ts, node) {
  return enclosing(node, (at) => at.parent && ts.isSourceFile(at.parent));
}

export function isExported(ts, node) {
  const statement = statementOf(ts, node);
  const modifiers = statement && ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
}

export function parse(ts, name, text) {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

/** Imports of a file: what each binds. `name` is the exported name ("default", "*" for a namespace). */
export function imports(ts, file) {
  const found = [];
  for (const node of file.statements) {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) continue;
    const clause = node.importClause;
    const from = node.moduleSpecifier.text;
    const typeOnly = Boolean(clause?.isTypeOnly);
    if (clause?.name) found.push({ local: clause.name.text, name: "default", from, node, typeOnly });
    const named = clause?.namedBindings;
    if (named && ts.isNamespaceImport(named)) found.push({ local: named.name.text, name: "*", from, node, typeOnly });
    for (const one of named && ts.isNamedImports(named) ? named.elements : []) {
      const name = (one.propertyName ?? one.name).text;
      found.push({ local: one.name.text, name, from, node, specifier: one, typeOnly: typeOnly || one.isTypeOnly });
    }
  }
  return found;
}
