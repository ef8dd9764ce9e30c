"""The signs of a machine or a network at fault: disk, memory, ports, permissions, registries, versions of runtimes."""

from __future__ import annotations

from prunella.diagnostics.signs import SHELL, Sign

SIGNS = (
    Sign(
        ("file watchers",),
        r"ENOSPC: System limit for number of file watchers",
        "the system's limit of watched files is reached",
        "Raise fs.inotify.max_user_watches, or end other watchers.",
        lasting=True,
    ),
    Sign(
        ("ENOSPC", "No space left", "[Errno 28]", "quota exceeded", "EDQUOT"),
        r"\bENOSPC\b|No space left on device|\[Errno 28\]|[Dd]isk quota exceeded|\bEDQUOT\b",
        "the disk is full",
        "Free space on the disk, then run it again.",
        lasting=True,
    ),
    Sign(
        (
            "npm ",
            "PNPM",
            "WARN",
            "network",
            "Retrying",
            "error: failed",
            "dial tcp",
            "Google Fonts",
            "transfer",
            "fatal: ",
        ),
        r"^npm (?:ERR!|error) (?:code (?:ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT)|network )"
        r"|^\s*(?:ERR_PNPM_META_FETCH_FAIL|WARN\s+GET \S{1,300} error \((?:ENOTFOUND|ECONNREFUSED|EAI_AGAIN))"
        r"|There appears to be trouble with your network connection"
        r"|^(?:WARNING: )?Retrying \(Retry\(total=[0-9]+.{0,200}(?:NewConnectionError|NameResolutionError)"
        r"|^error: failed to (?:download|fetch) .{0,200}(?:crates\.io|static\.rust-lang)|spurious network error"
        r"|dial tcp: lookup \S{0,200}(?:proxy\.golang\.org|sum\.golang\.org)"
        r"|Failed to fetch `?[\w -]{1,60}`? from Google Fonts"
        r"|Could not transfer artifact .{0,300} from/to"
        r"|^fatal: unable to access '\S{1,300}': Could not resolve host",
        "a package registry or another host on the network cannot be reached",
        "Check the network, the proxy and the registry's address, then run it again.",
        lasting=True,
    ),
    Sign(
        ("EBADENGINE", "Unsupported engine", "UNSUPPORTED_ENGINE", "is incompatible with this module"),
        r"^npm (?:ERR!|error) code EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE"
        r"|^error \S{1,200}: The engine \"(?P<name>\w{1,40})\" is incompatible with this module"
        r"|^npm (?:ERR!|error) notsup Unsupported engine",
        "the installed version of Node is not one that the repository's packages accept",
        "Switch to the version that package.json's engines or .nvmrc names (nvm use, volta, fnm), then install again.",
        lasting=True,
    ),
    Sign(
        (
            "requires a different Python",
            "requires Python",
            "requires-python",
            "Requires-Python",
            "No interpreter found",
            "activated Python",
        ),
        r"requires a different Python: [0-9.]+ not in|^error: The (?:Python request|requested interpreter) .{0,200}"
        r"|^(?:error|ERROR): .{0,200}requires-python|No interpreter found for Python [0-9.>=<*, ]+"
        r"|^The currently activated Python version [0-9.]+ is not supported by the project",
        "the Python that runs is not the one that the project requires",
        "Use a Python that requires-python allows (pyenv, uv python install), and make its environment anew.",
        lasting=True,
    ),
    Sign(
        ("Unsupported class file", "release version", "invalid target release", "invalid source release", "JAVA_HOME"),
        r"Unsupported class file major version [0-9]+"
        r"|error: (?:release version|invalid \w{6} release:?) [0-9.]+"
        r"|class file has wrong version"
        r"|^(?:ERROR: )?(?:The )?JAVA_HOME .{0,80}(?:not (?:set|defined correctly)|invalid directory)"
        r"|^Unable to locate a Java Runtime|UnsupportedClassVersionError",
        "the installed Java is not the release that the build needs",
        "Install that release of the JDK and point JAVA_HOME at it.",
    ),
    Sign(
        (
            "rustc ",
            "toolchain '",
            "requires go",
            "module requires Go",
            "go.mod requires",
            "NETSDK1045",
            "compatible .NET SDK",
        ),
        r"^error: (?:package `.{1,200}` cannot be built because it )?requires rustc [0-9.]+"
        r"|requires rustc [0-9.]+ or newer"
        r"|^error: (?:rustc [0-9.]+ is not supported by the following|toolchain '.{1,100}' is not installed)"
        r"|^go: (?:go\.mod requires|errors parsing go\.mod:|.{0,200}requires) ?go ?>= ?[0-9.]+"
        r"|^note: module requires Go [0-9.]+"
        r"|error NETSDK1045|^A compatible (?:installed )?\.NET SDK .{0,80}(?:not found|was not found)",
        "the installed compiler is older than the one that the repository needs",
        "Install the version that rust-toolchain.toml, go.mod or global.json names (rustup, go install, dotnet).",
        certain=True,
        lasting=True,
    ),
    Sign(
        (
            "NODE_MODULE_VERSION",
            "ELFCLASS",
            "wrong architecture",
            "Exec format error",
            "for another platform",
            "for the wrong",
            "incompatible architecture",
            "cpu features",
            "You installed esbuild",
            "ELF header",
            "@rollup/rollup-",
        ),
        r"was compiled against a different Node\.js version|NODE_MODULE_VERSION [0-9]+\. This version"
        r"|invalid ELF header|wrong ELF class|incompatible architecture \(have|Exec format error$"
        r"|^(?:Error: )?You installed esbuild (?:for another platform|on another platform)"
        r"|Cannot find module @rollup/rollup-\S+\. npm has a bug related to optional dependencies",
        "installed packages hold programs for another platform or another version of their runtime",
        "Delete node_modules (or the virtual environment) and install anew on this machine.",
    ),
    Sign(
        (
            "E401",
            "E403",
            "401 Unauthorized",
            "HTTP error 4",
            "401 Client",
            "403 Client",
            "403 Forbidden",
            "ENEEDAUTH",
            "ERR_PNPM_FETCH_40",
            "ERR_PNPM_FETCH_5",
            "E50",
            "error: failed to authenticate",
            "Status code",
            "status code",
            "authentication required",
            "503",
            "502",
        ),
        r"^npm (?:ERR!|error) code (?:E401|E403|ENEEDAUTH|E50[0234])\b|^\s*ERR_PNPM_FETCH_(?:401|403|50[0234])"
        r"|^(?:ERROR|error): .{0,200}(?:HTTP error )?(?:401|403) (?:Client Error|Unauthorized|Forbidden)"
        r"|Could not transfer artifact .{0,400}status code: (?:401|403|50[0234])"
        r"|Received status code (?:401|403|50[0234]) from server"
        r"|^(?:Error response from daemon: )?unauthorized: authentication required"
        r"|^Unable to load the service index for source"
        r"|Response status code does not indicate success: (?:401|403|50[0234])"
        r"|^error: failed to authenticate when downloading repository",
        "a package registry refuses access, or is out of order",
        "Check the token of the registry (.npmrc, pip.conf, settings.xml, docker login); at 5xx, wait for it.",
        lasting=True,
    ),
    Sign(
        ("certificate", "SSL", "self signed", "self-signed", "SELF_SIGNED", "CERT_", "UNABLE_TO_"),
        r"^npm (?:ERR!|error) code (?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_HAS_EXPIRED"
        r"|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_\w+)"
        r"|^(?:WARNING: Retrying|Could not fetch URL|ERROR: Could not).{0,300}(?:SSLError|CERTIFICATE_VERIFY_FAILED)"
        r"|^fatal: unable to access '\S{1,300}': (?:SSL|server certificate|gnutls)|PKIX path building failed"
        r"|tls: failed to verify certificate|x509: certificate (?:signed by unknown|has expired)",
        "a certificate on the way to a registry is not trusted",
        "Check the proxy and the clock; give the tools your own certificate (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE).",
        lasting=True,
    ),
    Sign(
        (
            "fatal: could not read Username",
            "Permission denied (publickey)",
            "Host key verification failed",
            "terminal prompts",
        ),
        r"^fatal: could not read (?:Username|Password) for|Permission denied \(publickey\)"
        r"|^Host key verification failed"
        r"|terminal prompts disabled",
        "a git server asks for credentials that are not there",
        "Set up access to it (an SSH key, or a credential helper), then run it again.",
        lasting=True,
    ),
    Sign(
        ("P1000", "P1001", "P1002", "P1003", "P1017", "Environment variable not found"),
        r"^(?:Error: )?P10(?:00|01|02|03|08|10|17)\b"
        r"|^(?:error: |Error: )?Environment variable not found: (?P<name>\w{1,80})",
        "the database, or the variable that holds its address, is not there",
        "Start the database and set the variable (see .env.example), then run it again.",
    ),
    Sign(
        ("EMFILE", "Too many open files", "ENFILE"),
        r"^(?:Error: |OSError: )?(?:\[Errno 24\]|EMFILE:|ENFILE:)|: Too many open files(?: in system)?$",
        "too many files are open at once",
        "Raise the limit (ulimit -n), or run fewer things at once.",
        lasting=True,
    ),
    Sign(
        ("EACCES", "EPERM", "Permission denied", "EROFS", "Read-only file system"),
        r"^npm (?:ERR!|error) (?:code )?(?:EACCES|EPERM|EROFS)\b"
        r"|^(?:Error: )?(?:EACCES|EROFS): (?:permission denied|read-only)"
        r"|^error: could not (?:create|write).{0,200}Permission denied"
        r"|^warning: unable to (?:access|unlink) .{0,200}Permission denied"
        r"|^(?:mkdir|cp|mv|rm|install|touch|ln): .{0,300}(?:Permission denied|Read-only file system)$",
        "files that the command needs to write may not be written",
        "Give yourself the right to them (chown the repository and the tools' caches), or run it where they are yours.",
        lasting=True,
    ),
    Sign(
        ("locale", "LC_ALL", "unsupported locale"),
        r"^locale\.Error: unsupported locale setting|Python 3 was configured to use ASCII as encoding"
        r"|cannot change locale .{0,80}: No such file",
        "the locale that the command asks for is not installed",
        "Set LC_ALL=C.UTF-8, or install the locale.",
    ),
    Sign(
        ("license", "License", "licence"),
        r"^(?:FATAL|ERROR|Error|error).{0,120}\b[Ll]icen[sc]e (?:has |is )?(?:expired|not found|invalid"
        r"|could not be (?:found|verified))"
        r"|^You have not agreed to the Xcode license|No valid (?:.{1,40} )?[Ll]icen[sc]e (?:was )?found",
        "a tool's licence is missing or has ended",
        "Renew or install the licence, then run it again.",
        lasting=True,
    ),
    Sign(
        ("dubious ownership",),
        r"^fatal: detected dubious ownership in repository",
        "git does not trust this folder: it belongs to somebody else",
        "git config --global --add safe.directory with its path, or chown it.",
        lasting=True,
    ),
    Sign(
        ("DISPLAY", "X server"),
        r"(?:[Cc]annot|[Uu]nable to|Could not) (?:open|connect to|load).{0,40}(?:display|X server)"
        r"|Missing X server or \$DISPLAY",
        "the command needs a display, and there is none",
        "Run it under xvfb-run, or headless.",
        lasting=True,
    ),
    Sign(
        ("not yet valid", "clock skew", "Clock skew", "not valid yet", "modification time"),
        r"^E: Release file for .{0,200} is not valid yet|certificate is not yet valid|RequestTimeTooSkewed",
        "the clock of this machine is wrong",
        "Set the clock (timedatectl set-ntp true), then run it again.",
        lasting=True,
    ),
    Sign(
        (
            "heap",
            "ENOMEM",
            "Cannot allocate",
            "Killed signal",
            "OutOfMemory",
            "signal: killed",
            "SIGKILL",
            "MemoryError",
            "out of memory",
            "Out of memory",
            "Gradle build daemon",
        ),
        r"JavaScript heap out of memory|\bENOMEM\b|Cannot allocate memory|fatal error: Killed signal terminated"
        r"|^(?:Exception in thread .{0,80})?java\.lang\.OutOfMemoryError|: signal: killed$|\(signal: 9, SIGKILL: kill\)"
        r"|^(?:virtual memory exhausted|c\+\+: fatal error: Killed|LLVM ERROR: out of memory|Killed$)"
        r"|Gradle build daemon disappeared unexpectedly|memory allocation of [0-9]+ bytes failed|OOM killer",
        "the command ran out of memory",
        "Give it more memory (for Node: NODE_OPTIONS=--max-old-space-size=4096), or run fewer things at once.",
    ),
    Sign(
        ("EADDRINUSE", "already in use"),
        r"EADDRINUSE|[Aa]ddress already in use|Port [0-9]{1,5} is already in use",
        "a port that the command needs is in use",
        "End the process that holds the port, or choose another one.",
    ),
    Sign(
        ("ocker daemon",),
        r"Cannot connect to the Docker daemon|[Ii]s the docker daemon running\?",
        "the Docker daemon cannot be reached",
        "Start it, or give yourself the right to use it.",
        lasting=True,
    ),
    Sign(
        ("Permission denied",),
        SHELL + r"(?P<name>[^\s:]{1,200}): Permission denied$",
        "'{name}' may not be executed",
        "Make it executable (chmod +x), or run it through its interpreter.",
        frozenset({126}),
    ),
)
"""In the order in which they are looked for; the first that is seen is the cause."""
