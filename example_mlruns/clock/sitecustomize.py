"""The clock of the example: Python starts here with the lab's time in place of today's.

`make.py` puts this folder on PYTHONPATH, so that MLflow, which asks Python for the time, stamps
runs, metrics and models with dates of the story. WINE_LAB_CLOCK holds three numbers: a time of
the lab, the real time it stands for (both in seconds since 1970), and how many seconds pass in the
lab during a real one. Nothing in the training code knows of it.
"""

import datetime
import os
import time

if "WINE_LAB_CLOCK" in os.environ:
    LAB, REAL, PACE = map(float, os.environ["WINE_LAB_CLOCK"].split())
    real_time = time.time

    def lab_time() -> float:
        return LAB + (real_time() - REAL) * PACE

    class LabDatetime(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromtimestamp(lab_time(), tz)

    time.time = lab_time
    time.time_ns = lambda: int(lab_time() * 1e9)

    import mlflow.models.model  # the only place where MLflow asks datetime (`utc_time_created`)

    mlflow.models.model.datetime = LabDatetime
