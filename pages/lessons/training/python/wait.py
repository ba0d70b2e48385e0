from vgcore.studies import waiting

waited = waiting.wait(waiting.Training(hidden=4), limit=20_000, until=0.9)
print(waited.steps_to(0.5))
