// Which project a file belongs to: the configuration that covers it, as the compiler itself would say.
import fs from "node:fs";
import path from "node:path";

import { compilerFor } from "./compiler.mjs";
import { Project } from "./project.mjs";

const MOST_CONFIGS = 40;

export class Projects {
  constructor(root) {
    this.root = root;
    this.open = new Map();
  }

  /**
   * The projects of these files, with the files of each. `named` are configurations that the check's command names:
   * where one of them covers a file, it is the one that failed.
   */
  of(files, named) {
    const found = new Map();
    for (const file of files) {
      const project = [...found.keys()].find((one) => one.names.has(file)) ?? this.projectOf(file, named);
      if (!project) continue;
      if (!found.has(project)) found.set(project, []);
      found.get(project).push(file);
    }
    return found;
  }

  projectOf(file, named) {
    const ts = compilerFor(path.dirname(file), this.root);
    if (!ts) return null;
    let nearest = null;
    for (const config of this.configs(ts, file, named)) {
      const parsed = this.parsed(ts, config);
      if (!parsed) continue;
      if (parsed.fileNames.some((name) => path.resolve(name) === file)) return this.project(ts, config, parsed, []);
      nearest ??= parsed.fileNames.length ? [config, parsed] : null;
    }
    // A file that none covers (it may be imported by one that is): checked with the nearest configuration.
    return nearest && fs.existsSync(file) ? this.project(ts, nearest[0], nearest[1], [file]) : null;
  }

  project(ts, config, parsed, extra) {
    let project = this.open.get(config);
    if (!project) {
      project = new Project(ts, config, parsed, this.root, extra);
      this.open.set(config, project);
    }
    for (const name of extra) project.names.add(name);
    return project;
  }

  *configs(ts, file, named) {
    const seen = new Set();
    const queue = [...named];
    for (let at = path.dirname(file); ; at = path.dirname(at)) {
      queue.push(...configsIn(at));
      if (at === this.root || at === path.dirname(at)) break;
    }
    while (queue.length && seen.size < MOST_CONFIGS) {
      const config = queue.shift();
      if (seen.has(config) || !fs.existsSync(config)) continue;
      seen.add(config);
      yield config;
      const references = this.parsed(ts, config)?.projectReferences ?? [];
      queue.unshift(...references.map((reference) => ts.resolveProjectReferencePath(reference)));
    }
  }

  parsed(ts, config) {
    this.cache ??= new Map();
    if (!this.cache.has(config)) {
      const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
      let parsed = null;
      try {
        parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host) ?? null;
      } catch {
        parsed = null;
      }
      this.cache.set(config, parsed);
    }
    return this.cache.get(config);
  }

  /** Configurations may have changed on disk; projects whose files changed are opened anew. */
  renew() {
    this.cache = new Map();
    for (const [config, project] of this.open) {
      const now = this.parsed(project.ts, config)?.fileNames.map((name) => path.resolve(name)) ?? [];
      const covered = new Set([...project.names].filter((name) => fs.existsSync(name)));
      if (now.length > covered.size || now.some((name) => !covered.has(name))) this.open.delete(config);
    }
  }
}

function configsIn(folder) {
  let names = [];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return [];
  }
  const others = names.filter((name) => /^tsconfig\.[\w.-]+\.json$/.test(name)).sort();
  return ["tsconfig.json", ...others, "jsconfig.json"].filter((name) => names.includes(name)).map((name) => path.join(folder, name));
}
