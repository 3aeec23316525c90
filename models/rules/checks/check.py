"""A filled form against the form that was sent: what is declared, what must be mended, what to look at again.

What blocks is what the report cannot be counted with: a row without a status, a completion without its day
or its product, a number that can be read two ways, a total that is not the sum of its parts. Whatever needs judgement
warns, unless the regime says otherwise. Each issue has its cell and says what to do; it never repeats what was
written as reason, product or proposal.
"""

from functools import partial

from models.rules.annexes.annex_checks import check_annexes
from models.rules.checks.carried import carried
from models.rules.checks.check_issues import Issues
from models.rules.checks.check_levels import ADJUSTABLE, levelled
from models.rules.checks.check_rows import WORDS_OF_ASSIGNMENT, WORDS_OF_INDICATOR, check_rows
from models.rules.checks.checks_assignment import check_assignment
from models.rules.checks.checks_carried import check_marks
from models.rules.checks.checks_general import check_nothing, say_empty, written_in
from models.rules.checks.checks_indicator import check_indicator
from models.rules.checks.declared import DeclaredAssignment, DeclaredCell, DeclaredIndicator, Judgement
from models.rules.checks.prose_checks import heading_findings, prose_findings
from models.rules.form import Filled, Form

__all__ = [
    "ADJUSTABLE",
    "DeclaredAssignment",
    "DeclaredCell",
    "DeclaredIndicator",
    "Judgement",
    "check",
]


def check(form: Form, filled: Filled) -> Judgement:
    """Judges a filled form by the form that was sent. Knows no other cycle and no other agency."""
    issues = Issues(list(filled.problems))
    standing = carried(form, filled)
    written = written_in(form, filled, standing)
    nothing = check_nothing(form, filled, written, issues)
    texts = {code: cell.text for code, cell in filled.texts.items() if cell.text}
    assignments: tuple[DeclaredAssignment, ...] = ()
    indicators: tuple[DeclaredIndicator, ...] = ()
    cells: tuple[DeclaredCell, ...] = ()
    if not nothing and not written:
        say_empty(form, filled, standing, issues)
    else:
        check_marks(form, filled, standing, issues)
        assignments = check_rows(
            form.assignments,
            filled.assignments,
            WORDS_OF_ASSIGNMENT,
            standing,
            nothing,
            partial(check_assignment, form, issues, standing),
            issues,
        )
        indicators = check_rows(
            form.indicators,
            filled.indicators,
            WORDS_OF_INDICATOR,
            standing,
            nothing,
            partial(check_indicator, form, issues, standing),
            issues,
        )
        cells = check_annexes(form, filled, standing, nothing, issues)
    refs = {code: cell.ref for code, cell in filled.texts.items()}
    issues.extend(prose_findings(texts, refs=refs, outline=form.outline))
    issues.extend(heading_findings(form.outline, texts))
    return Judgement(
        issues=levelled(issues.found, form.checks.levels),
        assignments=assignments,
        indicators=indicators,
        nothing=nothing,
        nothing_reason=filled.nothing_reason.text if nothing else "",
        cells=cells,
        texts=texts,
    )
