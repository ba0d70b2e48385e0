"""Debian's PostgreSQL on a free port, for what needs a database of several servers."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.app import free_port


@contextmanager
def postgres():
    """Start a PostgreSQL of its own; yield SQLAlchemy's URL of its database.

    Raises
    ------
    FileNotFoundError : where there is none
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise FileNotFoundError("a class on several servers needs PostgreSQL: apt-get install postgresql")
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}  # it refuses to be root
    with TemporaryDirectory(prefix="pg") as folder:
        if user:
            shutil.chown(folder, **user)

        def run(program, *options):
            command = [programs[-1] / program, "--pgdata", folder, *options]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)

        port = free_port()
        run("initdb", "--username=explainer", "--auth=trust", "--encoding=UTF8", "--no-sync")
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "start", "--wait", "--silent", f"--log={folder}/log", f"--options={settings}")
        try:
            yield f"postgresql+psycopg://explainer@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--mode=immediate", "--silent")
