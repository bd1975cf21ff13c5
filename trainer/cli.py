"""The terminal's door: show it, serve it, bring a history in, prove a scenario, measure."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from trainer import paths
from trainer.config import ConfigError, Settings


@click.group(invoke_without_command=True)
@click.version_option(package_name="order-trainer")
@click.pass_context
def main(context: click.Context) -> None:
    """An interactive training simulator for order management.

    Without a command it starts the demo.
    """
    if context.invoked_subcommand is None:
        context.invoke(demo)


def _settings() -> Settings:
    """The settings, once the database answers and is up to date; or one sentence about it."""
    from trainer.store.database import DatabaseUnreachable, connect, migrate

    try:
        settings = Settings.from_env()
        engine = connect(settings.database_url, settings.sqlite_synchronous)
        migrate(engine)
    except (ConfigError, DatabaseUnreachable) as problem:
        raise click.ClickException(str(problem)) from None
    engine.dispose()
    return settings


def _place(settings: Settings, host: str | None, port: int | None) -> tuple[str, int]:
    """Where to listen, once it is known that nobody else does."""
    from trainer.server import CannotListen, address_of

    host, port = host or settings.host, port or settings.port
    try:
        address_of(host, port)
    except CannotListen as problem:
        raise click.ClickException(str(problem)) from None
    return host, port


@main.command()
@click.option("--host", help="Address to listen on; else TRAINER_HOST, else this machine only.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else TRAINER_PORT, else 8000.")
def demo(host: str | None = None, port: int | None = None) -> None:
    """Start with demo data: accounts for each role, and the course's exercises.

    What is done stays in the folder TRAINER_DATA, so the demo can be stopped and started again.
    """
    from trainer.demo import prepare
    from trainer.server import run

    settings = _settings()
    host, port = _place(settings, host, port)
    accounts = prepare(settings)
    click.echo(f"Data in {settings.data}")
    click.echo(f"Open http://{host}:{port}/ and sign in:")
    for account in accounts:
        click.echo(f"  {account.role:<11}{account.username:<8} password {account.password}")
    click.echo("Stop with Ctrl+C.")
    run(settings, host, port, demo=True)


@main.command()
@click.option("--host", help="Address to listen on; else TRAINER_HOST, else this machine only.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; else TRAINER_PORT, else 8000.")
def serve(host: str | None, port: int | None) -> None:
    """Serve without demo accounts; make the first admin with `trainer user`."""
    from trainer.server import run

    settings = _settings()
    host, port = _place(settings, host, port)
    click.echo(f"Data in {settings.data}\nServing http://{host}:{port}/")
    run(settings, host, port, demo=False)


@main.command()
@click.argument("username")
@click.option("--email", required=True, help="Their e-mail address; they may sign in with it.")
@click.option("--name", help="The name others see; else the user name.")
@click.option(
    "--role",
    type=click.Choice(["trainee", "instructor", "admin"]),
    default="admin",
    show_default=True,
)
@click.password_option()
def user(username: str, email: str, name: str | None, role: str, password: str) -> None:
    """Make an account, for instance the first admin's."""
    from trainer.demo import add_account

    problem = add_account(
        _settings(), username=username, email=email, name=name or username, role=role,
        password=password,
    )  # fmt: skip
    if problem:
        raise click.ClickException(problem)
    click.echo(f"{username} can sign in as {role}.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write all data of this moment to FILE, while the server runs.

    It is one SQLite file, also from PostgreSQL. The key that signs sessions is not in it.
    """
    from trainer.store.backup import BackupError, back_up
    from trainer.store.database import connect

    settings = _settings()
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    try:
        counts = back_up(engine, file)
    except BackupError as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        engine.dispose()
    click.echo(f"{file}: {_told(counts)}, {file.stat().st_size / 1e6:.1f} MB.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Even if there are people in the database.")
def restore(file: Path, overwrite: bool) -> None:
    """Put the backup FILE in place of the data; stop the server first.

    A backup of an older version is brought up to date; FILE itself stays as it is.
    """
    from trainer.store.backup import BackupError
    from trainer.store.backup import restore as put_back
    from trainer.store.database import connect

    settings = _settings()
    engine = connect(settings.database_url, settings.sqlite_synchronous)
    try:
        counts = put_back(file, engine, overwrite=overwrite)
    except BackupError as problem:
        raise click.ClickException(str(problem)) from None
    finally:
        engine.dispose()
    click.echo(f"Restored {_told(counts)}. Start the server now.")


def _told(counts: dict[str, int]) -> str:
    return (
        f"{counts['person']} people, {counts['sandbox']} attempts with {counts['event']} events, "
        f"{counts['quiz']} quizzes"
    )


@main.command()
@click.option("--again", is_flag=True, help="Count all attempts again, not only changed ones.")
def tally(again: bool) -> None:
    """Count what attempts came to, for the pages of results."""
    from trainer.keeping import count_up

    click.echo(f"{count_up(_settings(), again=again)} attempts counted.")


@main.command()
@click.argument("exercise")
@click.option("--apply", "do", is_flag=True, help="Do it; without it only say what would change.")
@click.option("--reason", default="", help="Why; it stands in the audit trail. Needed to apply.")
def regrade(exercise: str, do: bool, reason: str) -> None:
    """Judge all runs of EXERCISE by today's goals; say who moves by which line."""
    from trainer.keeping import judge_anew

    if do and not reason.strip():
        raise click.ClickException("say why with --reason")
    for line in judge_anew(_settings(), exercise, reason.strip() if do else ""):
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay(file: Path) -> None:
    """Fold the run in FILE again, and judge it again; FILE was saved from a debrief.

    Says whose run it is and every line of its score with the events that caused it. Ends with an
    error if the file leads elsewhere than it says.
    """
    from trainer.play.evidence import NotARun, replayed, report

    try:
        found = replayed(file.read_text("utf-8"))
    except (NotARun, UnicodeDecodeError) as wrong:
        raise click.ClickException(f"{file}: {wrong}") from None
    for line in report(found):
        click.echo(line)
    sys.exit(0 if found.same else 1)


@main.group(name="import")
def import_() -> None:
    """Bring something in from files."""


@import_.command(name="world")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read and report; keep nothing.")
def import_world(folder: Path, dry_run: bool) -> None:
    """Build a playable world from the order history in FOLDER (Northwind's CSV files).

    It becomes an exercise of its own: the real open orders, to be worked on freely.
    """
    from trainer.exchange.history import HistoryError, read_history

    try:
        imported = read_history(folder)
    except HistoryError as problem:
        raise click.ClickException(str(problem)) from None
    for line in imported.report.lines():
        click.echo(line)
    if not dry_run:
        from trainer.demo import shelve_world

        click.echo(shelve_world(_settings(), imported.world, folder.resolve().name))


def _report_kind(context: click.Context, option: click.Parameter, path: Path | None) -> Any:
    if path and path.suffix not in (".md", ".json"):
        raise click.BadParameter(f"{path.name}: call it something.md or something.json")
    return path


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--variants",
    type=click.IntRange(1, 1000),
    help="So many variants of each scenario in all, dealt to its locales in turn: seed 1 of each, "
    "then seed 2, even beyond those that are handed out. Without it, all that are handed out.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=_report_kind,
    help="Write what was found to FILE, as Markdown (.md) or JSON (.json).",
    metavar="FILE",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes; else one for each core.")
@click.option(
    "--thorough",
    is_flag=True,
    help="Play every mutant in every variant. Without it, in the first variant of a scenario; in "
    "the others as many as it takes to see each goal fail. The verdict is the same.",
)
def prove(
    path: Path | None,
    variants: int | None,
    report: Path | None,
    jobs: int | None,
    thorough: bool,
) -> None:
    """Play each scenario's solution in every variant, and try to fool its checks.

    PATH is a scenario file or a folder of them, or a file of questions, each of which is answered
    in every way; of a file in the course's folder, what the course has against it is told, too.
    Without it, the course's own scenarios, and then the course as a whole: each row taught, asked
    and practised, each skill checked, nothing loose.
    """
    if path and path.is_file() and b"\nquestions:" in path.read_bytes():
        sys.exit(0 if _prove_questions(path) else 1)
    from trainer.catalog.certificate import lines, summary, written
    from trainer.catalog.loader import ScenarioErrors, load_all, load_scenario
    from trainer.catalog.proof import prove_all

    place = path or paths.SCENARIOS
    if place.is_dir():
        loaded, problems = load_all(place)
    else:
        loaded, problems = [], []
        try:
            loaded = [load_scenario(place)]
            problems = _of_the_course(place)
        except ScenarioErrors as broken:
            problems = list(broken.problems)
    for problem in problems:
        click.echo(str(problem), err=True)
    if not loaded and not problems:
        raise click.ClickException(f"there is no scenario in {place}")
    proofs = []
    for proof in prove_all(loaded, variants, jobs or os.cpu_count() or 1, _progress, thorough):
        proofs.append(proof)
        for line in lines(proof):
            click.echo(line)
    click.echo(summary(proofs))
    if report:
        report.write_text(written(proofs, report.suffix), "utf-8")
    sound = not problems and all(proof.ok for proof in proofs)
    if path is None:
        from trainer.catalog.course_proof import prove_course

        course = prove_course()
        for line in course.lines():
            click.echo(line)
        sound = sound and course.ok
    sys.exit(0 if sound else 1)


def _prove_questions(path: Path) -> bool:
    from trainer.catalog.banks import load_bank
    from trainer.catalog.loader import ScenarioErrors
    from trainer.catalog.question_proof import as_markdown, prove_questions
    from trainer.catalog.worlds import make_world
    from trainer.training.scenario import WorldSpec

    try:
        questions = load_bank(path).bank.questions
    except ScenarioErrors as broken:
        for problem in broken.problems:
            click.echo(str(problem), err=True)
        return False
    problems = _of_the_course(path)
    for problem in problems:
        click.echo(str(problem), err=True)
    proofs = prove_questions(questions, make_world(WorldSpec(), "en_US", 1))
    click.echo(as_markdown(proofs))
    return not problems and all(proof.ok for proof in proofs)


def _of_the_course(path: Path) -> list[Any]:
    """What the course has against a sound file; nothing, if the file is none of the course's."""
    from trainer.catalog.course_proof import faults_of

    if not path.resolve().is_relative_to(paths.SCENARIOS.resolve()):
        return []
    return list(faults_of(path, paths.SCENARIOS))


def _progress(done: int, of: int, scenario_id: str) -> None:
    """One line that is written over, and gone when all is done; only for those who watch."""
    if sys.stderr.isatty():
        said = f"{100 * done // of:3} % {scenario_id}" if done < of else ""
        click.echo(f"\r\033[K{said}", nl=False, err=True)


@main.command()
@click.argument(
    "file",
    type=click.Choice(["scenario", "questions", "lessons", "cases", "course"]),
    default="scenario",
)
def schema(file: str) -> None:
    """Print the JSON Schema of a FILE of the course, for an editor that completes and checks it.

    Without a name it is that of scenarios.
    """
    import json

    from trainer.catalog.schema import SCHEMAS

    click.echo(json.dumps(SCHEMAS[file](), indent=1))


@main.command()
@click.argument("parts", nargs=-1, type=click.Choice(["engine", "store", "world", "http"]))
def bench(parts: tuple[str, ...]) -> None:
    """Measure speed and memory, as ratios against floors of the same run."""
    from trainer.bench import run_bench

    for line in run_bench(parts):
        click.echo(line)
