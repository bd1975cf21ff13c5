"""Proves the course: each row taught, asked and practised, each skill checked, nothing loose,
nobody left without a hint.

What stands in the files is read once more as it is written, so that each text, link and word that
is wrong is named with its line and column.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from trainer import paths
from trainer.catalog.course import CourseFiles, load_course, load_sheet, place_in, problem_at
from trainer.catalog.glossary import load_glossary
from trainer.catalog.loader import Loaded, Problem, load_all, load_scenario
from trainer.catalog.marked import Mark, Tree, Unreadable, read
from trainer.orders.engine import commands
from trainer.training.course import Course, Plan
from trainer.training.glossary import Glossary
from trainer.training.scenario import LANGUAGE_OF, Scenario

QUESTIONS: Final = 3
"""As few questions about a row as there may be."""
SCENARIOS: Final = 2
"""As few scenarios as a skill may be checked in."""

_LANGUAGES: Final = tuple(LANGUAGE_OF.values())
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_WORD: Final = re.compile("[a-z]{2}")
_FIELD: Final = re.compile(r"\{[a-z_]*\}")
_SPOKEN: Final = frozenset(
    ("reason", "text", "evidence", "note", "name", "subject", "body", "words")
)
"""Fields of commands in which somebody writes in their own words."""


class RowProof(NamedTuple):
    """What a row of the course has."""

    row: str
    taught: bool
    asked: int
    """Questions about it."""
    exercises: int
    """Exercises with a task."""
    practised: bool
    """Whether it needs one."""

    @property
    def ok(self) -> bool:
        """Whether it has what it needs."""
        exercised = self.exercises > 0 or not self.practised
        return self.taught and self.asked >= QUESTIONS and exercised


class CourseProof(NamedTuple):
    """What was found out about the course."""

    rows: tuple[RowProof, ...]
    skills: Mapping[str, frozenset[str]]
    """In which scenarios each skill is checked."""
    gaps: tuple[Problem, ...]
    """What is still to be written."""
    faults: tuple[Problem, ...]
    """What is wrong with what is written."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that stands in the way."""
        return tuple(sorted((*self.gaps, *self.faults)))

    @property
    def ok(self) -> bool:
        """Whether a class may begin with it."""
        return bool(self.rows) and not self.problems

    def lines(self) -> tuple[str, ...]:
        """The proof as a table to read."""
        taught = sum(row.taught for row in self.rows)
        head = f"the course: {len(self.rows)} rows, {taught} taught, {len(self.skills)} skills"
        wanted = len(self.problems)
        verdict = "proven" if self.ok else f"not proven, {wanted} failures:"
        failures = (f"  - {problem}" for problem in self.problems)
        return (head, *self._row_lines(), *self._skill_lines(), verdict, *failures)

    def _row_lines(self) -> Iterator[str]:
        yield f"  {'row':<6}{'lesson':>8}{'questions':>11}{'exercises':>11}"
        for row in self.rows:
            lesson = "yes" if row.taught else "no"
            exercises = str(row.exercises) if row.exercises or row.practised else "–"
            yield f"  {row.row:<6}{lesson:>8}{row.asked:>11}{exercises:>11}"

    def _skill_lines(self) -> Iterator[str]:
        yield f"  {'skill':<20}{'scenarios':>10}"
        for skill, scenarios in self.skills.items():
            yield f"  {skill:<20}{len(scenarios):>10}"


class _File(NamedTuple):
    """A file as it is written."""

    path: Path
    tree: Tree

    def problem(self, loc: tuple[str | int, ...], what: str, cure: str) -> Problem:
        return problem_at(self.path, place_in(self.tree, loc), what, cure)


def prove_course(
    folder: Path = paths.SCENARIOS, pictures: Path = paths.TEMPLATES / "pictures"
) -> CourseProof:
    """Prove the course of a folder. Faults of a scenario alone are the scenarios' proof's."""
    files = load_course(folder)
    written = _written(folder)
    loaded, _ = load_all(folder)
    glossary = load_glossary(folder / "glossary.yaml")
    questions = tuple(_questions(written))
    rows = _rows(files.course, loaded, questions)
    skills = _skills(files.course, loaded)
    gaps = (*_gaps(files, rows), *_unchecked(files, skills), *_without_a_plan(folder))
    faults = (
        *files.problems,
        *_loose_rows(files),
        *_loose_lessons(files, glossary, pictures),
        *_loose_cases(files),
        *_loose_scenarios(files.course, loaded, written),
        *_without_hints(loaded, written),
        *_loose_questions(files.course, questions),
        *_unseen_pictures(files.course, pictures),
        *(it for file in written for it in _untranslated(file)),
        *(it for file in written for it in _in_one_language(file)),
        *(it for file in written for it in _other_words(file, glossary)),
    )
    return CourseProof(rows, skills, gaps, tuple(dict.fromkeys(faults)))


