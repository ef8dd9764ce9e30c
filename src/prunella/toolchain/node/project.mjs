// One TypeScript project in memory: its files as they are on disk, and over them the texts that are being tried.
import path from "node:path";

const OWN = /\.(?:[cm]?[jt]s|[jt]sx)$/;

export class Project {
  constructor(ts, configPath, parsed, root, extra) {
    this.ts = ts;
    this.root = root;
    this.configPath = configPath;
    this.options = { ...parsed.options, skipLibCheck: true };
    this.names = new Set([...parsed.fileNames.map((name) => path.resolve(name)), ...extra]);
    this.references = parsed.projectReferences;
    this.overlay = new Map(); // absolute path -> text (null = the file is gone)
    this.versions = new Map();
    this.disk = new Map();
    this.deadline = Infinity;
    this.service = ts.createLanguageService(this.host(), ts.createDocumentRegistry());
  }

  /** Look at the disk again, and take no longer than until `deadline` (in ms since 1970). */
  renew(deadline) {
    this.deadline = deadline;
    for (const name of this.overlay.keys()) this.touch(name);
    this.overlay.clear();
    for (const [name, text] of this.disk) {
      if (!name.includes("/node_modules/") && this.ts.sys.readFile(name) !== text) this.forget(name);
    }
  }

  forget(name) {
    this.disk.delete(name);
    this.touch(name);
  }

  touch(name) {
    this.versions.set(name, (this.versions.get(name) ?? 0) + 1);
  }

  host() {
    const { ts } = this;
    const sys = ts.sys;
    return {
      getScriptFileNames: () => [...this.names, ...this.added()].filter((name) => this.exists(name)),
      getScriptVersion: (name) => String(this.versions.get(name) ?? 0),
      getScriptSnapshot: (name) => {
        const text = this.read(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => path.dirname(this.configPath || `${this.root}/x`),
      getCompilationSettings: () => this.options,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      getProjectReferences: () => this.references,
      useSourceOfProjectReferenceRedirect: () => true,
      fileExists: (name) => this.exists(name),
      readFile: (name) => this.read(name),
      readDirectory: sys.readDirectory,
      directoryExists: (name) => sys.directoryExists(name) || this.added().some((file) => file.startsWith(`${name}/`)),
      getDirectories: sys.getDirectories,
      realpath: sys.realpath,
      useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
      getNewLine: () => "\n",
      getCancellationToken: () => ({ isCancellationRequested: () => Date.now() > this.deadline }),
    };
  }

  added() {
    return [...this.overlay.keys()].filter((name) => this.overlay.get(name) !== null && !this.onDisk(name));
  }

  onDisk(name) {
    return this.ts.sys.fileExists(name);
  }

  exists(name) {
    return this.overlay.has(name) ? this.overlay.get(name) !== null : this.onDisk(name);
  }

  read(name) {
    if (this.overlay.has(name)) return this.overlay.get(name) ?? undefined;
    if (!this.disk.has(name)) this.disk.set(name, this.ts.sys.readFile(name));
    return this.disk.get(name);
  }

  get program() {
    return this.service.getProgram();
  }

  get checker() {
    return this.program.getTypeChecker();
  }

  source(name) {
    return this.program.getSourceFile(name);
  }

  /** The project's own sources, in the program's order: no libraries, no declarations from packages. */
  own() {
    const files = this.program.getSourceFiles();
    return files.map((file) => file.fileName).filter((name) => this.isOwn(name));
  }

  isOwn(name) {
    return name.startsWith(`${this.root}/`) && !name.includes("/node_modules/") && OWN.test(name) && !/\.d\.[cm]?ts$/.test(name);
  }

  relative(name) {
    return path.relative(this.root, name);
  }

  /** Run `look` while the files of `patch` (path -> text) hold other texts. */
  during(patch, look) {
    const before = new Map([...patch.keys()].map((name) => [name, this.overlay.get(name)]));
    this.put(patch);
    try {
      return look();
    } finally {
      for (const [name, text] of before) {
        if (text === undefined) this.overlay.delete(name);
        else this.overlay.set(name, text);
        this.touch(name);
      }
    }
  }

  /** From here on the files hold these texts (in memory only). */
  put(patch) {
    for (const [name, text] of patch) {
      this.overlay.set(name, text);
      this.touch(name);
    }
  }
}
