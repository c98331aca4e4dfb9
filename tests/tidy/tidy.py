"""The house rules as a test: who may include whom, sizes, clocks, shells, names, format.

    python3 tidy.py ROOT

prints one line for each violation, `file:line: what`, and fails when there is one.
"""

import pathlib
import re
import shutil
import subprocess
import sys

from cpp_text import functions, only_code, without_comments

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60

CPP = {".cpp", ".hpp"}
SOURCES = CPP | {".py", ".sh", ".cmake", ".js", ".html", ".css", ".txt"}

# folder: (what it may include of ours, what it may not include of others').
# The first folder that a file is in counts.
TABLE = [
    ("actors/core/", r"actors/core/", None),
    ("actors/", r"actors/|runtime/[a-z_]+\.hpp$", r"simdjson|boost/(json|beast|asio)"),
    ("runtime/", r"runtime/", r"caf/|simdjson"),
    ("api/", r"api/|actors/core/|actors/(interfaces|messages|inspect)\.hpp$", r"boost/json|rocksdb/|archive"),
    ("config/", r"config/", r"caf/|simdjson|boost/|rocksdb/"),
    ("tools/", r"", None),
    ("tests/", r"", None),
]
# The core sees the standard library, without threads, files, clocks and chance, and these.
CORE_OTHERS = re.compile(r"[a-z_]+$|boost/(describe|mp11|system/result)\b|absl/container/|re2/re2\.h$")
CORE_BANNED = re.compile(
    r"(thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|fstream|filesystem"
    r"|iostream|random|ctime|coroutine)$"
)
CORE_CALLS = re.compile(
    r"\bnow\s*\(\s*\)|\b(?:std::)?time\s*\(\s*(?:NULL|nullptr|0|&)|\b\w+_clock\b|\brandom_device\b|\bs?rand\s*\("
    r"|\buuid_generate|\bgetenv\s*\(|\bgettimeofday\b|\bclock_gettime\b"
)
# CAF's actors have a `system()` of their own; the C library's takes a text.
SHELLS = re.compile(
    r"(?<!\w)(?:std)?::(?:system|popen)\s*\(|\bpopen\s*\(|\bsystem\s*\(\s*(?:\"|[^();]*\bc_str\b)|\bsh -c\b"
)
VAGUE = {"manager", "helper", "helpers", "util", "utils", "common", "misc", "base", "impl"}
POSTPONED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def includes(path, text):
    folder = next((row for row in TABLE if path.startswith(row[0])), None)
    if folder is None:
        if "/" in path:
            yield 1, f"{path.split('/')[0]}/ is not in the include table"
        return
    name, ours, others = folder
    for match in re.finditer(r'^\s*#\s*include\s*(["<])([^">]+)[">]', without_comments(text), re.MULTILINE):
        line, target = line_of(text, match.start(2)), match[2]
        if match[1] == '"':
            if not re.match(ours, target):
                yield line, f'{name} may not include "{target}"'
        elif name == "actors/core/":
            if not CORE_OTHERS.match(target) or CORE_BANNED.match(target):
                yield line, f"{name} may not include <{target}>"
        elif others and re.match(others, target):
            yield line, f"{name} may not include <{target}>"


def sizes(path, text):
    count = text.count("\n")
    if count > LINES_OF_A_FILE:
        yield count, f"{count} lines in a file; {LINES_OF_A_FILE} are the most"
    if pathlib.PurePath(path).suffix not in CPP:
        return
    for line, length in functions(text):
        if length > LINES_OF_A_FUNCTION:
            yield line, f"{length} lines in a function; {LINES_OF_A_FUNCTION} are the most"


def core_calls(path, text):
    if path.startswith("actors/core/"):
        for match in CORE_CALLS.finditer(only_code(text)):
            yield line_of(text, match.start()), f"the core takes no time or chance from the world: {match[0]}"


def shells(path, text):
    if pathlib.PurePath(path).suffix in CPP:
        for match in SHELLS.finditer(without_comments(text)):
            yield line_of(text, match.start()), f"no shell, argv only: {match[0]}"


def words(path, text):
    vague = VAGUE & set(re.split(r"[_.\-]", pathlib.PurePath(path).name))
    if vague:
        yield 1, f"a file name says nothing with '{vague.pop()}'"
    for match in POSTPONED.finditer(text):
        yield line_of(text, match.start()), f"{match[0]} is work that is not done"


RULES = [includes, sizes, core_calls, shells, words]


def check(path, text):
    """Yields (line, what) for each violation in one file."""
    for rule in RULES:
        if rule is includes and pathlib.PurePath(path).suffix not in CPP:
            continue
        yield from rule(path, text)


def files_of(root):
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        top = relative.parts[0]
        if top.startswith(("build", ".git")) or "node_modules" in relative.parts:
            continue
        if path.suffix in SOURCES and path.is_file():
            yield path, relative.as_posix()


def format_violations(root, paths):
    program = shutil.which("clang-format")
    if program is None:
        print("NOT CHECKED: clang-format is not installed, so the format of the sources is unknown")
        return []
    run = subprocess.run(
        [program, "--dry-run", "--Werror", *paths], cwd=root, capture_output=True, text=True, check=False
    )
    lines = {}
    for path, line in re.findall(r"^([^:\n]+):(\d+):\d+: error: ", run.stderr, re.MULTILINE):
        lines.setdefault(path, []).append(line)
    if run.returncode != 0 and not lines:
        return [f"clang-format failed: {run.stderr.strip()}"]
    return [f"{path}:{found[0]}: not as clang-format has it" for path, found in lines.items()]


def main(root):
    violations = []
    cpp = []
    for path, relative in files_of(root):
        text = path.read_text(encoding="utf-8")
        violations += [f"{relative}:{line}: {what}" for line, what in check(relative, text)]
        if path.suffix in CPP:
            cpp.append(relative)
    violations += format_violations(root, cpp)
    print("\n".join(violations))
    print(f"{len(violations)} violations in {len(cpp)} C++ files")
    return 1 if violations or not cpp else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