def faults_of(path: Path, folder: Path = paths.SCENARIOS) -> tuple[Problem, ...]:
    """What the course of a folder has against one sound file of scenarios or of questions: rows and
    skills it has not, steps without a hint, words that are missing or not ours.
    """
    file = _File(path, read(path.read_text("utf-8-sig"))[0])
    course = Course(load_sheet(folder / "course.yaml", Plan).part, (), ())
    asked = tuple(_questions((file,)))
    loaded = [] if asked else [load_scenario(path)]
    found = (
        *_loose_questions(course, asked),
        *_loose_scenarios(course, loaded, (file,)),
        *_without_hints(loaded, (file,)),
        *_untranslated(file),
        *_in_one_language(file),
        *_other_words(file, load_glossary(folder / "glossary.yaml")),
    )
    return tuple(sorted(dict.fromkeys(found)))


def _written(folder: Path) -> tuple[_File, ...]:
    """Every file of the folder that can be read at all."""
    found = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*/*.yaml"))):
        try:
            found.append(_File(path, read(path.read_text("utf-8-sig"))[0]))
        except (Unreadable, UnicodeDecodeError):
            continue  # its own loader says so
    return tuple(found)


# --- taught, asked, practised, checked ----------------------------------------------------------


class _Question(NamedTuple):
    """What the course wants to know of a question, and where it stands."""

    file: _File
    loc: tuple[str | int, ...]
    topic: Any
    skill: Any


def _questions(written: tuple[_File, ...]) -> Iterator[_Question]:
    for file in written:
        asked = file.tree.parts.get("questions")
        if file.path.name == "questions.yaml" and asked:
            for place, part in asked.parts.items():
                value = part.value if isinstance(part.value, dict) else {}
                loc = ("questions", place)
                yield _Question(file, loc, value.get("topic"), value.get("skill"))


def _rows(
    course: Course, loaded: list[Loaded], questions: tuple[_Question, ...]
) -> tuple[RowProof, ...]:
    asked = Counter(question.topic for question in questions)
    done = Counter(it.scenario.chapter for it in loaded if it.scenario.steps)
    return tuple(
        RowProof(row.id, row.id in course.lessons, asked[row.id], done[row.id], row.practised)
        for row in course.rows.values()
    )


def _skills(course: Course, loaded: list[Loaded]) -> dict[str, frozenset[str]]:
    """In which scenarios a goal checks each skill."""
    where: dict[str, set[str]] = defaultdict(set)
    for found in loaded:
        for skill in _skills_of(found.scenario):
            where[skill].add(found.scenario.id)
    return {skill: frozenset(where[skill]) for skill in course.skills}


def _skills_of(scenario: Scenario) -> Iterator[str]:
    """What its goals check; a goal that names no skill checks the scenario's."""
    for goal in scenario.goals():
        yield from goal.skills or scenario.skills


def _without_a_plan(folder: Path) -> Iterator[Problem]:
    path = folder / "course.yaml"
    if not path.is_file():
        yield problem_at(path, Mark(1, 1), "there is no course", "write course.yaml")


def _gaps(files: CourseFiles, rows: tuple[RowProof, ...]) -> Iterator[Problem]:
    """What rows are missing, each where the row stands in the plan."""
    if not files.plan:
        return
    proofs = {proof.row: proof for proof in rows}
    for c, chapter in enumerate(files.plan.part.chapters):
        for r, row in enumerate(chapter.rows):
            proof, loc = proofs[row.id], ("chapters", c, "rows", r)
            if not proof.taught:
                cure = f"write its lesson into {chapter.folder}/lessons.yaml"
                yield files.plan.problem(loc, f"row {row.id} is not taught", cure)
            if proof.asked < QUESTIONS:
                what = f"row {row.id} is asked about {proof.asked} times, {QUESTIONS} are needed"
                cure = f"write questions into {chapter.folder}/questions.yaml"
                yield files.plan.problem(loc, what, cure)
            if row.practised and not proof.exercises:
                cure = f'write a scenario with chapter: "{row.id}"'
                yield files.plan.problem(loc, f"row {row.id} is not practised", cure)


def _unchecked(files: CourseFiles, skills: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    if not files.plan:
        return
    for place, skill in enumerate(files.plan.part.skills):
        count = len(skills[skill.id])
        if count < SCENARIOS:
            what = f"skill {skill.id} is checked in {count} scenarios, {SCENARIOS} are needed"
            cure = "name it in the goals of scenarios"
            yield files.plan.problem(("skills", place), what, cure)


# --- links and what nothing leads to --------------------------------------------------------------


def _loose_rows(files: CourseFiles) -> Iterator[Problem]:
    """Skills that rows name and nobody knows, and the other way round."""
    if not files.plan:
        return
    for c, chapter in enumerate(files.plan.part.chapters):
        for r, row in enumerate(chapter.rows):
            for s, skill in enumerate(row.skills):
                if skill not in files.course.skills:
                    loc = ("chapters", c, "rows", r, "skills", s)
                    cure = "name one of skills:, or add it there"
                    yield files.plan.problem(loc, f"there is no skill {skill}", cure)
    taught = {skill for row in files.course.rows.values() for skill in row.skills}
    for place, known in enumerate(files.plan.part.skills):
        if known.id not in taught:
            what, cure = f"no row teaches the skill {known.id}", "name it in a row, or delete it"
            yield files.plan.problem(("skills", place), what, cure)


def _loose_lessons(files: CourseFiles, glossary: Glossary, pictures: Path) -> Iterator[Problem]:
    taught: dict[str, str] = {}
    for sheet in files.lessons:
        folder = sheet.path.parent.name
        for place, lesson in enumerate(sheet.part.lessons):
            loc = ("lessons", place)
            if lesson.row not in files.course.rows:
                what = f"the course has no row {lesson.row}, so nobody gets to this lesson"
                yield sheet.problem((*loc, "row"), what, "name a row of course.yaml")
            elif (home := files.course.chapter_of(lesson.row).folder) != folder:
                what = f"row {lesson.row} does not belong to {folder}"
                yield sheet.problem((*loc, "row"), what, f"move it to {home}/lessons.yaml")
            if taught.setdefault(lesson.row, folder) != folder:
                what = f"row {lesson.row} has a lesson in {taught[lesson.row]} already"
                yield sheet.problem((*loc, "row"), what, "delete one of them")
            for number, term in enumerate(lesson.terms):
                if glossary.term(term) is None:
                    what = f"the glossary has no term {term}"
                    cure = "name the id of a term, or add it to glossary.yaml"
                    yield sheet.problem((*loc, "terms", number), what, cure)
            if lesson.picture and not (pictures / f"{lesson.picture}.svg").is_file():
                what = f"there is no picture {lesson.picture}"
                cure = f"draw templates/pictures/{lesson.picture}.svg, or leave it out"
                yield sheet.problem((*loc, "picture"), what, cure)


def _loose_cases(files: CourseFiles) -> Iterator[Problem]:
    for place, case in enumerate(files.cases.part.cases if files.cases else ()):
        for number, row in enumerate(case.rows):
            if files.cases and row not in files.course.rows:
                loc = ("cases", place, "rows", number)
                cure = "name a row of course.yaml"
                yield files.cases.problem(loc, f"the course has no row {row}", cure)


def _loose_scenarios(
    course: Course, loaded: list[Loaded], written: tuple[_File, ...]
) -> Iterator[Problem]:
    file_of = {file.path.stem: file for file in written}
    for found in loaded:
        scenario, file = found.scenario, file_of[found.scenario.id]
        if scenario.chapter not in course.rows:
            what = f"the course has no row {scenario.chapter}, so nobody gets to this exercise"
            yield file.problem(("chapter",), what, "name a row of course.yaml")
        for skill in sorted(set(_skills_of(scenario)) - course.skills.keys()):
            cure = "name one of the skills of course.yaml"
            yield file.problem(_place_of(file.tree, skill), f"there is no skill {skill}", cure)


def _without_hints(loaded: list[Loaded], written: tuple[_File, ...]) -> Iterator[Problem]:
    """Steps in which somebody who is stuck stays stuck; an exam helps nobody."""
    file_of = {file.path.stem: file for file in written}
    for scenario in (found.scenario for found in loaded if found.scenario.mode != "exam"):
        file = file_of[scenario.id]
        for place, step in enumerate(scenario.steps):
            if not step.hints:
                own = "steps" in file.tree.parts
                what = f"step {step.id} has no hint"
                cure = "write hints: under it, from a nudge to a pointer to the worked step"
                yield file.problem(("steps", place) if own else ("like",), what, cure)


def _place_of(tree: Tree, skill: str) -> tuple[str | int, ...]:
    """Where a list of skills first names one."""
    for name, part in tree.parts.items():
        if name == "skills" and skill in (part.value or ()):
            return (name, part.value.index(skill))
        if inside := _place_of(part, skill):
            return (name, *inside)
    return ()


def _loose_questions(course: Course, questions: tuple[_Question, ...]) -> Iterator[Problem]:
    for question in questions:
        for name, known in (("topic", course.rows), ("skill", course.skills)):
            value = getattr(question, name)
            if value is not None and value not in known:
                what = f"the course has no {'row' if name == 'topic' else 'skill'} {value}"
                cure = "name one of course.yaml"
                yield question.file.problem((*question.loc, name), what, cure)


def _unseen_pictures(course: Course, pictures: Path) -> Iterator[Problem]:
    shown = {lesson.picture for lesson in course.lessons.values()}
    for path in sorted(pictures.glob("*.svg")):
        if path.stem not in shown:
            cure = "name it in a lesson, or delete it"
            yield problem_at(path, Mark(1, 1), "no lesson shows this picture", cure)


# --- words ----------------------------------------------------------------------------------------


def _texts(tree: Tree) -> Iterator[Tree]:
    """Everything in a tree that says the same in the three languages."""
    if "en" in tree.parts and all(
        name in _LANGUAGES and isinstance(part.value, str) for name, part in tree.parts.items()
    ):
        yield tree
    else:
        for part in tree.parts.values():
            yield from _texts(part)


def _untranslated(file: _File) -> Iterator[Problem]:
    for text in _texts(file.tree):
        said = {str(language): part.value for language, part in text.parts.items()}
        for language, fault in _faults_of(said):
            mark = text.parts[language].mark if language in said else text.mark
            yield problem_at(file.path, mark, f"{language}: {fault}", "translate it by hand")


def _in_one_language(file: _File) -> Iterator[Problem]:
    """Words of a solution or a script that would be the same in every world."""
    for command in _commands(file.tree):
        for name, fields in command.parts.items():
            for field, part in _words_in(commands().get(str(name)), fields):
                if isinstance(part.value, str) and not part.value.startswith("$"):
                    what = f"{field}: this is said in one language"
                    cure = "write {en: …, zh_Hans: …, zh_Hant: …}"
                    yield problem_at(file.path, part.mark, what, cure)


def _commands(tree: Tree) -> Iterator[Tree]:
    """What an exercise's solution does, and what others do in it."""
    for name, part in tree.parts.items():
        if name == "solution":
            yield from part.parts.values()
        elif name == "do":
            yield part
        else:
            yield from _commands(part)


def _words_in(kind: type[msgspec.Struct] | None, fields: Tree) -> Iterator[tuple[str, Tree]]:
    """The fields of a command, and of its parts, that hold somebody's own words."""
    for field in msgspec.structs.fields(kind) if kind else ():
        part = fields.parts.get(field.name)
        if part and isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _words_in(field.type, part)
        elif part and field.name in _SPOKEN and field.type in (str, str | None):
            yield field.name, part


def _faults_of(said: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What gives a text away that was left, mixed up or only converted."""
    if _HAN.search(said["en"]):
        yield "en", "there is Chinese in the English"
    english = _FIELD.sub("", said["en"])
    for language in ("zh_Hans", "zh_Hant"):
        if language not in said:
            yield language, "this is missing"
        elif _WORD.search(english) and not _HAN.search(said[language]):
            yield language, "this is not translated"
    if odd := _only_in(said.get("zh_Hans", ""), "big5", "gb2312"):
        yield "zh_Hans", f"{odd} is Traditional"
    if odd := _only_in(said.get("zh_Hant", ""), "gb2312", "big5"):
        yield "zh_Hant", f"{odd} is Simplified"


def _only_in(text: str, one: str, other: str) -> str:
    """The characters that one script's encoding has and the other's has not."""
    han = dict.fromkeys(_HAN.findall(text))
    return "".join(c for c in han if c.encode(one, "ignore") and not c.encode(other, "ignore"))


def _other_words(file: _File, glossary: Glossary) -> Iterator[Problem]:
    """Words for which the glossary has one of its own; it may itself explain them."""
    if file.path.name == "glossary.yaml":
        return
    for text in _texts(file.tree):
        for term in glossary.terms:
            for language, words in term.unlike.items():
                part = text.parts.get(language)
                for word in words if part else ():
                    if part and _says(part.value, word, language):
                        what = f"{language}: {word} is not our word"
                        cure = f"write {term.term.in_(language)}, as the glossary does"
                        yield problem_at(file.path, part.mark, what, cure)


def _says(text: str, word: str, language: str) -> bool:
    if language == "en":
        return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None
    return word in text
