"""Just enough reading of C++ for the house rules: what is code, and where functions begin and end."""

import re

# Comments, raw strings, strings, characters; a digit separator is none of them.
_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_NOT_A_FUNCTION = re.compile(
    r"^\W*(?:else\s+)?(?:if|for|while|switch|do|catch|try|namespace|class|struct|union|enum|extern|else)\b"
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with comments blanked; lines keep their numbers."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith("/") else m[0], text)


def only_code(text):
    """The text with comments and literals blanked."""
    return _TOKEN.sub(lambda m: _blank(m[0]), text)


def functions(text):
    """Yields (first line, number of lines) of each function body with its signature."""
    code = re.sub(r"^[ \t]*#.*$", lambda m: _blank(m[0]), only_code(text), flags=re.MULTILINE)
    stack = []
    head_start = 0
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match[0] == "{":
            # In our format a body's brace follows a space, a value's follows its type or name.
            is_value = at > 0 and not code[at - 1].isspace()
            stack.append((head_start, is_value, not is_value and _is_function(code[head_start:at])))
            if is_value:
                continue
        elif match[0] == "}" and stack:
            start, is_value, is_body = stack.pop()
            if is_value:
                head_start = start
                continue
            if is_body:
                start += len(code[start:at]) - len(code[start:at].lstrip())
                yield code.count("\n", 0, start) + 1, code.count("\n", start, at) + 1
        head_start = at + 1


def _is_function(head):
    head = re.sub(r"\btemplate\s*<[^{}]*?>\s*(?=\w)", "", head.strip())
    if "(" not in head or head.count("(") != head.count(")"):
        return False
    if _NOT_A_FUNCTION.match(head):
        return False
    return "=" not in _outside_parentheses(re.sub(r"operator[^\s(]+", "", head))


def _outside_parentheses(text):
    depth = 0
    kept = []
    for letter in text:
        depth += letter == "("
        if depth == 0:
            kept.append(letter)
        depth -= letter == ")"
    return "".join(kept)
