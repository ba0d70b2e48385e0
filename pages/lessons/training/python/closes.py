from vgcore.studies import waiting

waited = waiting.wait(waiting.Training(hidden=4), limit=20_000, until=0.95)
look = waiting.caught_up(waited.history.rms_speeds, within=2.0)
print(waited.accuracy[look])
