// The errors of files, and when a trial may stay: fewer in all, none more often than before.

/**
 * The errors of `files`, in order. Those of the parser hide the others of their file, as in the compiler itself: what is
 * said of a file that could not be read is noise.
 */
export function errorsOf(project, files) {
  const found = [];
  for (const file of files) {
    if (!project.source(file)) continue;
    const syntactic = project.service.getSyntacticDiagnostics(file);
    const some = syntactic.length ? syntactic : project.service.getSemanticDiagnostics(file);
    for (const one of some) {
      if (one.category === project.ts.DiagnosticCategory.Error) found.push(errorOf(project.ts, file, one, syntactic.length > 0));
    }
  }
  return found;
}

function errorOf(ts, file, one, syntactic) {
  const message = ts.flattenDiagnosticMessageText(one.messageText, "\n").slice(0, 1000);
  return { file, start: one.start ?? 0, length: one.length ?? 0, code: one.code, message, syntactic };
}

export function key(error) {
  return `${error.file}\0${error.code}\0${error.message}`;
}

export function counted(errors) {
  const counts = new Map();
  for (const error of errors) counts.set(key(error), (counts.get(key(error)) ?? 0) + 1);
  return counts;
}

/** Whether `after` is strictly less than `before`. */
export function shrinks(before, after) {
  if (after.length >= before.length) return false;
  const had = counted(before);
  return [...counted(after)].every(([name, count]) => count <= (had.get(name) ?? 0));
}

export function lineOf(text, start) {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < start; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

export function lineText(text, start) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = text.indexOf("\n", start);
  return text.slice(from, to === -1 ? undefined : to);
}
